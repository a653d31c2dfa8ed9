"""Gathers the facts about a batch, first from memory, then fresh from the vendors. Reads only; decides nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from orchestrator import related
from orchestrator.batching.alike import alike
from orchestrator.batching.beginning import begun
from orchestrator.batching.crowding import beside, crowd_of
from orchestrator.batching.crowds import Crowd
from orchestrator.batching.front import in_front
from orchestrator.batching.heading import headed
from orchestrator.batching.laggards import parents_of, with_laggards
from orchestrator.batching.places import wanted_by
from orchestrator.batching.regroup import Batch
from orchestrator.batching.sorting import batching, within
from orchestrator.batching.sureness import shares
from orchestrator.facts import Eyes, Facts, Known, made_by
from orchestrator.gather import Gatherer
from orchestrator.memory import Batches
from rules.model import Event, Item, Line, Subject, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

MODEL = "batches-2"
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchGatherer:
    """The ports that facts about batches come from: those of items, and the batches."""

    gatherer: Gatherer
    batches: Batches

    def stored(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> Facts | None:
        """Gather what memory knows; None where there is no such batch."""
        batch = self.batches.batch(subject.id)
        return None if batch is None else self._remembered(subject, batch, events, rules)

    def fresh(self, facts: Facts, events: Sequence[Event], rules: Ruleset) -> Facts:
        """Read every issue of the batch again, the people, and what they may see."""
        gather = self.gatherer
        if facts.batch is None:
            return facts
        joining = {id_ for one in facts.other_batches for id_ in one.members}
        wanted = sorted({*facts.batch.members, *joining, *facts.made(), *(one.item.id for one in facts.known)})
        gather.items.merge([gather.read(id_) for id_ in wanted])
        facts = self._remembered(facts.subject, facts.batch, events, rules)
        people = gather.people(facts, rules)
        eyes = [Eyes(viewer=one.id, items=_sorted(gather.audience.person_sees(one, wanted))) for one in people]
        eyes += [
            Eyes(viewer=channel, items=_sorted(gather.audience.channel_would_see(channel, wanted, rules)))
            for channel in sorted(set(facts.channels.values()))
        ]
        facts = msgspec.structs.replace(facts, fresh=True, people=people, eyes=tuple(eyes), spots=gather.spots(facts))
        facts = msgspec.structs.replace(facts, wanted=tuple(wanted_by(facts, gather.tracker)))
        seen = self._ranked(headed(gather.attendance.told(facts, rules)), rules)
        led, wanted_by_rules = with_laggards(seen, gather, rules), batching(rules)
        return led if wanted_by_rules is None else in_front(led, gather, wanted_by_rules[1], rules)

    def _remembered(self, subject: Subject, batch: Batch, events: Sequence[Event], rules: Ruleset) -> Facts:
        now = self.gatherer.clock.now()
        told = self.gatherer.records.about(subject, now.date().isoformat())
        others, asked = self._others(events), self.batches.questions(batch.members)
        wanted = {*batch.members, *(id_ for one in told.requests for id_ in one.items)}
        wanted |= {id_ for one in others for id_ in one.members}
        wanted |= made_by(told.actions)
        items = self.gatherer.items.items(wanted)
        if beyond := parents_of(items, rules) - wanted:
            items = (*items, *self.gatherer.items.items(beyond))
        facts = Facts(
            subject=subject,
            now=now,
            batch=batch,
            other_batches=others,
            requests=told.requests,
            records=told.actions,
            outcomes=told.outcomes,
            commands=tuple(event for event in events if event.kind == "command"),
            switches=told.switches,
            budget_left=rules.budgets_left(told.budget_used),
            channels=self.gatherer.channels(rules),
            known=self._known(items, batch, rules),
            begun=_begun(batch, asked, now - within(rules)),
            elsewhere=self._elsewhere(batch, asked),
            followed=self.batches.followed(batch.members),
            partings=self.batches.partings(batch.members),
        )
        return headed(facts)

    def _known(self, items: Sequence[Item], batch: Batch, rules: Ruleset) -> tuple[Known, ...]:
        """Give each issue with how likely it is one problem with the others, and the words that hold all together."""
        crowd = self._crowd(frozenset(batch.members) | self._beside(batch, rules), rules)
        likely = shares(batch.members, crowd)
        telling = crowd.telling(batch.members, _MOST_WORDS)
        return tuple(
            Known(
                item=msgspec.structs.replace(item, description=Tainted(text="")),
                confidence=likely.get(item.id, 0),
                model=MODEL,
                evidence=_words(item, telling),
            )
            for item in items
        )

    def _crowd(self, ids: Collection[int], rules: Ruleset) -> Crowd:
        return crowd_of(self.gatherer.items, ids, self.gatherer.models.active(), within(rules))

    def _beside(self, batch: Batch, rules: Ruleset) -> set[int]:
        """Give what came beside the youngest of the batch, as when it was sorted: likeness is told by company."""
        items = self.gatherer.items
        youngest = max(items.items(batch.members), key=lambda one: (one.created, one.id), default=None)
        return set() if youngest is None or youngest.deleted else beside(items, youngest, within(rules))

    def _ranked(self, facts: Facts, rules: Ruleset) -> Facts:
        """Add what the ranking of duplicates sees between the issues and the one in front."""
        seen = alike(self._crowd(facts.batch.members, rules), facts.item.id) if facts.item and facts.batch else {}
        known = tuple(msgspec.structs.replace(one, features=seen.get(one.item.id)) for one in facts.known)
        return msgspec.structs.replace(facts, known=known)

    def _elsewhere(self, batch: Batch, asked: Sequence[Request]) -> tuple[int, ...]:
        alive = [one for one in asked if one.state is RequestState.PENDING]
        alive += [one for gone in batch.merged for one in self._agreed_as(gone)]
        return _sorted({ask.payload.item for one in alive for ask in one.asks})

    def _agreed_as(self, gone: str) -> tuple[Request, ...]:
        """Give what was agreed to about a batch that went into this one, and was not taken back."""
        asked = self.gatherer.records.requests(Subject(kind="batch", id=gone))
        return tuple(
            one
            for one in asked
            if one.state is RequestState.APPROVED
            and one.undoes is None
            and not any(other.takes_back(one.id) for other in asked)
        )

    def _others(self, events: Sequence[Event]) -> tuple[Batch, ...]:
        """Give the batches with which people want this one to be merged."""
        named = dict.fromkeys(event.payload["merge"] for event in events if event.payload.get("merge"))
        return tuple(found for id_ in named if (found := self.batches.batch(id_)) is not None)


def _begun(batch: Batch, asked: Sequence[Request], since: datetime) -> tuple[Request, ...]:
    """Give the questions about two of its issues that it goes on: those that were given over, and those still to be."""
    card, alive = f"batch:{batch.id}", begun(asked, since)
    inside = [one for one in alive if one.bundle is None and set(one.items) <= set(batch.members)]
    return tuple(one for one in asked if one.bundle == card or one in inside)


def _words(item: Item, telling: Sequence[int]) -> tuple[Line, ...]:
    """Say which words hold the batch together, as this issue writes them."""
    said = related.terms(item.summary.text, item.description.text)
    words = dict(zip(said.ids, said.words, strict=True))
    named = list(dict.fromkeys(words[term] for term in telling if term in words))
    if not named:
        return ()
    places = ", ".join(f"{{{place}}}" for place in range(len(named)))
    text = f"At least half of them name {places}, which come up far more often now than before."
    return (Line(text=text, parts=tuple(Tainted(text=word) for word in named)),)


def _sorted(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(ids))
