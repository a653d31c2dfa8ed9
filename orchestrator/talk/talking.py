"""A look at a thread in Slack: gathers what is known of it and of its item. Reads only; `deciding` decides."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from orchestrator.changes import Changes
from orchestrator.facts import Eyes, Facts
from orchestrator.gather import Gatherer
from orchestrator.talk.deciding import Talk, decide, joined
from orchestrator.talk.scribing import mentioned_in
from orchestrator.talk.threads import Spoken, Thread, merged
from rules.canonical import revive
from rules.model import Event, Item, Subject, Tainted
from rules.ruleset import Ruleset

#: The signals that an issue was made of what was said, and that something happened to the item of a thread.
JOINED, STIRRED = "thread.joined", "item.stirred"
#: The events that tell of replies, and of what became of them.
HEARD = frozenset({"message.posted", "bot.mentioned", "message.changed", "message.deleted"})
#: So many replies of a thread are gone through, the newest.
MOST_SPOKEN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """The ports that threads need: those of items."""

    gatherer: Gatherer

    def look(self, thread: Thread, events: Sequence[Event], rules: Ruleset) -> Changes:
        """Bring a thread that is kept and its item in step."""
        spoken = self._spoken(thread, events)
        stirred = not events or any(event.name in (JOINED, STIRRED) for event in events)
        facts = self._facts(thread, spoken, events, rules)
        talk = Talk(thread=thread, spoken=spoken)
        if stirred:
            page = self.gatherer.tracker.remarks(thread.item)
            talk = msgspec.structs.replace(talk, remarks=page.remarks, whole=page.whole)
        return decide(talk, facts, rules)

    def join(self, subject: Subject, event: Event, rules: Ruleset) -> tuple[Thread, Changes] | None:
        """Begin to keep a thread in step with the item that was made of it.

        None where the rules do not want that, or not everybody in the channel may browse the item: then nobody could be
        told that their words are written there.
        """
        item = self._item(event.payload["item"])
        channel = subject.id.partition("/")[0]
        if item is None or not rules.talk.threads:
            return None
        if item.id not in self.gatherer.audience.channel_sees(channel, {item.id}, rules):
            return None
        now = self.gatherer.clock.now()
        thread = Thread(id=subject.id, item=item.id, since=now, status=item.status.name)
        return thread, joined(thread, Facts(subject=subject, now=now, item=item))

    def _item(self, id_: int) -> Item | None:
        known = self.gatherer.items.item(id_)
        known = known or next(iter(self.gatherer.items.merge([self.gatherer.read(id_)])), None)
        return None if known is None or known.deleted else known

    def _spoken(self, thread: Thread, events: Sequence[Event]) -> tuple[Spoken, ...]:
        """Give the replies as they stand after these events."""
        stored = self.gatherer.records.spoken(thread.id, MOST_SPOKEN)
        known = {one.ts: one for one in stored}
        for event in events:
            if event.name in HEARD and (said := _said(thread, event)) is not None:
                known[said.ts] = merged(known.get(said.ts), said)
        return tuple(known.values())

    def _facts(self, thread: Thread, spoken: Sequence[Spoken], events: Sequence[Event], rules: Ruleset) -> Facts:
        gather = self.gatherer
        now = gather.clock.now()
        told = gather.records.about(thread.subject, now.date().isoformat())
        users = {one.user for one in spoken} | {user for one in spoken for user in mentioned_in(one.text.text)}
        people = [gather.directory.of_slack(user, rules) for user in sorted(users - {""})]
        known = tuple(one for one in people if one is not None)
        item = self._item(thread.item)
        seen = {item.id} if item is not None else set()
        return Facts(
            subject=thread.subject,
            now=now,
            fresh=True,
            item=item,
            records=told.actions,
            commands=tuple(event for event in events if event.kind == "command"),
            people=known,
            eyes=tuple(
                Eyes(viewer=one.id, items=tuple(sorted(gather.audience.person_sees(one, seen)))) for one in known
            ),
            switches=told.switches,
            budget_left=rules.budgets_left(told.budget_used),
        )


def _said(thread: Thread, event: Event) -> Spoken | None:
    """Give the reply that an event tells of; None for what is none: the first message, and what a bot wrote."""
    said = event.payload
    if said.get("thread_ts") in (None, said.get("ts")) or said.get("by_bot"):
        return None
    deleted = event.name == "message.deleted"
    if "user" not in said and not deleted:
        return None
    words = said.get("said") or said["text"]
    return Spoken(
        thread=thread.id,
        ts=said["ts"],
        user=said.get("user", ""),
        text=Tainted(text="" if deleted else revive(words, Tainted).text, source="slack"),
        version=said.get("edited", ""),
        files=() if deleted else tuple(said.get("files", ())),
        deleted=deleted,
    )
