"""Has the threads looked at that belong to an item when something happens to it. Pure; their own looks decide."""

from collections.abc import Sequence

from orchestrator.changes import Changes
from orchestrator.facts import Facts
from rules.model import Event, Subject


def passed_to_threads(facts: Facts, events: Sequence[Event]) -> Changes:
    """Tell the threads of an item that somebody did something to it, or that its status changed."""
    if not facts.threads or not events or not (facts.stirred or facts.moved):
        return Changes()
    told = (
        Event(
            id=f"{events[-1].id}:{thread}",
            kind="signal",
            name="item.stirred",
            source="yardmaster",
            subject=Subject(kind="conversation", id=thread),
            received_at=facts.now,
        )
        for thread in facts.threads
    )
    return Changes(events=tuple(told))


def made_of_talk(facts: Facts, events: Sequence[Event]) -> Changes:
    """Tell a thread that this item was made of what was said in it."""
    item = facts.item
    if item is None or item.deleted:
        return Changes()
    told = (
        Event(
            id=f"{event.id}:joined",
            kind="signal",
            name="thread.joined",
            source="yardmaster",
            subject=Subject(kind="conversation", id=event.payload["conversation"]),
            received_at=facts.now,
            payload={"item": item.id},
        )
        for event in events
        if event.name == "item.reported" and event.payload.get("conversation")
    )
    return Changes(events=tuple(told))
