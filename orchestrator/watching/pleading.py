"""Asks somebody for what no model foretells: more time, help, a word of who decides; or tells them that they must.

Part of the look at a team's work, which keeps what was asked and answered with its warning. An answer changes nothing
in Jira by itself: it is told to the team, and where the rules say what comes of more time, that is put to who decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from orchestrator.approvals.voting import unlinked
from orchestrator.changes import Changes, Entry, Piece, Spent
from orchestrator.gather import Gatherer
from orchestrator.recording import reply
from orchestrator.rescue.asking import day_of, judged, workflow_of
from orchestrator.rescue.rights import may_move
from orchestrator.watching.alerts import Alert, Plea, What, warning_of
from orchestrator.watching.notices import Notices, card_of
from orchestrator.watching.pleas import Beside, day_asked, notice_of, of_whom, over, told
from orchestrator.watching.rescuing import is_unknown
from rules.model import Event, Item, Line, Person, PersonRef, Subject
from rules.ruleset import Ruleset

__all__ = ["ANSWERED", "ASKED", "Pleading"]

ASKED: Final = "rescue.asked"
ANSWERED: Final = "rescue.answered"
ESCALATED: Final = "rescue.escalated"
_UNKNOWN = Line(text="I know no such warning that runs and that you may browse in Jira.")
_NOT_YOURS = Line(text="Only the team that was warned asks for that, and who decides about it.")
_CANNOT = Line(text="I cannot ask them: they have it, may not browse it, or I do not know them.")
_ASKED_FOR: Final = "{0} is asked to save a promise"
_TOLD: Final = "{0} is told to decide about a promise at risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What somebody said by a button of a warning about an item, in the look at a team's work."""

    subject: Subject
    event: Event
    alert: Alert
    item: Item
    giver: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Pleading:
    """The ports that this needs."""

    gatherer: Gatherer
    notices: Notices

    def heard(
        self, subject: Subject, events: Sequence[Event], alerts: Sequence[Alert], rules: Ruleset
    ) -> tuple[tuple[Alert, ...], Changes]:
        """Give the warnings with what people asked for and answered, and what is written and told of it."""
        known, changes = {one.id: one for one in alerts}, Changes()
        for event in events:
            if event.name in (ASKED, ANSWERED):
                alert, came = self._heard(subject, event, known.get(event.payload["alert"]), rules, changes.spent)
                changes += came
                known |= {alert.id: alert} if alert is not None else {}
        return tuple(known.values()), changes

    def ended(self, alerts: Iterable[Alert]) -> Changes:
        """Have the questions that nobody answered say that these warnings are over."""
        asked = [(one, plea) for one in alerts if one.ended_at for plea in one.pleas if plea.yes is None]
        items = {one.item: self.gatherer.items.item(one.item) for one, _ in asked}
        told_of = ((alert, items[alert.item], plea) for alert, plea in asked)
        return Changes(notices=tuple(over(alert, item, plea) for alert, item, plea in told_of if item is not None))

    def _heard(
        self, subject: Subject, event: Event, alert: Alert | None, rules: Ruleset, spent: Sequence[Spent]
    ) -> tuple[Alert | None, Changes]:
        user = event.payload["user"]
        giver = self.gatherer.directory.of_slack(user, rules)
        if giver is None or not giver.linked:
            return None, reply(event, unlinked(giver, user))
        item = self.gatherer.items.item(alert.item) if alert is not None else None
        if alert is None or item is None or item.id not in self.gatherer.audience.person_sees(giver, {item.id}):
            return None, reply(event, _UNKNOWN)
        said = _Said(subject=subject, event=event, alert=alert, item=item, giver=giver)
        return self._asked(said, rules, spent) if event.name == ASKED else self._answered(said, rules)

    def _asked(self, said: _Said, rules: Ruleset, spent: Sequence[Spent]) -> tuple[Alert | None, Changes]:
        event, alert, item, giver = said.event, said.alert, said.item, said.giver
        what: What = event.payload["what"]
        named, directory = event.payload.get("whom"), self.gatherer.directory
        whom = of_whom(what, item, directory, rules, named, alert.pleas)
        if not _may_ask(giver, item, rules):
            return None, reply(event, _NOT_YOURS)
        if whom is None or item.id not in self.gatherer.audience.person_sees(whom, {item.id}):
            return None, reply(event, _CANNOT)
        if any((one.what, one.person) == (what, whom.id) for one in alert.pleas) or (named or whom.id) != whom.id:
            asked_of = next(one.name for one in (whom, *directory.everyone(rules)) if one.id == (named or whom.id))
            return None, reply(event, Line(text="{0} is asked already.", parts=(PersonRef(name=asked_of),)))
        about = self.gatherer.records.about(Subject(kind="item", id=str(item.id)), day_of(event))
        recorded, why_not = judged(event, item, (giver, whom), about, rules, spent)
        if why_not is not None:
            return None, recorded + reply(event, why_not)
        plea = Plea(what=what, person=whom.id, name=whom.name, by=giver.name)
        plea = self._put_off(plea, alert, item, rules) if what == "later" else plea
        asked = msgspec.structs.replace(alert, pleas=(*alert.pleas, plea))
        notice = notice_of(asked, item, plea, said.subject, event.received_at, self._beside(plea, alert, item, rules))
        card = card_of(notice, f"user:{whom.slack}")
        kind, words = (ESCALATED, _TOLD) if what == "escalate" else (ASKED, _ASKED_FOR)
        entry = _entry(kind, said, Line(text=words, parts=_named(plea)))
        told_so = reply(event, Line(text="I tell {0}." if what == "escalate" else "I ask {0}.", parts=_named(plea)))
        return asked, recorded + Changes(notices=(notice,), cards=(card,), entries=(entry,)) + told_so

    def _put_off(self, plea: Plea, alert: Alert, item: Item, rules: Ruleset) -> Plea:
        """Say what comes of more time: the day that is asked for, or that the clock is to stand still."""
        now = self.gatherer.clock.now()
        day = day_asked(item.project, self._breaks(alert, item, rules), rules, now)
        if day is None:
            return msgspec.structs.replace(plea, waits=bool(rules.watch.risk.later.statuses))
        return msgspec.structs.replace(plea, until=day.isoformat())

    def _beside(self, plea: Plea, alert: Alert, item: Item, rules: Ruleset) -> Beside:
        """Give when it breaks; and for whom it is escalated to, what the warning says could be done, but to ask."""
        breaks = self._breaks(alert, item, rules)
        standing = self.notices.notice(warning_of(item.id)) if plea.what == "escalate" else None
        pieces = [one for one in (standing.pieces if standing is not None else ()) if one.section.heading]
        return Beside(breaks=breaks, moves=tuple(map(_deeds, pieces)))

    def _breaks(self, alert: Alert, item: Item, rules: Ruleset) -> datetime | None:
        now = self.gatherer.clock.now()
        told_of = self.gatherer.foretelling.forecasts([item], rules, now).get(item.id, ())
        at = next((one.breaches_at for one in told_of if one.sla == alert.sla), None)
        return at if at is not None and at > now else None

    def _answered(self, said: _Said, rules: Ruleset) -> tuple[Alert | None, Changes]:
        event, alert, item = said.event, said.alert, said.item
        what, yes = event.payload["what"], event.payload["yes"]
        asked = next((one for one in alert.pleas if (one.what, one.person) == (what, said.giver.id)), None)
        if asked is None or asked.yes is not None:
            return None, reply(event, Line(text="You were not asked that, or have answered already."))
        plea = msgspec.structs.replace(asked, yes=yes)
        pleas = tuple(plea if one == asked else one for one in alert.pleas)
        notice = notice_of(alert, item, plea, said.subject, event.received_at, self._beside(plea, alert, item, rules))
        entry = _entry(ANSWERED, said, told((plea,))[0])
        events = (_agreed(event, item, plea),) if yes and (plea.until or plea.waits) else ()
        answered = msgspec.structs.replace(alert, pleas=pleas)
        return answered, Changes(notices=(notice,), entries=(entry,), events=events)


def _may_ask(giver: Person, item: Item, rules: Ruleset) -> bool:
    workflow = workflow_of(rules)
    return workflow is not None and may_move(giver, item.project, rules.workflows[workflow].approvers, rules)


def _deeds(piece: Piece) -> Piece:
    """Leave of what could be done what its reader can press, and what is foretold of that."""
    buttons = tuple(one for one in piece.section.buttons if one.action != "rescue.ask")
    lines = tuple(one for one in piece.section.lines if not is_unknown(one))
    return msgspec.structs.replace(piece, section=msgspec.structs.replace(piece.section, lines=lines, buttons=buttons))


def _agreed(event: Event, item: Item, plea: Plea) -> Event:
    """Have what comes of more time proposed by the issue's own look."""
    by = {name: of for name, of in event.payload.items() if name in ("user", "channel", "response_url")}
    comes = {"until": plea.until} if plea.until else {"waits": True}
    return Event(
        id=f"{event.id}:later",
        kind="command",
        name="rescue.wanted",
        source="yardmaster",
        subject=Subject(kind="item", id=str(item.id)),
        received_at=event.received_at,
        payload={**by, **comes},
    )


def _entry(kind: str, said: _Said, words: Line) -> Entry:
    event, alert = said.event, said.alert
    data = {"event": event.id, "alert": alert.id, "what": event.payload["what"]}
    return Entry(kind=kind, subject=said.subject, at=event.received_at, text=words, about=(alert.item,), data=data)


def _named(plea: Plea) -> tuple[PersonRef, ...]:
    return (PersonRef(name=plea.name),)
