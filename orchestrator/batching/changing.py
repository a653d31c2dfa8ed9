"""Hears what somebody changed about a batch: what is taken out, what stands in front, which other it is one with. Pure.

All of a change is made, or none of it and its giver is told why. Whom the issues belong to then is for the look that
sorts; the batch's own look asks anew about what is left.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from orchestrator.approvals.asking import roles_of
from orchestrator.approvals.voting import unfit
from orchestrator.batching.creating import created, uncreatable
from orchestrator.batching.regroup import Batch
from orchestrator.batching.sorting import SORTING, batching
from orchestrator.batching.taking_out import still_under_way, taken_out
from orchestrator.batching.told import Joining, Parting
from orchestrator.changes import Changes, Entry
from orchestrator.facts import Facts
from orchestrator.judging import reference
from orchestrator.messages import led_by
from orchestrator.recording import closed, refused, reply
from rules.canonical import Value, plain
from rules.model import Event, Line, Part, PersonRef, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import BatchRule, Ruleset

NO_BATCH = Line(text="These reports are no batch any more; nothing was changed.")


class Change(Value, frozen=True, kw_only=True):
    """What somebody wants.

    `out` are other problems, each its own or all of them `together` one; `head` shall stand in front, or a `new` issue
    in that project; `merge` is another batch that is the same problem.
    """

    out: tuple[int, ...] = ()
    together: bool = False
    head: int | None = None
    merge: str | None = None
    new: str | None = None


def changed(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Apply what somebody changed about a batch."""
    batch, wanted = facts.batch, batching(rules)
    if batch is None or wanted is None or not batch.members:
        return refused(event, facts, NO_BATCH)
    given = event.payload
    change = Change(
        out=tuple(sorted(set(given.get("out", ())) & set(batch.members))),
        together=bool(given.get("together")),
        head=given.get("head"),
        merge=given.get("merge"),
        new=given.get("new"),
    )
    needed = roles_of(rules.workflows[wanted[0]])
    objected = (
        unfit(needed, given["user"], facts, rules)
        or _senseless(change, given, facts, wanted[1])
        or _forbidden(change, event, facts, rules, needed)
        or (uncreatable(event, _left(change, facts), facts, rules, wanted[1]) if change.new is not None else None)
    )
    if objected is not None:
        return refused(event, facts, objected)
    person = facts.person(given["user"])
    taken = taken_out(change.out, change.head, event, facts, rules, person.id if person else "")
    if isinstance(taken, Line):
        return refused(event, facts, taken)
    made = created(event, _left(change, facts), facts, rules, *wanted) if change.new is not None else Changes()
    if isinstance(made, Line):
        return refused(event, facts, made)
    told = _told(change, facts)
    return (
        taken
        + made
        + _said(change, event, facts, batch, person.id if person else "")
        + _closed(change, facts)
        + Changes(entries=(_entry(change, event, facts, told),))
        + reply(event, led_by("Changed: ", (), told))
    )


def _forbidden(change: Change, event: Event, facts: Facts, rules: Ruleset, needed: frozenset[str]) -> Line | None:
    """Say why its giver may not change this; who may decide about it may."""
    user = event.payload["user"]
    if objected := unfit(needed, user, facts, rules, *_concerned(change, facts)):
        return objected
    person = facts.person(user)
    asked = [one for one in facts.requests if one.undoes is None and not one.creates]
    front = facts.item if facts.item is not None and facts.item.id not in facts.made() else None
    barred = set(asked[-1].excluded) if asked else {front.reporter if front else None}
    if person is not None and {person.id, person.jira, person.slack} & barred:
        return Line(text="You reported or proposed this, so somebody else has to change it.")
    return None


def _senseless(change: Change, given: dict[str, object], facts: Facts, rule: BatchRule) -> Line | None:
    """Say why the change cannot be made as things stand now."""
    left = _left(change, facts)
    if given.get("out") and not change.out:
        return Line(text="The issues that you took out are not in this batch any more; nothing was changed.")
    if len(left) < 2:
        return Line(text="That leaves nothing that could be one problem. Reject the question instead, please.")
    head = facts.item_of(change.head) if change.head is not None else None
    if change.head is not None and (change.head not in left or head is None or head.deleted or not head.is_open):
        return Line(text="Only an open issue of this batch can stand in front; nothing was changed.")
    if change.new is not None and (change.head is not None or change.merge is not None):
        return Line(text="Have it either created, or another put in front, or merged; nothing was changed.")
    if change.merge is not None:
        return _unmergeable(_other(change, facts), left, facts, rule)
    if not change.out and change.head is None and change.new is None:
        return Line(text="Nothing was chosen, so nothing was changed.")
    if still_under_way((*change.out, *([] if change.head is None else [change.head])), facts):
        return Line(text="Something is still being done to them. Try again in a moment.")
    return None


def _left(change: Change, facts: Facts) -> set[int]:
    return set(facts.batch.members) - set(change.out) if facts.batch else set()


def _unmergeable(other: Batch | None, left: set[int], facts: Facts, rule: BatchRule) -> Line | None:
    if other is None or not other.members or (facts.batch is not None and other.id == facts.batch.id):
        return Line(text="The other batch is none any more; nothing was changed.")
    if len(left | set(other.members)) > rule.most:
        return Line(text=f"Together they would be more than the {rule.most} issues that a batch may have.")
    return None


def _concerned(change: Change, facts: Facts) -> set[int]:
    other = _other(change, facts)
    joined = {*facts.batch.members, *other.members} if facts.batch is not None and other is not None else set()
    told_of = _left(change, facts) if change.new is not None else set()
    return {*change.out, *([] if change.head is None else [change.head]), *joined, *told_of}


def _other(change: Change, facts: Facts) -> Batch | None:
    return next((one for one in facts.other_batches if one.id == change.merge), None)


def _said(change: Change, event: Event, facts: Facts, batch: Batch, by: str) -> Changes:
    """Remember what was told apart and joined, have it sorted, and go on with what is left."""
    left = tuple(id_ for id_ in batch.members if id_ not in change.out)
    partings: list[Parting] = []
    joinings: list[Joining] = []
    stirred: list[int] = []
    if change.out:
        others = left if change.together else batch.members
        partings.append(Parting(id=event.id, ones=change.out, others=others, by=by, at=event.received_at))
        stirred.append(change.out[0])
    if change.together and len(change.out) > 1:
        joinings.append(Joining(id=f"{event.id}:out", items=change.out, by=by, at=event.received_at))
    if (other := _other(change, facts)) is not None:
        both = tuple(sorted({*left, *other.members}))
        joinings.append(Joining(id=f"{event.id}:merged", items=both, by=by, at=event.received_at))
        stirred.append(left[0])
    kept = () if not change.out and change.head is None else (_kept(change, batch, left, facts.now),)
    events = tuple(_came(id_, event, facts) for id_ in stirred)
    return Changes(batches=kept, partings=tuple(partings), joinings=tuple(joinings), events=events)


def _kept(change: Change, batch: Batch, left: tuple[int, ...], now: datetime) -> Batch:
    head = change.head or (batch.head if batch.head in left else None)
    return msgspec.structs.replace(batch, members=left, head=head, changed_at=now)


def _came(item: int, event: Event, facts: Facts) -> Event:
    return Event(
        id=f"changed:{event.id}:{item}"[:240],
        kind="signal",
        name="item.came",
        source="yardmaster",
        subject=SORTING,
        received_at=facts.now,
        payload={"item": item},
    )


def _closed(change: Change, facts: Facts) -> Changes:
    """Take back the open question where it is about what was changed; it is asked anew."""
    why = "somebody changed which issues it is about, or which stands in front"
    return sum((closed(one, facts, RequestState.SUPERSEDED, why) for one in _turned(change, facts)), Changes())


def _turned(change: Change, facts: Facts) -> Iterator[Request]:
    for request in facts.requests:
        asked = {ask.payload.item for ask in request.asks if not ask.drifted}
        reheaded = change.head is not None and request.follows is None
        if request.state is RequestState.PENDING and request.undoes is None and (reheaded or asked & set(change.out)):
            yield request


def _told(change: Change, facts: Facts) -> Line:
    """Say what was changed, without naming what was taken out: not everybody who reads this may see it."""
    words: list[str] = []
    if change.out:
        way = "together another problem" if change.together and len(change.out) > 1 else "other problems"
        words.append(f"taken out as {way}: {len(change.out)}")
    if change.head is not None:
        words.append("{0} stands in front")
    if change.new is not None:
        words.append("a new issue is created in {0} to stand in front")
    if (other := _other(change, facts)) is not None:
        words.append(f"joined with another batch of {len(other.members)}")
    parts: tuple[Part, ...] = (
        *([reference(facts, change.head)] if change.head is not None else []),
        *([Tainted(text=change.new)] if change.new is not None else []),
    )
    return Line(text="; ".join(words), parts=parts)


def _entry(change: Change, event: Event, facts: Facts, told: Line) -> Entry:
    user = event.payload["user"]
    person = facts.person(user)
    who = PersonRef(name=person.name if person else user, slack=user)
    return Entry(
        kind="batch.changed",
        subject=facts.subject,
        at=event.received_at,
        text=led_by("{0} changed the batch: ", (who,), told),
        about=tuple(sorted(_concerned(change, facts))),
        data={"event": event.id, "change": plain(change)},
    )
