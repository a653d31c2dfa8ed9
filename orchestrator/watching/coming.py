"""Has a team's work looked at soon after an issue came to it, so that no warning waits for the next quarter. Pure.

What is urgent may be answered, and late, before that. However many come, it is looked at twice a minute at most.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from orchestrator.changes import Changes
from orchestrator.facts import Facts
from orchestrator.watching.crew import WATCHED, team_of
from rules.model import Event, Subject
from rules.ruleset import Ruleset

__all__ = ["AGAIN", "again", "came"]

#: So often a team's work is looked at whatever happens; and so long after one came, for those that came with it.
AGAIN, _SOON = timedelta(minutes=15), timedelta(minutes=1)
_CAME: Final = "watch.item_came"


def came(facts: Facts, rules: Ruleset) -> Changes:
    """Have the work of the team looked at that is warned of an issue which is there for less than a quarter."""
    item, risk = facts.item, rules.watch.risk
    if item is None or item.deleted or not item.is_open or item.project not in risk.projects:
        return Changes()
    team = team_of(item.project, rules)
    if team is None or facts.now - item.created >= AGAIN:
        return Changes()
    event = Event(
        id=f"{_CAME}:{team}:{item.created:%Y-%m-%dT%H:%M}",
        kind="signal",
        name=_CAME,
        source="yardmaster",
        subject=Subject(kind="queue", id=f"{WATCHED}{team}"),
        received_at=facts.now,
    )
    return Changes(events=(event,))


def again(events: Iterable[Event]) -> timedelta:
    """Say after how long the work is looked at again: soon, where one came, for others come with it."""
    return _SOON if any(event.name == _CAME for event in events) else AGAIN
