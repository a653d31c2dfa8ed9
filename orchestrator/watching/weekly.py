"""Tells once a week those whom the rules name what blocks the work on their projects, when they are at work.

Each of these looks is about one person, and shows nothing that they may not browse.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from orchestrator.changes import Changes, Entry, Notice, Piece
from orchestrator.gather import Gatherer
from orchestrator.messages import Section
from orchestrator.people.hours import hours_of
from orchestrator.people.leaves import zone_of
from orchestrator.watching.notices import Notices, card_of
from orchestrator.watching.obstacles import FOOTER, Obstacles
from rules.canonical import digest
from rules.model import Line, Person, Subject, Tainted
from rules.ruleset import WEEKDAYS, Ruleset
from rules.watching import BlockersRule

__all__ = ["WEEKLY", "Weekly"]

#: The subjects of these looks are queues whose ids begin so.
WEEKLY: Final = "blockers:"
_BLOCKERS: Final = "blockers"
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """The ports that this needs."""

    gatherer: Gatherer
    notices: Notices

    def watch(self, subject: Subject, rules: Ruleset) -> Changes:
        """Tell a person what blocks, once in each week, and look again when the next one is due.

        Raises:
            GatewayError: what they may browse, or who they are, cannot be told now.
        """
        rule, id_ = rules.watch.blockers, subject.id.removeprefix(WEEKLY)
        person = next((one for one in self.gatherer.directory.everyone(rules) if one.id == id_), None)
        if id_ not in rule.to or person is None or not person.linked:
            return Changes()
        now = self.gatherer.clock.now()
        due = due_at(rule, id_, rules, now)
        if now < due:
            return Changes(next_look_at=due)
        notice = digest([_BLOCKERS, id_, due.isoformat()])[:20]
        told = Changes() if self.notices.notice(notice) is not None else self._told(notice, subject, person, rules, now)
        return told + Changes(next_look_at=due_at(rule, id_, rules, due + _WEEK))

    def _told(self, notice: str, subject: Subject, person: Person, rules: Ruleset, now: datetime) -> Changes:
        obstacles, pieces = Obstacles(gatherer=self.gatherer), []
        for project in rules.watch.blockers.projects:
            if of_project := obstacles.pieces(project, person, rules):
                named = Line(text="*{0}*", parts=(Tainted(text=project),))
                pieces += [Piece(section=Section(lines=(named,))), *of_project]
        if not pieces:
            return Changes()
        told = Notice(
            id=notice,
            kind=_BLOCKERS,
            team="",
            at=now,
            title=Line(text="What blocks work this week"),
            pieces=tuple(pieces),
            footer=FOOTER,
        )
        entry = Entry(
            kind="blockers.told",
            subject=subject,
            at=now,
            text=Line(text="somebody was told what blocks work this week"),
            about=tuple(sorted(told.items)),
            data={"notice": notice, "person": person.id},
            once=f"blockers.told:{notice}",
        )
        return Changes(notices=(told,), cards=(card_of(told, f"user:{person.slack}"),), entries=(entry,))


def due_at(rule: BlockersRule, person: str, rules: Ruleset, at: datetime) -> datetime:
    """Give when a person is told in the week of a moment: from the hour of the day on, as soon as they are at work."""
    local = at.astimezone(zone_of(person, rules))
    day = local.date() + timedelta(days=WEEKDAYS.index(rule.day) - local.weekday())
    due = datetime.combine(day, time(rule.from_hour), local.tzinfo).astimezone(at.tzinfo)
    hours = hours_of(person, rules)
    return (hours.next_open(due) if hours is not None else None) or due
