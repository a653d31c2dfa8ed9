"""Gathers the questions that share a card, with the eyes of who is told of them. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from orchestrator.approvals.delegation import Place
from orchestrator.approvals.voting import place_of, unlinked
from orchestrator.bundles.alike import Bundle, alike, oddities
from orchestrator.bundles.choosing import approved, form
from orchestrator.changes import Changes, Entry
from orchestrator.facts import Eyes, Facts
from orchestrator.gather import Gatherer
from orchestrator.messages import Form, Message
from orchestrator.recording import reply
from rules.model import Event, Line, Person, PersonRef, Subject
from rules.requests import Request
from rules.ruleset import Ruleset

_NONE = Line(text="I do not know these questions, or the rules let nothing be approved together any more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundling:
    """The ports that this needs."""

    gatherer: Gatherer

    def bundle(self, id_: str, seen: Collection[int] | None, rules: Ruleset) -> Bundle | None:
        """Give a bundle as far as it is about items that may be `seen`, of which None is all; None for no such one."""
        requests = self.gatherer.records.bundle(id_)
        workflow = rules.workflows.get(requests[0].workflow) if requests else None
        gate = workflow.gate if workflow is not None else None
        if gate is None or gate.bulk is None:
            return None
        shown = tuple(one for one in requests if seen is None or set(one.items) <= set(seen))
        asking = {one.requester for one in shown if one.requester is not None}
        return Bundle(
            id=id_,
            rule=gate.bulk,
            amount=gate.amount,
            requests=shown,
            items=self.gatherer.items.items({one.asks[0].payload.item for one in shown}),
            known=tuple(sorted(self.gatherer.records.approved_before(requests[0].workflow, asking, id_))),
        )

    def form(self, event: Event, person: Person, rules: Ruleset) -> Form | Message:
        """Give the form in which a person approves several at once."""
        found = self._offered(event.payload["bundle"], person, rules)
        where = {name: event.payload[name] for name in ("channel", "response_url") if event.payload.get(name)}
        return Message(title=_NONE) if found is None else form(*found, where)

    def approve(self, event: Event, rules: Ruleset) -> Changes:
        """Give what comes of the form that a person has filled in."""
        user = event.payload["user"]
        person = self.gatherer.directory.of_slack(user, rules)
        if person is None or not person.linked:
            return _refused(event, unlinked(person, user))
        found = self._offered(event.payload["bundle"], person, rules)
        came = _NONE if found is None else approved(found[0], found[1], event, person)
        return _refused(event, came) if isinstance(came, Line) else came

    def _offered(
        self, id_: str, person: Person, rules: Ruleset
    ) -> tuple[Bundle, tuple[Request, ...], dict[str, tuple[Line, ...]]] | None:
        """Give a bundle as a person sees it, what of it they may approve together, and in what the others differ."""
        asked = {item for one in self.gatherer.records.bundle(id_) for item in one.items}
        seen = self.gatherer.audience.person_sees(person, asked) if asked else frozenset()
        bundle = self.bundle(id_, seen, rules)
        if bundle is None or not bundle.requests:
            return None
        facts = self._facts(person, seen, rules)
        odd = oddities(bundle, partial(named, facts.people))
        mine = [
            one
            for one in alike(bundle, odd)
            if isinstance(place_of(one, person.slack or "", facts.now, facts, rules), Place)
        ]
        return bundle, tuple(mine), odd

    def _facts(self, person: Person, seen: Collection[int], rules: Ruleset) -> Facts:
        now = self.gatherer.clock.now()
        everyone = {one.id: one for one in (*self.gatherer.directory.everyone(rules), person)}
        people = self.gatherer.attendance.joined(tuple(everyone.values()), now, rules)
        eyes = (Eyes(viewer=person.id, items=tuple(sorted(seen))),)
        return Facts(
            subject=Subject(kind="person", id=person.slack or person.id),
            now=now,
            people=people,
            eyes=eyes,
            delegations=self.gatherer.records.delegations([one.id for one in people], now),
        )


def _refused(event: Event, words: Line) -> Changes:
    entry = Entry(
        kind="command.refused",
        subject=event.subject,
        at=event.received_at,
        text=words,
        data={"event": event.id, "name": event.name},
    )
    return Changes(entries=(entry,)) + reply(event, words)


def named(people: Collection[Person], who: str) -> PersonRef:
    """Name somebody by any of their ids."""
    known = next((one for one in people if who in (one.id, one.jira, one.slack)), None)
    return PersonRef(name=known.name, slack=known.slack) if known else PersonRef(name=who)
