"""Brings to an end what a team is told of work that the rules have watched no more. Part of the look at its work.

It judges nothing: what of the team's projects is still watched, others see to.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from orchestrator.changes import Changes, Entry, Notice
from orchestrator.gather import Gatherer
from orchestrator.watching import warning
from orchestrator.watching.alerts import Alert, Alerts, warning_of
from orchestrator.watching.crew import team_of
from orchestrator.watching.marking import stirred
from orchestrator.watching.notices import STRANDED, Notices
from orchestrator.watching.overload import OVERLOAD
from orchestrator.watching.pleading import Pleading
from rules.model import Line, Moment, Subject, Tainted
from rules.ruleset import Ruleset

__all__ = ["Leaving"]

_WORDS: Final = {
    STRANDED: "It is no longer watched whether anybody moves the issues of {0}, since {1}",
    OVERLOAD: "It is no longer watched whether the shift of {0} can do what comes, since {1}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The ports that this needs."""

    gatherer: Gatherer
    notices: Notices
    alerts: Alerts

    def watch(self, subject: Subject, team: str, rules: Ruleset, now: datetime) -> Changes:
        """End the warnings about projects, and the messages of kinds, of which the team is told no more."""
        told = {
            STRANDED: rules.watch.stranding.projects,
            OVERLOAD: rules.watch.overload.projects,
        }
        left = {kind for kind, projects in told.items() if not _of(team, projects, rules)}
        standing = [one for one in self.notices.told_to([team]) if one.kind in left]
        return Changes(notices=tuple(_over(one, now) for one in standing)) + self._warnings(subject, team, rules, now)

    def _warnings(self, subject: Subject, team: str, rules: Ruleset, now: datetime) -> Changes:
        watched = _of(team, rules.watch.risk.projects, rules)
        running = [one for one in self.alerts.running([team]) if one.project not in watched]
        ended = [msgspec.structs.replace(one, ended_at=now, came="unwatched") for one in running]
        shown = (self._message(one) for one in ended if one.told_at is not None)
        pleading = Pleading(gatherer=self.gatherer, notices=self.notices)
        return (
            stirred(ended, running, now)
            + pleading.ended(ended)
            + Changes(
                alerts=tuple(ended),
                notices=tuple(one for one in shown if one is not None),
                entries=tuple(_entry(subject, one, now) for one in ended),
            )
        )

    def _message(self, alert: Alert) -> Notice | None:
        item = self.gatherer.items.item(alert.item)
        return None if item is None else warning.ended(alert, item, self.notices.notice(warning_of(item.id)))


def _of(team: str, projects: Collection[str], rules: Ruleset) -> frozenset[str]:
    return frozenset(one for one in projects if team_of(one, rules) == team)


def _over(standing: Notice, now: datetime) -> Notice:
    title = Line(text=_WORDS[standing.kind], parts=(Tainted(text=standing.team), Moment(at=now)))
    return msgspec.structs.replace(standing, title=title, pieces=(), footer=(), ended=True)


def _entry(subject: Subject, one: Alert, now: datetime) -> Entry:
    return Entry(
        kind="alert.ended",
        subject=subject,
        at=now,
        text=Line(text="what was warned of is no longer watched"),
        about=(one.item,),
        data={"alert": one.id, "sla": one.sla, "came": one.came},
        once=f"alert.ended:{one.id}",
    )
