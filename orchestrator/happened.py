"""What the events of a look tell of an item: who did something, whether its status moved. Pure; judges no event."""

from collections.abc import Iterable, Sequence

from orchestrator.following import MOVED
from rules.model import Event, Subject


def is_unsorted(events: Sequence[Event]) -> bool:
    """Tell whether the tracker told of an item, and batches not yet that they heard of it."""
    told = any(event.source == "jira" and event.kind == "signal" for event in events)
    return told and not any(event.name == "item.sorted" for event in events)


def is_just_sorted(events: Sequence[Event]) -> bool:
    """Tell whether batches said that they heard of the item and are as they were, and nothing else is told of it."""
    return bool(events) and all(event.name == "item.sorted" and not event.payload.get("moved") for event in events)


def moved(subject: Subject, events: Iterable[Event]) -> tuple[int, ...]:
    """Give whose status changed, by these events: the subject's own, or that of an issue that it repeats."""
    found = {event.payload["parent"] for event in events if event.name == MOVED and event.payload.get("moved")}
    told = (event.payload.get("snapshot") or {} for event in events)
    if any(change["field"] == "status" for snapshot in told for change in snapshot.get("changes", ())):
        found.add(int(subject.id))
    return tuple(sorted(found))


def actor(events: Sequence[Event], bot: str) -> str | None:
    """Give who did the last thing that was not our own doing, if that is told."""
    actors = (event.payload.get("actor") for event in reversed(events))
    return next((actor for actor in actors if actor and actor != bot), None)


def is_stir(event: Event, bot: str) -> bool:
    """Our own writes come back as webhooks: they are outcome, never trigger."""
    return event.kind == "command" or event.payload.get("actor") != bot
