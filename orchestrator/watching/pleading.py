"""Asks somebody for what no model foretells: more time, help, a word of who decides what may wait.

Part of the look at a team's work, which keeps what was asked and answered with its warning. An answer changes nothing
in Jira: it is told to the team, which acts on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from orchestrator.approvals.voting import unlinked
from orchestrator.changes import Changes, Entry, Notice, Piece
from orchestrator.forecast.telling import percent
from orchestrator.gather import Gatherer
from orchestrator.memory import Directory
from orchestrator.messages import Button, Section
from orchestrator.recording import reply
from orchestrator.watching.alerts import Alert, Plea, What
from orchestrator.watching.notices import card_of
from orchestrator.watching.telling import about
from rules.canonical import digest
from rules.model import Event, Item, Line, Person, PersonRef, Subject, Tainted
from rules.ruleset import Ruleset

__all__ = ["ANSWERED", "ASKED", "Pleading", "of_whom", "told"]

ASKED: Final = "rescue.asked"
ANSWERED: Final = "rescue.answered"
_UNKNOWN = Line(text="I know no such warning that runs and that you may browse in Jira.")
_NOT_YOURS = Line(text="Only the team that was warned asks for that, and who decides about questions.")
_CANNOT = Line(text="I cannot ask them: they have it, may not browse it, or I do not know them.")
_QUESTIONS: Final[dict[What, str]] = {
    "later": "Can {0} be done later than promised?",
    "decide": "May other work wait for {0}?",
    "help": "Can you help with {0}?",
}
_SAID: Final[dict[tuple[What, bool], str]] = {
    ("later", True): "{0} agrees to a later time; the clock in Jira runs on.",
    ("later", False): "{0} does not agree to a later time.",
    ("decide", True): "{0} says that other work may wait.",
    ("decide", False): "{0} says that nothing else may wait.",
    ("help", True): "{0} helps with it.",
    ("help", False): "{0} cannot help with it.",
}


def of_whom(what: What, item: Item, directory: Directory, rules: Ruleset, named: str | None = None) -> Person | None:
    """Give who is asked; None where nobody can be.

    It is who reported the issue, the first of the rules' chain, or for help who is `named` and has it not.
    """
    if what == "later":
        person = directory.of_jira(item.reporter, rules) if item.reporter is not None else None
    else:
        wanted = rules.watch.risk.chain[:1] if what == "decide" else (named,)
        person = next((one for one in directory.everyone(rules) if one.id in wanted), None)
        if what == "help" and person is not None and person.jira == item.assignee:
            return None
    return person if person is not None and person.linked else None


def told(pleas: Iterable[Plea]) -> tuple[Line, ...]:
    """Say what was asked, and what came of it."""
    return tuple(_told(one) for one in pleas)


def _told(one: Plea) -> Line:
    named = (PersonRef(name=one.name),)
    if one.yes is None:
        return Line(text="{0} is asked, and has not answered yet.", parts=named)
    return Line(text=_SAID[one.what, one.yes], parts=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pleading:
    """The ports that this needs."""

    gatherer: Gatherer

    def heard(
        self, subject: Subject, events: Sequence[Event], alerts: Sequence[Alert], rules: Ruleset
    ) -> tuple[tuple[Alert, ...], Changes]:
        """Give the warnings with what people asked for and answered, and what is written and told of it."""
        known, changes = {one.id: one for one in alerts}, Changes()
        for event in events:
            if event.name in (ASKED, ANSWERED):
                alert, came = self._heard(subject, event, known.get(event.payload["alert"]), rules)
                changes += came
                known |= {alert.id: alert} if alert is not None else {}
        return tuple(known.values()), changes

    def _heard(
        self, subject: Subject, event: Event, alert: Alert | None, rules: Ruleset
    ) -> tuple[Alert | None, Changes]:
        user = event.payload["user"]
        giver = self.gatherer.directory.of_slack(user, rules)
        if giver is None or not giver.linked:
            return None, reply(event, unlinked(giver, user))
        item = self.gatherer.items.item(alert.item) if alert is not None else None
        if alert is None or item is None or item.id not in self.gatherer.audience.person_sees(giver, {item.id}):
            return None, reply(event, _UNKNOWN)
        if event.name == ASKED:
            return self._asked(subject, event, alert, item, giver, rules)
        return _answered(subject, event, alert, item, giver)

    def _asked(
        self, subject: Subject, event: Event, alert: Alert, item: Item, giver: Person, rules: Ruleset
    ) -> tuple[Alert | None, Changes]:
        what: What = event.payload["what"]
        whom = of_whom(what, item, self.gatherer.directory, rules, event.payload.get("whom"))
        if not _may_ask(giver, alert.team, rules):
            return None, reply(event, _NOT_YOURS)
        if whom is None or item.id not in self.gatherer.audience.person_sees(whom, {item.id}):
            return None, reply(event, _CANNOT)
        if any((one.what, one.person) == (what, whom.id) for one in alert.pleas):
            return None, reply(event, Line(text="{0} is asked already.", parts=(PersonRef(name=whom.name),)))
        plea = Plea(what=what, person=whom.id, name=whom.name, by=giver.name)
        asked = msgspec.structs.replace(alert, pleas=(*alert.pleas, plea))
        notice = _notice(asked, item, plea, subject, event.received_at)
        card = card_of(notice, f"user:{whom.slack}")
        entry = _entry(ASKED, subject, event, alert, Line(text="{0} is asked to save a promise", parts=_named(plea)))
        ask = reply(event, Line(text="I ask {0}.", parts=_named(plea)))
        return asked, Changes(notices=(notice,), cards=(card,), entries=(entry,)) + ask


def _may_ask(giver: Person, team: str, rules: Ruleset) -> bool:
    rule = rules.people.get(giver.id)
    deciding = {name for name, role in rules.roles.items() if "approve" in role.may}
    return bool(deciding & set(giver.roles)) or (rule is not None and team in rule.teams)


def _answered(subject: Subject, event: Event, alert: Alert, item: Item, giver: Person) -> tuple[Alert | None, Changes]:
    what, yes = event.payload["what"], event.payload["yes"]
    plea = next((one for one in alert.pleas if (one.what, one.person) == (what, giver.id)), None)
    if plea is None or plea.yes is not None:
        return None, reply(event, Line(text="You were not asked that, or have answered already."))
    said = msgspec.structs.replace(plea, yes=yes)
    pleas = tuple(said if one == plea else one for one in alert.pleas)
    notice = _notice(alert, item, said, subject, event.received_at)
    entry = _entry(ANSWERED, subject, event, alert, _told(said))
    return msgspec.structs.replace(alert, pleas=pleas), Changes(notices=(notice,), entries=(entry,))


def _notice(alert: Alert, item: Item, plea: Plea, subject: Subject, at: datetime) -> Notice:
    value = {"subject": str(subject), "alert": alert.id, "what": plea.what}
    chance = f"{{0}} wants to know: {percent(alert.latest)} that its SLA {{1}} breaks, as it is foretold."
    lines = [about(item), Line(text=chance, parts=(PersonRef(name=plea.by), Tainted(text=alert.sla)))]
    buttons = (
        Button(action="rescue.answer", label="Yes", value={**value, "choice": "yes"}, style="primary"),
        Button(action="rescue.answer", label="No", value={**value, "choice": "no"}),
    )
    if plea.yes is not None:
        lines.append(_told(plea))
    section = Section(lines=tuple(lines), buttons=buttons if plea.yes is None else ())
    return Notice(
        id=digest(["plea", alert.id, plea.what, plea.person])[:20],
        kind="plea",
        team="",
        at=at,
        title=Line(text=_QUESTIONS[plea.what], parts=(Tainted(text=item.key),)),
        pieces=(Piece(items=(item.id,), section=section),),
    )


def _entry(kind: str, subject: Subject, event: Event, alert: Alert, words: Line) -> Entry:
    data = {"event": event.id, "alert": alert.id, "what": event.payload["what"]}
    return Entry(kind=kind, subject=subject, at=event.received_at, text=words, about=(alert.item,), data=data)


def _named(plea: Plea) -> tuple[PersonRef, ...]:
    return (PersonRef(name=plea.name),)
