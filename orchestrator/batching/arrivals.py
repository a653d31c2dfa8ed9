"""What an item's own look passes on to batches: that it came, and that something changed about it. Pure."""

from datetime import datetime, timedelta

import msgspec

from orchestrator.batching.sorting import SORTING, batching
from orchestrator.changes import Changes
from orchestrator.facts import Facts
from rules.canonical import digest
from rules.model import Event, Item, Subject
from rules.ruleset import Ruleset

#: For so long the own look of an item waits to hear that it was sorted; then it goes on without.
_UNSORTED = timedelta(minutes=1)
#: So many others that came in the same hours and resemble an item this much, in per mille, may be one problem with it:
#: that says nothing of any one of them, but of all of them together.
_CROWD, _ALIKE = 3, 10
#: However long such go on coming, an issue is asked about alone after so many times the pause after the last of them.
_PATIENCE = 4


def passed_on(facts: Facts, rules: Ruleset) -> Changes:
    """Have an open item sorted that came near others which it resembles, and its batch looked at."""
    item, wanted = facts.item, batching(rules)
    if item is None or wanted is None or not facts.stirred:
        return Changes()
    said = digest([item.updated, [one.id for one in facts.commands]])
    if facts.in_batch is not None:
        batch = Subject(kind="batch", id=facts.in_batch)
        return Changes(events=(_came(item, said, facts), _event("batch.item_changed", batch, item, said, facts)))
    if item.deleted or not item.is_open or not _has_company(item, facts, timedelta(hours=wanted[1].within_hours)):
        return Changes()
    if not facts.unsorted:
        return Changes(events=(_came(item, said, facts),))
    # Each look that waits has it sorted anew: an answer that was given to an earlier one does not come again.
    came = _event("item.came", SORTING, item, digest([said, facts.now]), facts, waits=True)
    return Changes(events=(came,), next_look_at=facts.now + _UNSORTED)


def is_being_sorted(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether it is still to be said if the item belongs to a batch, so that nothing is asked about it alone."""
    return facts.unsorted and facts.in_batch is None and bool(passed_on(facts, rules).events)


def crowded_until(facts: Facts, rules: Ruleset) -> datetime | None:
    """Say how long others are waited for before people are asked about an item alone; None where it is not.

    Where several resemble it that came in the same hours, it is likely one of many, and asked about with them; so it
    waits while such come, and for a pause after the last.
    """
    item, wanted = facts.item, batching(rules)
    if item is None or wanted is None or facts.in_batch is not None:
        return None
    window = timedelta(hours=wanted[1].within_hours)
    beside = [one for one in facts.known if one.confidence >= _ALIKE and abs(one.item.created - item.created) <= window]
    if len(beside) < _CROWD:
        return None
    pause = timedelta(minutes=wanted[1].again_after_minutes)
    last = max(item.created, *(one.item.created for one in beside))
    until = min(last + pause, item.created + _PATIENCE * pause)
    return until if facts.now < until else None


def is_of_many(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether the item is one of a batch's, and not the one that others are linked to as repeating it."""
    repeated = {one.link_type for one in rules.workflows.values() if one.batches is not None}
    links = facts.item.links if facts.item else ()
    in_front = any(link.type in repeated and link.direction == "inward" for link in links)
    return facts.in_batch is not None and not in_front


def _came(item: Item, said: str, facts: Facts) -> Event:
    """Have it sorted as it stands; where that is just done the event only says so, for later looks.

    Where it made batches others, or somebody is asked about two now, more may follow: what is near it is others too.
    """
    came = _event("item.came", SORTING, item, said, facts)
    asked = any(one.asked_at == facts.now for one in facts.requests)
    return msgspec.structs.replace(came, needs_look=asked or not facts.just_sorted)


def _has_company(item: Item, facts: Facts, window: timedelta) -> bool:
    return any(abs(one.item.created - item.created) <= window for one in facts.known)


def _event(name: str, subject: Subject, item: Item, said: str, facts: Facts, **more: bool) -> Event:
    return Event(
        id=f"{name}:{subject.id}:{item.id}:{said[:16]}",
        kind="signal",
        name=name,
        source="yardmaster",
        subject=subject,
        received_at=facts.now,
        payload={"item": item.id, **more},
    )
