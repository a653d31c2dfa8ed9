"""What an issue is to tell in Jira of a warning that runs: how likely a promise breaks, and if somebody must act.

Part of the look at a team's work, and reads only; the issue's own look writes it (`writing.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from orchestrator.changes import Changes
from orchestrator.facts import Facts
from orchestrator.forecast.foretold import Forecast
from orchestrator.gather import Gatherer
from orchestrator.memory import Batches
from orchestrator.people.availability import State, availability
from orchestrator.people.hours import hours_of
from orchestrator.rescue.deciding import is_about_rescue
from orchestrator.watching.alerts import Alert, Mark
from rules.canonical import digest
from rules.model import SYSTEM, Event, Item, Subject
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

__all__ = ["MARKED", "Marking", "brought_up_to_date", "stirred"]

#: The signal by which an issue hears that it is to tell something else.
MARKED = "risk.marked"
#: What is told is brought up to date where it differs by so many percent, or by so much time.
_POINTS, _APART = 10, timedelta(hours=1)
_OPEN = (RequestState.PENDING, RequestState.APPROVED)


def brought_up_to_date(mark: Mark | None, forecast: Forecast, now: datetime) -> Mark:
    """Give what an issue is to tell: what it tells already, unless that has changed by much."""
    breaks = forecast.breaches_at
    new = Mark(
        percent=min(99, max(1, (forecast.chance + 5) // 10)),
        breaks=breaks.replace(microsecond=0) if breaks is not None and breaks > now else None,
    )
    return new if mark is None or _is_another(mark, new) else mark


def _is_another(old: Mark, new: Mark) -> bool:
    if old.breaks is None or new.breaks is None:
        return old.breaks is not new.breaks or abs(old.percent - new.percent) >= _POINTS
    return abs(old.percent - new.percent) >= _POINTS or abs(old.breaks - new.breaks) >= _APART


def stirred(alerts: Iterable[Alert], before: Sequence[Alert], now: datetime) -> Changes:
    """Have the issues looked at that are to tell something else than before."""
    known = {one.id: one.to_tell for one in before}
    changed = [one for one in alerts if one.to_tell != known.get(one.id)]
    return Changes(events=tuple(_event(one, now) for one in changed if one.to_tell or known.get(one.id)))


def _event(alert: Alert, now: datetime) -> Event:
    return Event(
        id=f"{MARKED}:{digest([alert.id, alert.to_tell, now.isoformat()])[:24]}",
        kind="signal",
        name=MARKED,
        source="yardmaster",
        subject=Subject(kind="item", id=str(alert.item)),
        received_at=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """The ports that this needs."""

    gatherer: Gatherer
    batches: Batches

    def marked(self, alert: Alert, item: Item, forecast: Forecast, rules: Ruleset, now: datetime) -> Alert:
        """Give a warning that runs with what its issue is to tell."""
        rule = rules.watch.risk.jira
        if not (rule.property or rule.comment):
            return msgspec.structs.replace(alert, mark=None, calls=False)
        mark = brought_up_to_date(alert.mark, forecast, now)
        calls = bool(rule.comment) and self._calls(alert, item, forecast, rules, now)
        return msgspec.structs.replace(alert, mark=mark, calls=calls)

    def _calls(self, alert: Alert, item: Item, forecast: Forecast, rules: Ruleset, now: datetime) -> bool:
        """Tell whether somebody must act: nobody has it, or who has it is away, and nobody answered the warning."""
        due, level = _due(alert, forecast, rules), 10 * rules.watch.risk.from_percent
        if due is None or now < due or forecast.chance < level // 2 or alert.pleas or alert.tried:
            return False
        if any(_answers(one, alert, rules) for one in self.batches.questions([item.id])) or self._is_of_many(item):
            return False
        return item.assignee is None or self._is_away(item.assignee, rules, now)

    def _is_of_many(self, item: Item) -> bool:
        """Tell whether it is handled with others as one problem, and does not stand in front nor came first."""
        batch = next(iter(self.batches.of_items([item.id])), None)
        return batch is not None and item.id != (batch.head if batch.head is not None else min(batch.members))

    def _is_away(self, account: str, rules: Ruleset, now: datetime) -> bool:
        person = self.gatherer.directory.of_jira(account, rules)
        if person is None:
            return False
        told = self.gatherer.attendance.told(Facts(subject=SYSTEM, now=now, people=(person,)), rules)
        return availability(told.agenda(person.id), hours_of(person.id, rules), now, now).state is State.AWAY


def _due(alert: Alert, forecast: Forecast, rules: Ruleset) -> datetime | None:
    """Give from when on a comment may be written; None for not yet."""
    after, breaks = rules.watch.risk.jira.comment_after_minutes, forecast.breaches_at
    if alert.told_at is None or (after is None and breaks is None):
        return None
    if after is not None:
        return alert.told_at + timedelta(minutes=after)
    return alert.told_at + (breaks - alert.told_at) / 2 if breaks is not None else None


def _answers(request: Request, alert: Alert, rules: Ruleset) -> bool:
    """Tell whether somebody was asked for a move since the team was warned, or agreed to one."""
    moves = request.candidate is not None or is_about_rescue(request, rules)
    return moves and request.asked_at >= alert.at and request.state in _OPEN
