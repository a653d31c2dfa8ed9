"""Gathers what a batch's card shows in one place, with that place's eyes. Reads only; the card is made elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.approvals.telling import asked_back, called
from orchestrator.batching.cards import batch_card
from orchestrator.batching.further import holding, joined_by
from orchestrator.batching.gathering import BatchGatherer
from orchestrator.batching.regroup import Batch
from orchestrator.batching.sorting import batching
from orchestrator.batching.view import BatchView, Coming, latest
from orchestrator.facts import ActionRecord, Facts, RecordState
from orchestrator.impact import Impact, impact
from orchestrator.memory import CardRow
from orchestrator.messages import Message
from orchestrator.reach import reached
from orchestrator.sla.reading import clocked
from rules.canonical import revive
from rules.decisions import Decision
from rules.model import Item, Line, Moment, PersonRef, Subject
from rules.requests import Request, RequestState
from rules.ruleset import BatchRule, Ruleset

#: So many issues beside those of the batch are read for its card.
_AROUND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchShowing:
    """The ports that a batch's card needs."""

    gathering: BatchGatherer

    def shown(self, row: CardRow, channel: str, rules: Ruleset) -> tuple[Message, datetime | None] | None:
        """Give the card's message for its place, and when it changes by itself; None where there is no such batch."""
        facts = self.gathering.stored(Subject.parse(row.request), (), rules)
        if facts is None or facts.batch is None:
            return None
        now, wanted = facts.now, batching(rules)
        until = _undo_until(facts, rules)
        first, first_until = self._first(facts, rules)
        asked_about = {id_ for one in facts.requests for id_ in one.items}
        ids = set(facts.batch.members) or asked_about
        near = reached(self.gathering.gatherer.items.items(ids), self.gathering.gatherer.items.items, _AROUND)
        seen = self._seen(row, channel, frozenset({*ids, *asked_about, *near}), rules)
        items = tuple(one.item for one in facts.known if one.item.id in seen & ids and not one.item.deleted)
        visible = [one for id_, one in near.items() if id_ in seen]
        weighed = clocked(visible, self.gathering.gatherer.items, rules, now)
        found = _impact(facts, items, {one.id: one for one in weighed})
        asked = [one for one in facts.requests if one.undoes is None and not one.creates]
        shown, heir = latest(asked), self._heir(facts.batch)
        taken = {one.id for one in facts.requests if one.only}
        coming = _coming(facts, wanted[1]) if wanted else None
        view = BatchView(
            name=facts.batch.id,
            seen=seen,
            items=items,
            all=len(ids - facts.made()),
            made=facts.made(),
            making=_making(facts),
            head=facts.item,
            requests=facts.requests,
            decision=self._decision(shown) if shown else None,
            records=tuple(one for one in facts.records if any(one.request == request.id for request in asked)),
            chosen=facts.item is not None and facts.batch.head == facts.item.id,
            live=bool(facts.batch.members),
            into=heir.id if heir else None,
            beside=self._beside(heir, row, channel, rules),
            taken_back=tuple(one for one in facts.records if one.request in taken),
            voter=self._voter(shown, rules) if shown else None,
            called=self._called(shown, rules) if shown and shown.state is RequestState.PENDING else (),
            undoable=until is not None and now < until,
            odd_under=wanted[1].look_at_under if wanted else 0,
            now=Moment(at=now),
            impact=found,
            unseen=sum(id_ not in seen and id_ not in ids for id_ in near),
            silent=tuple(one.item.id for one in facts.known if not one.evidence),
            begun=first,
            coming=coming,
        )
        held_until = coming.said.further_until if coming and coming.said else None
        breaks_at = found.breaks.at if found and found.breaks else None
        changes = [at for at in (until, first_until, held_until, breaks_at) if at and now < at]
        return batch_card(view), min(changes, default=None)

    def _first(self, facts: Facts, rules: Ruleset) -> tuple[Request | None, datetime | None]:
        """Give what was agreed to about two of them while it has its Undo button, and until when; nothing without."""
        life, undoing = timedelta(minutes=rules.limits.undo_button_minutes), self.gathering.gatherer.records.undoing
        agreed = [one for one in facts.begun if one.state is RequestState.APPROVED and one.bundle is not None]
        last = max(agreed, key=lambda one: (one.closed_at or one.asked_at, one.id), default=None)
        until = (last.closed_at or last.asked_at) + life if last is not None else None
        if last is None or until is None or facts.now >= until or undoing(last.id) is not None:
            return None, None
        return last, until

    def _seen(self, row: CardRow, channel: str, ids: frozenset[int], rules: Ruleset) -> frozenset[int]:
        gatherer = self.gathering.gatherer
        if row.user is not None:
            person = gatherer.directory.of_slack(row.user, rules)
            return gatherer.audience.person_sees(person, ids) if person else frozenset()
        return gatherer.audience.channel_sees(channel, ids, rules)

    def _heir(self, batch: Batch) -> Batch | None:
        """Give the batch that has members into which this one went, be it through others."""
        found, met = self._next(batch), {batch.id}
        while found is not None and found.id not in met and not found.members:
            met.add(found.id)
            found = self._next(found)
        return found if found is not None and found.members and not batch.members else None

    def _next(self, batch: Batch) -> Batch | None:
        return self.gathering.batches.batch(batch.into) if batch.into else None

    def _beside(self, heir: Batch | None, row: CardRow, channel: str, rules: Ruleset) -> Item | None:
        """Give an issue of that batch that all in the place may browse: the one chosen to stand in front, or any."""
        seen = self._seen(row, channel, frozenset(heir.members), rules) if heir else frozenset()
        first = heir.head if heir and heir.head in seen else min(seen, default=None)
        return None if first is None else next(iter(self.gathering.gatherer.items.items([first])), None)

    def _decision(self, request: Request) -> Decision | None:
        found = self.gathering.gatherer.records.decision(request.asks[0].decision)
        return revive(found["decision"], Decision) if found else None

    def _called(self, request: Request, rules: Ruleset) -> tuple[Line, ...]:
        named = request.calls or request.questions
        known = {one.id: one for one in self.gathering.gatherer.directory.everyone(rules)} if named else {}

        def name(who: str) -> PersonRef:
            return PersonRef(name=known[who].name, slack=known[who].slack) if who in known else PersonRef(name=who)

        return (*called(request, name), *asked_back(request, name))

    def _voter(self, request: Request, rules: Ruleset) -> PersonRef | None:
        who = next((vote.human for vote in reversed(request.votes) if vote.counts), None)
        everyone = self.gathering.gatherer.directory.everyone(rules) if who else ()
        known = next((one for one in everyone if who in (one.id, one.jira, one.slack)), None)
        return PersonRef(name=known.name, slack=known.slack) if known else PersonRef(name=who) if who else None


def _making(facts: Facts) -> ActionRecord | None:
    """Give the new issue that was asked for last to stand in front."""
    creations = [one for one in facts.requests if one.creates]
    return next((one for request in creations[-1:] for one in facts.records_of(request.id)), None)


def _coming(facts: Facts, rule: BatchRule) -> Coming | None:
    said = holding(facts)
    joined = sum(len(one.couplings) for one in joined_by(said, facts)) if said else 0
    most = rule.further_most
    if not most:
        return None
    return Coming(most=most, hours=rule.within_hours, raises=bool(rule.priority), said=said, joined=joined)


def _impact(facts: Facts, items: Sequence[Item], visible: Mapping[int, Item]) -> Impact | None:
    """Weigh what all in the place may browse of the batch, by the one in front, if that is among it."""
    members = facts.batch.members if facts.batch else ()
    front = facts.item if facts.item in items else next((one for one in items if one.id in members), None)
    return impact(visible.get(front.id, front), visible, facts.now, members) if front else None


def _undo_until(facts: Facts, rules: Ruleset) -> datetime | None:
    asked = [one for one in facts.requests if one.undoes is None and one.state is RequestState.APPROVED]
    asked = [one for one in asked if not one.creates]
    done = [one for one in facts.records if asked and one.request == asked[-1].id]
    if not done or any(one.state in (RecordState.PLANNED, RecordState.CLAIMED) for one in done):
        return None
    if any(one.takes_back(asked[-1].id) for one in facts.requests):
        return None
    times = [one.receipt.at for one in done if one.receipt is not None and one.receipt.at is not None]
    return max(times) + timedelta(minutes=rules.limits.undo_button_minutes) if times else None
