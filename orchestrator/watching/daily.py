"""Tells a team once on each of its working days what the day brings and how the last one went.

The message is written once and stays as of then. It asks nothing and changes nothing in Jira, and shows nothing, nor
counts anything, that not everybody in the team's channel may browse.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from orchestrator.assigning.waiting import waits
from orchestrator.changes import Changes, Entry, Notice
from orchestrator.gather import Gatherer
from orchestrator.memory import Batches
from orchestrator.people.leaves import zone_of
from orchestrator.watching import morning
from orchestrator.watching.alerts import LOOKED_BACK, Alerts
from orchestrator.watching.crew import Crew, channel_of
from orchestrator.watching.morning import Matter, Morning
from orchestrator.watching.notices import Notices, card_of
from orchestrator.watching.prospect import Prospects
from orchestrator.watching.rescuing import Move, Rescuing
from orchestrator.watching.results import Result, results, were_warned_of
from orchestrator.watching.risking import AtRisk
from orchestrator.watching.risks import Risks, Sees
from orchestrator.watching.workdays import begins, day_before, midnight
from rules.canonical import digest
from rules.model import Line, Subject
from rules.ruleset import Ruleset
from rules.slas import DUE

__all__ = ["DAILY", "Daily", "due_at"]

DAILY: Final = "daily"
_TOLD = 5
#: What breaks with less, in per mille, matters to nobody yet.
_LIKELY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """The ports that this needs."""

    gatherer: Gatherer
    batches: Batches
    notices: Notices
    alerts: Alerts
    rescuing: Rescuing

    def watch(
        self,
        subject: Subject,
        crew: Crew,
        projects: Sequence[str],
        stranded: Iterable[int],
        rules: Ruleset,
        now: datetime,
    ) -> Changes:
        """Have a team told of its day, once that has begun and somebody is there; `stranded`: what nobody moves.

        Raises:
            GatewayError: people, the channel or who may browse what cannot be told now.
        """
        mine = [one for one in projects if one in rules.watch.digest.projects]
        if not mine or crew.first_back is None:
            return Changes()
        zone = zone_of(next(iter(crew.people)), rules)
        day = now.astimezone(zone).date()
        due = due_at(crew.people, day, zone, rules)
        if due is None or now < max(due, crew.first_back):
            return Changes(next_look_at=max(due, crew.first_back) if due is not None else None)
        id_ = digest([DAILY, crew.team, day.isoformat()])[:20]
        channel = self.gatherer.chat.channel(channel_of(mine[0], rules))
        if self.notices.notice(id_) is not None or channel is None:
            return Changes()
        sees = partial(self.gatherer.audience.channel_sees, channel, rules=rules)
        told = self._morning(crew, mine, sees, set(stranded), day, rules, now)
        notice = _notice(id_, told)
        if not notice.pieces:
            # so that nothing is told in the afternoon as if it were the morning
            return Changes(notices=(msgspec.structs.replace(notice, ended=True),))
        return Changes(notices=(notice,), cards=(card_of(notice, channel),), entries=(_entry(subject, notice, told),))

    def _morning(
        self,
        crew: Crew,
        projects: Sequence[str],
        sees: Sees,
        stranded: Collection[int],
        day: date,
        rules: Ruleset,
        now: datetime,
    ) -> Morning:
        zone = zone_of(next(iter(crew.people)), rules)
        last = day_before(crew.people, day, zone, rules)
        prospect = Prospects(gatherer=self.gatherer).of(crew.team, projects, rules, now)
        held_back = {one.item for one in self.alerts.running([crew.team]) if one.told_at is None}
        came = self._came(projects, midnight(last, zone), midnight(day, zone), rules, now)
        named = {*held_back, *stranded, *(one.item for one in came), *(prospect.counted if prospect else ())}
        seen = sees(named)
        shown = [one for one in came if one.item in seen]
        matters = self._matters(projects, sees, rules, now)
        return Morning(
            team=crew.team,
            day=day,
            at=now,
            since=last,
            prospect=prospect,
            hidden=prospect is not None and not prospect.counted <= set(seen),
            matters=matters,
            behind=Risks(gatherer=self.gatherer).behind([one.risk.item for one in matters], rules),
            stranded=frozenset(stranded) & set(seen),
            held_back=held_back & set(seen),
            results=shown,
            warned=self._warned(projects, shown, midnight(last, zone), rules),
        )

    def _came(
        self, projects: Sequence[str], since: datetime, until: datetime, rules: Ruleset, now: datetime
    ) -> list[Result]:
        went = self.gatherer.foretelling.went
        came = [one for project in projects for one in results(went(project, rules, now), since, until)]
        return [one for one in came if rules.watch.risk.due or one.sla != DUE]

    def _warned(self, projects: Sequence[str], came: Iterable[Result], since: datetime, rules: Ruleset) -> int | None:
        if not set(projects) & set(rules.watch.risk.projects):
            return None
        told = self.alerts.told_since(projects, since - LOOKED_BACK)
        return were_warned_of((one for one in came if one.broke), told)

    def _matters(self, projects: Sequence[str], sees: Sees, rules: Ruleset, now: datetime) -> list[Matter]:
        """Give what matters most: how likely it breaks times what waits for it."""
        risks = Risks(gatherer=self.gatherer).of(projects, rules, sees, due=rules.watch.risk.due)
        likely = [one for one in risks if one.forecast.chance >= _LIKELY]
        most = sorted(likely, key=lambda one: (-one.worth, -one.forecast.chance, one.item.id))[:_TOLD]
        return [self._matter(one, rules, now) for one in most]

    def _matter(self, one: AtRisk, rules: Ruleset, now: datetime) -> Matter:
        takeable = any(waits(one.item, name, rules, now) for name in rules.workflows)
        moves: tuple[Move, ...] = ()
        if takeable:
            batch = next(iter(self.batches.of_items([one.item.id])), None)
            moves = self.rescuing.moves(one.item, one.forecast, batch, rules)
        gives = (move for move in moves if move.whom is not None and move.swap is None and move.after is not None)
        return Matter(risk=one, takeable=takeable and one.item.assignee is None, move=next(gives, None))


def due_at(people: Iterable[str], day: date, zone: ZoneInfo, rules: Ruleset) -> datetime | None:
    """Give from when on a team is told on a day; None where nobody of it works on that."""
    named = tuple(people)
    first, at = begins(named, day, zone, rules), rules.watch.digest.at
    if first is None or at is None:
        return first
    return datetime.combine(day, time.fromisoformat(at), zone).astimezone(first.tzinfo)


def _notice(id_: str, told: Morning) -> Notice:
    return Notice(
        id=id_,
        kind=DAILY,
        team="",
        at=told.at,
        title=morning.title(told),
        pieces=morning.pieces(told),
        footer=morning.footer(told),
    )


def _entry(subject: Subject, notice: Notice, told: Morning) -> Entry:
    return Entry(
        kind="day.told",
        subject=subject,
        at=told.at,
        text=Line(text="a team was told what its day brings"),
        about=tuple(sorted(one.risk.item.id for one in told.matters)),
        data={
            "notice": notice.id,
            "stranded": len(told.stranded),
            "held_back": len(told.held_back),
            "met": sum(not one.broke for one in told.results),
            "broken": sum(one.broke for one in told.results),
            "warned": told.warned,
        },
        once=f"day.told:{notice.id}",
    )
