"""How the work that nobody likes is spread: what is dull, what fell outside of hours, and whose it was. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from orchestrator.calendars import Calendar
from orchestrator.people.past import Gone
from rules.conditions import ITEMS, check, view_of
from rules.model import Item
from rules.ruleset import Ruleset

__all__ = ["bore", "is_dull", "shares"]

#: What was done longer ago is forgotten.
LATELY = timedelta(days=30)


def is_dull(item: Item, rules: Ruleset, now: datetime) -> bool:
    """Tell whether the rules call an item dull that give out the work of its project."""
    declared = (
        one.assign.dull for one in rules.workflows.values() if one.assign and item.project in one.assign.projects
    )
    return any(check(ITEMS, dull, ITEMS.seen(view_of(item, now))).holds for dull in declared if dull is not None)


def bore(
    past: Iterable[Gone],
    named: Callable[[str], str],
    hours: Callable[[str], Calendar | None],
    dull: Callable[[Item], bool],
    now: datetime,
) -> dict[str, int]:
    """Count for each person what they resolved lately that was dull, or that they ended outside of their hours.

    Args:
        past: issues; the open ones among them are passed over.
        named: gives the person behind a Jira account.
        hours: gives somebody's working hours; None where nobody declared them, so that none of it is outside.
        dull: tells whether an item is.
        now: domain time.
    """
    counts: Counter[str] = Counter()
    for one in past:
        ended = one.item.resolved_at or one.item.updated
        if one.item.is_open or one.item.assignee is None or not now - LATELY < ended <= now:
            continue
        person = named(one.item.assignee)
        worked = hours(person)
        if dull(one.item) or (worked is not None and not worked.is_open(ended)):
            counts[person] += 1
    return dict(counts)


def shares(counts: Mapping[str, int]) -> dict[str, int]:
    """Give everybody's share of it in per mille."""
    whole = sum(counts.values())
    return {person: 1000 * count // whole for person, count in counts.items()} if whole else {}
