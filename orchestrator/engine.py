"""One look at a subject: gather, decide, record, act or ask. Tells the story; every step of it is somebody else's.

A look is level-triggered and safe to repeat. It may mark other subjects to be looked at, never decide for them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orchestrator.assigning.allotting import Allotter
from orchestrator.assigning.deciding import queues_stirred
from orchestrator.batching import deciding as of_batches
from orchestrator.batching.gathering import BatchGatherer
from orchestrator.batching.sorting import SORTING, Sorter
from orchestrator.cardlook import CardLook
from orchestrator.changes import Changes
from orchestrator.conversation import named_together
from orchestrator.decide import decide, wants_fresh
from orchestrator.enquiry import Enquiry
from orchestrator.execution import Execution
from orchestrator.facts import Facts
from orchestrator.gather import Gatherer
from orchestrator.granting import connecting
from orchestrator.granting.looking import Connecting
from orchestrator.home.looking import HomeLook
from orchestrator.memory import Journal, Records, Rulebook
from orchestrator.noise import muting
from orchestrator.people import leaves
from orchestrator.ports import Chat, GatewayError
from orchestrator.recording import reply
from orchestrator.reporting import deciding as reporting
from orchestrator.reporting.reactions import REACTED
from orchestrator.sifting import is_issue, sift
from orchestrator.sla.keeping import noted
from orchestrator.talk import Thread
from orchestrator.talk.offering import is_wish, offer
from orchestrator.talk.replies import is_reply, passed_on
from orchestrator.talk.stirring import made_of_talk, passed_to_threads
from orchestrator.talk.talking import JOINED, Talking
from orchestrator.watching.looking import Watcher, is_watched
from rules.model import Event, Item, Line, Subject
from rules.ruleset import Ruleset

Told = Callable[[str], None]
KEPT = Line(
    text="Jira or Slack does not answer me now. What you said is kept, counts from now, and is carried out as soon as "
    "they do; you need not say it again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Everything that looks need. `warn` tells the operator, without personal data."""

    rulebook: Rulebook
    records: Records
    journal: Journal
    gatherer: Gatherer
    batches: BatchGatherer
    sorter: Sorter
    allotter: Allotter
    execution: Execution
    cards: CardLook
    enquiry: Enquiry
    homes: HomeLook
    watcher: Watcher
    chat: Chat
    warn: Told

    def look(self, subject: Subject, events: Sequence[Event]) -> None:
        """Look at a subject once, with its unhandled events in order. Raises GatewayError, Outdated or Later."""
        rules = self.rulebook.active()
        sound, ignored = sift(subject, events, self.gatherer.clock.now())
        if subject.kind == "home":
            self.homes.heard(subject, sound)
        changes = self._decided(subject, sound, rules)
        self.journal.commit(subject, events, ignored + changes)
        self._reply(changes)
        if subject.kind in ("item", "batch", "person", "conversation"):
            self.execution.carry_on(subject, rules)
        elif subject.kind == "card":
            self.cards.render(subject.id, rules)
        elif subject.kind == "home":
            self.homes.render(subject.id, rules)

    def put_off(self, events: Sequence[Event]) -> None:
        """Tell who gave commands that these are kept: the vendor that they need does not answer now."""
        given = [event for event in events if event.kind == "command" and event.source != "jira"]
        self._reply(sum((reply(event, KEPT) for event in given), Changes()))

    def _decided(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> Changes:
        if is_issue(subject):
            return self._item(subject, events, rules)
        if subject == SORTING:
            return self.sorter.sort(events, rules)
        if subject.kind == "queue":
            watched = is_watched(subject)
            return self.watcher.watch(subject, events, rules) if watched else self.allotter.allot(subject, rules)
        if subject.kind == "batch":
            return self._batch(subject, events, rules)
        if subject.kind == "conversation":
            return self._conversation(subject, events, rules)
        if subject.kind == "person":
            return self._person(subject, events, rules)
        if subject.kind == "home":
            return Changes(next_look_at=self.homes.next_look(subject.id, rules))
        return Changes()

    def _conversation(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> Changes:
        thread, changes = self.records.thread(subject.id), Changes()
        made = next((event for event in events if event.name == JOINED), None)
        if made is not None and thread is None and (begun := self.talking.join(subject, made, rules)) is not None:
            thread, changes = begun
        if thread is not None and thread.is_kept:
            changes += self.talking.look(thread, events, rules)
        for event in events:
            if thread is not None and thread.asked and is_reply(event) and len(event.payload.get("keys", ())) < 2:
                changes += passed_on(event, thread)
            elif is_wish(event, rules) and not (thread is not None and thread.is_kept):
                changes += offer(event, mentioned=True)
            else:
                changes += self._named(event, thread)
        return changes

    def _named(self, event: Event, thread: Thread | None) -> Changes:
        """Heed a pair of issues that is named; of nothing else is said to a bot in a thread that is kept."""
        if thread is not None and thread.is_kept and len(event.payload.get("keys", ())) < 2:
            return Changes()
        return named_together(event, self._items_named(event))

    def _person(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> Changes:
        given = [event for event in events if event.kind == "command"]
        meant = [self._meant(event, rules) for event in given]
        reports = [one for one in meant if isinstance(one, Event) and one.name in reporting.REPORTS]
        said = [event for event in given if event.payload.get("word") in {*leaves.LEAVES, muting.WORD}]
        several = [event for event in given if event.name == "bulk.approved"]
        granting = [event for event in events if _is_about_a_grant(event)]
        others = (*reports, *said, *several, *granting)
        asked = [one for one in meant if isinstance(one, Event) and one not in others]
        answers = tuple(self.enquiry.answer(event, rules) for event in asked)
        told = sum((one for one in meant if isinstance(one, Changes)), Changes(replies=answers))
        changes = sum((self._leave(event, rules) for event in said), told)
        changes += sum((self.cards.bundling.approve(event, rules) for event in several), Changes())
        changes += sum((self._connecting.heard(event, rules) for event in granting), Changes())
        if not reports:
            return changes
        facts = self.enquiry.reporting.facts(subject, reports, rules)
        return changes + reporting.decide(facts, rules)

    def _meant(self, event: Event, rules: Ruleset) -> Event | Changes:
        """Give what a reaction to a message stands for; every other command stands for itself."""
        return self.enquiry.reporting.reactions.meant(event, rules) if event.name == REACTED else event

    def _leave(self, event: Event, rules: Ruleset) -> Changes:
        facts, waiting = self.gatherer.attendance.of_command(event, self.gatherer.clock.now(), rules)
        if event.payload["word"] == muting.WORD:
            return muting.decide(event, facts, rules)
        changes = leaves.decide(event, facts, waiting, rules)
        if changes.absences:
            changes += Changes(events=queues_stirred(event.id, facts.now, rules))
        return changes

    @property
    def _connecting(self) -> Connecting:
        gatherer = self.gatherer
        return Connecting(
            clock=gatherer.clock, directory=gatherer.directory, records=self.records, grants=gatherer.grants
        )

    def _item(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> Changes:
        facts = self.gatherer.stored(subject, events, rules)
        if wants_fresh(facts, rules) or _came_or_went(events):
            facts = self.gatherer.fresh(facts, events, rules)
        changes = decide(facts, rules) + passed_to_threads(facts, events) + made_of_talk(facts, events)
        heard = rules.slas and any(one.source == "jira" for one in events)
        return changes + self._promises(facts, rules) if heard else changes

    def _promises(self, facts: Facts, rules: Ruleset) -> Changes:
        """Keep what became of the promises about an issue, by the rules of then, and when the first one breaks."""
        known = [facts.item] if facts.item is not None else []
        found = noted(known, self.gatherer.items, rules, facts.now)
        return Changes(ended=found.ended, unended=found.unended, places=found.places)

    @property
    def talking(self) -> Talking:
        """What keeps threads in step with their items."""
        return Talking(gatherer=self.gatherer)

    def _batch(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> Changes:
        facts = self.batches.stored(subject, events, rules)
        if facts is None:
            return Changes()
        if of_batches.wants_fresh(facts, rules) or _came_or_went(events):
            facts = self.batches.fresh(facts, events, rules)
        return of_batches.decide(facts, rules)

    def _items_named(self, event: Event) -> tuple[Item, ...]:
        found = (self.enquiry.item(key) for key in event.payload.get("keys", ()))
        return tuple(item for item in found if item is not None)

    def _reply(self, changes: Changes) -> None:
        """Answer people. An answer that gets lost is not an effect: they can ask again."""
        for answer in changes.replies:
            try:
                self.chat.reply(answer.to, answer.message)
            except GatewayError as error:
                self.warn(f"an answer did not reach its reader: {error}")


def _is_about_a_grant(event: Event) -> bool:
    return event.name in connecting.NEWS or event.payload.get("word") in connecting.WORDS


def _came_or_went(events: Sequence[Event]) -> bool:
    """Tell whether somebody who may answer was said to be away, or to be back."""
    return any(event.name == leaves.CHANGED for event in events)
