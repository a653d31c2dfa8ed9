"""One look at a subject: gather, decide, record, act or ask. Tells the story; every step of it is somebody else's.

A look is level-triggered and safe to repeat. It may mark other subjects to be looked at, never decide for them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.cardlook import CardLook
from orchestrator.changes import Changes
from orchestrator.conversation import named_together
from orchestrator.decide import decide, wants_fresh
from orchestrator.enquiry import Enquiry
from orchestrator.execution import Execution
from orchestrator.gather import Gatherer
from orchestrator.memory import Journal, Records, Rulebook
from orchestrator.ports import Chat, GatewayError
from rules.model import Event, Item, Subject
from rules.ruleset import Ruleset

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Everything that looks need. `warn` tells the operator, without personal data."""

    rulebook: Rulebook
    records: Records
    journal: Journal
    gatherer: Gatherer
    execution: Execution
    cards: CardLook
    enquiry: Enquiry
    chat: Chat
    warn: Told

    def look(self, subject: Subject, events: Sequence[Event]) -> None:
        """Look at a subject once, with its unhandled events in order. Raises GatewayError, Outdated or Later."""
        looks: Mapping[str, Callable[[Subject, Sequence[Event], Ruleset], None]] = {
            "item": self._item,
            "card": self._card,
            "conversation": self._conversation,
            "person": self._person,
        }
        looks.get(subject.kind, self._nothing)(subject, events, self.rulebook.active())

    def _item(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> None:
        facts = self.gatherer.stored(subject, events, rules)
        if wants_fresh(facts, rules):
            facts = self.gatherer.fresh(facts, events, rules)
        changes = decide(facts, rules)
        self.journal.commit(subject, events, changes)
        self._reply(changes)
        self.execution.carry_on(subject, rules)

    def _card(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> None:
        self.journal.commit(subject, events, Changes())
        self.cards.render(subject.id, rules)

    def _conversation(self, subject: Subject, events: Sequence[Event], _: Ruleset) -> None:
        changes = Changes()
        for event in events:
            items = self._items_named(event)
            changes += named_together(event, items)
        self.journal.commit(subject, events, changes)
        self._reply(changes)

    def _items_named(self, event: Event) -> tuple[Item, ...]:
        found = (self.enquiry.item(str(key)) for key in event.payload.get("keys", ()))
        return tuple(item for item in found if item is not None)

    def _person(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> None:
        changes = Changes(replies=tuple(self.enquiry.answer(event, rules) for event in events))
        self.journal.commit(subject, events, changes)
        self._reply(changes)

    def _nothing(self, subject: Subject, events: Sequence[Event], _: Ruleset) -> None:
        self.journal.commit(subject, events, Changes())

    def _reply(self, changes: Changes) -> None:
        """Answer people. An answer that gets lost is not an effect: they can ask again."""
        for reply in changes.replies:
            try:
                self.chat.reply(reply.to, reply.message)
            except GatewayError as error:
                self.warn(f"an answer did not reach its reader: {error}")
