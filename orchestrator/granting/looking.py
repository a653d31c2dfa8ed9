"""Gathers what a word about answering in one's own name depends on, and has it decided. Reads only."""

from dataclasses import dataclass

from orchestrator.changes import CardWanted, Changes
from orchestrator.facts import Facts
from orchestrator.granting.answering import lets_answer
from orchestrator.granting.connecting import NEWS, Standing, decide
from orchestrator.granting.grants import Grants
from orchestrator.granting.telling import Reader
from orchestrator.memory import Directory, Records
from orchestrator.ports import Clock
from rules.model import Event, Person
from rules.requests import Request
from rules.ruleset import Ruleset

_MOST_OPEN = 500


def reader_of(person: Person, request: Request, grants: Grants, rules: Ruleset) -> Reader:
    """Tell how one of those whom a service desk asks by itself may answer here."""
    if person.jira is None or not lets_answer(request, rules):
        return Reader(account=person.jira)
    return Reader(account=person.jira, granted=bool(grants.held([person.jira])), offered=grants.offered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    """The ports that this needs."""

    clock: Clock
    directory: Directory
    records: Records
    grants: Grants

    def heard(self, event: Event, rules: Ruleset) -> Changes:
        """Give what a word of a person, or news of their grant, comes to."""
        user = event.payload["user"]
        person = self.directory.of_slack(user, rules)
        facts = Facts(subject=event.subject, now=self.clock.now(), people=(person,) if person is not None else ())
        account = person.jira if person is not None else None
        held = account is not None and bool(self.grants.held([account]))
        invites = event.payload.get("word") == "connect" and self.grants.offered and not held
        standing = Standing(
            offered=self.grants.offered,
            held=held,
            address=self.grants.invitation(user, account) if invites and account is not None else "",
            cards=self._cards(user) if event.name in NEWS or held else (),
        )
        return decide(event, facts, standing)

    def _cards(self, user: str) -> tuple[CardWanted, ...]:
        asked = (one for one in self.records.pending(_MOST_OPEN) if one.portal is not None)
        rows = (row for request in asked for row in self.records.cards(request.id) if row.user == user)
        return tuple(CardWanted(request=row.request, place=row.place) for row in rows)
