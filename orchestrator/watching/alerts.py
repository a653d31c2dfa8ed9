"""What teams were warned of: when, how likely it was then, what came of it, and how well such warnings go. Pure.

A warning is true if the promise broke after all. Whoever heeds one makes it look false, so the share of those that
broke is told beside what was tried.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from orchestrator.estimates import share
from orchestrator.impact import counted
from orchestrator.sla.lengths import span_of_time
from rules.canonical import Value, digest
from rules.model import Line

__all__ = ["LOOKED_BACK", "RISK", "Alert", "Alerts", "Came", "Plea", "What", "how_it_went", "warning_of"]

#: The kind of the messages about issues at risk.
RISK: Final = "risk"
#: So far back it is told how warnings went.
LOOKED_BACK = timedelta(days=90)
#: Of fewer warnings nothing is told.
_FEW = 3
Came = Literal["met", "broken", "left", "unwatched"]
What = Literal["later", "decide", "help", "escalate"]


class Plea(Value, frozen=True, kw_only=True):
    """What somebody was asked for, and said: `later`, more time; `decide`, that other work waits; `help`.

    With `escalate` they were told that they must decide. `person`, `name`: who is asked; `by`: the name of who had them
    asked. `yes`: their answer, None for none yet. `until`: the day by which it is to be done then; `waits`: its clock
    is to stand still then.
    """

    what: What
    person: str
    name: str
    by: str
    yes: bool | None = None
    until: str = ""
    waits: bool = False


class Mark(Value, frozen=True, kw_only=True):
    """What an issue tells in Jira of a promise at risk: how likely it breaks, and when if nothing pauses its clock."""

    percent: int
    breaks: datetime | None = None


class Alert(Value, frozen=True, kw_only=True):
    """A warning that the promise `sla` about an item breaks. Chances are in per mille.

    `at`: when its chance passed the level; `told_at`: when its team was told, None where the day's warnings were used
    up. `chance`, `usual`: as of then; `latest`: as of the last look. `ended_at`, `came`: when and how it ended: `met`,
    `broken`, `left`, as where the issue is gone, or `unwatched`, where the rules have its project watched no more.
    `tried`: the requests, the words that it is apart from its batch, and the pleas with a yes, by which people tried to
    save it. `foretold_by`: the version that told the first chance. `mark`: what the issue is to tell in Jira; `calls`:
    somebody must act, and nobody does.
    """

    id: str
    item: int
    project: str
    team: str
    sla: str
    at: datetime
    chance: int
    usual: int
    latest: int
    told_at: datetime | None = None
    ended_at: datetime | None = None
    came: Came | None = None
    tried: tuple[str, ...] = ()
    pleas: tuple[Plea, ...] = ()
    foretold_by: str = ""
    mark: Mark | None = None
    calls: bool = False

    @property
    def to_tell(self) -> tuple[Mark, bool] | None:
        """What the issue is to tell in Jira, None for nothing, as once the warning has ended."""
        return (self.mark, self.calls) if self.mark is not None and self.ended_at is None else None

    @property
    def lead(self) -> timedelta | None:
        """How long before it broke the team was told; None where it did not break, or nobody was told."""
        if self.came != "broken" or self.told_at is None or self.ended_at is None:
            return None
        return max(self.ended_at - self.told_at, timedelta())


def warning_of(item: int) -> str:
    """Give the id of the one message about an issue at risk."""
    return digest([RISK, item])[:20]


class Alerts(Protocol):
    """The warnings that were given or held back. Written by `Journal.commit`."""

    def running(self, teams: Collection[str]) -> tuple[Alert, ...]:
        """Give those of teams that have not ended, the oldest first."""
        ...

    def told_since(self, projects: Collection[str], since: datetime) -> tuple[Alert, ...]:
        """Give those about projects that were told since a moment, ended or not, the oldest first."""
        ...


def how_it_went(alerts: Iterable[Alert]) -> tuple[Line, ...]:
    """Say how many warnings came true, how long before, and how many were met after something was tried."""
    ended = [one for one in alerts if one.came in ("met", "broken")]
    rescued = [one for one in ended if one.tried]
    return (*_came_true(ended), *_rescued(rescued))


def _came_true(ended: Sequence[Alert]) -> Iterable[Line]:
    if not ended:
        return
    if len(ended) < _FEW:
        yield Line(text="Fewer than three warnings have ended yet, too few to tell how well they go.")
        return
    broken = [one for one in ended if one.came == "broken"]
    leads = sorted(one.lead for one in broken if one.lead is not None)
    lead = f", {span_of_time(leads[len(leads) // 2])} after the warning in the median" if leads else ""
    true = share(len(broken), len(ended)).per_mille
    low, high = (true.low or 0, true.high or 0) if true is not None else (0, 0)
    sure = f" ({low // 10} to {-(-high // 10)} % by these)"
    yield Line(text=f"Of {counted(len(ended), 'warning')} in 90 days {len(broken)} broke{lead}{sure}.")


def _rescued(rescued: Sequence[Alert]) -> Iterable[Line]:
    if rescued:
        met = sum(one.came == "met" for one in rescued)
        yield Line(text=f"{met} of {counted(len(rescued), 'rescue')} met.")
