"""Reads who is there: absences, turns on call, what the chat tells; who answers in whose place. Decides nothing.

Who cannot be asked about now is unknown, never an error: nobody's answer waits for it.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from orchestrator.approvals.pace import LOOKED_BACK, Pace, paces
from orchestrator.facts import Facts
from orchestrator.memory import Directory, Records
from orchestrator.people.availability import Agenda, Presence
from orchestrator.people.leaves import meant
from orchestrator.people.turns import managers_of, turns_of
from orchestrator.ports import Chat, GatewayError
from rules.model import Event, Person
from rules.requests import Delegation, Request
from rules.ruleset import Ruleset

#: How far ahead turns on call are told.
_AHEAD = timedelta(days=7)
_MOST_WAITING = 200
#: So many questions, the newest, tell how people answer.
_MOST_ASKED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The ports that this needs."""

    records: Records
    directory: Directory
    chat: Chat

    def joined(self, people: Sequence[Person], now: datetime, rules: Ruleset) -> tuple[Person, ...]:
        """Add to these people those who may answer in their place: their delegates, their managers."""
        delegations = self.records.delegations([one.id for one in people], now)
        parties = {id_ for one in delegations for id_ in (one.giver, one.to)}
        above = {id_ for one in people if one.roles for id_ in managers_of(one.id, rules)}
        named = {one.id: one for one in self.directory.everyone(rules)}
        found = {one.id: one for one in people}
        for id_ in sorted((parties | above) - found.keys()):
            other = named.get(id_) or self._unnamed(id_, rules)
            if other is not None:
                found[other.id] = other
        return tuple(found[id_] for id_ in sorted(found))

    def told(self, facts: Facts, rules: Ruleset) -> Facts:
        """Add who answers in whose place, what is known of everybody's time, and what waits for them."""
        ids = [one.id for one in facts.people]
        return msgspec.structs.replace(
            facts,
            delegations=self.records.delegations(ids, facts.now),
            agendas=tuple(self._agendas(facts.people, facts.now, rules)),
            paces=self._paces(facts.now, rules),
        )

    def _paces(self, now: datetime, rules: Ruleset) -> tuple[Pace, ...]:
        """Give what waits for whom, where the rules have some asked before others."""
        approvals = [one.approval for one in rules.workflows.values() if one.approval is not None]
        if not any(one.ask_first for one in approvals):
            return ()
        return paces(self.records.asked_since(now - LOOKED_BACK, _MOST_ASKED), rules, now)

    def notice(self, people: Iterable[Person]) -> None:
        """Look who is seen in the chat now, where it answers."""
        with suppress(GatewayError):
            self.chat.notice([one.slack for one in people if one.slack is not None])

    def of_command(self, event: Event, now: datetime, rules: Ruleset) -> tuple[Facts, tuple[Request, ...]]:
        """Gather what a command about somebody's own time depends on, and the open questions, the most urgent first."""
        giver = self.directory.of_slack(event.payload["user"], rules)
        given = event.payload.get("argument", "")
        other = meant(given, rules) if event.payload["word"] == "delegate" else None
        named = {one.id: one for one in self.directory.everyone(rules)}
        to = named.get(other) or self.directory.of_slack(other.upper(), rules) if other else None
        people = tuple(one for one in (giver, to) if one is not None)
        mine: tuple[Delegation, ...] = self.records.delegations([giver.id], now) if giver is not None else ()
        waiting = self.records.pending(_MOST_WAITING) if giver is not None else ()
        facts = Facts(subject=event.subject, now=now, people=people, delegations=mine)
        return facts, waiting

    def _unnamed(self, id_: str, rules: Ruleset) -> Person | None:
        """Find somebody whom the rules do not name, who is known by an account."""
        source, _, account = id_.partition(":")
        return self.directory.of_slack(account, rules) if source == "slack" and account else None

    def _seen(self, people: Sequence[Person], now: datetime, rules: Ruleset) -> dict[str, Presence]:
        """Ask the chat about those whose hours are known; of the others nothing would follow from it."""
        known = {id_ for id_, rule in rules.people.items() if rule.calendar is not None}
        users = [one.slack for one in people if one.slack is not None and one.id in known]
        try:
            return {one.person: one for one in self.chat.presences(users, now)} if users else {}
        except GatewayError:
            return {}

    def _agendas(self, people: Sequence[Person], now: datetime, rules: Ruleset) -> Iterable[Agenda]:
        away = self.records.absences([one.id for one in people], now)
        seen = self._seen(people, now, rules)
        for one in people:
            yield Agenda(
                person=one.id,
                presence=seen.get(one.slack or ""),
                absences=tuple(absence for absence in away if absence.person == one.id),
                on_call=turns_of(one.id, rules, now - _AHEAD, now + _AHEAD),
            )
