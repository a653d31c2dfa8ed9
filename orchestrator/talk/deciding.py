"""What a look at a thread that is kept in step with an item comes to: comments there, posts here, what is told. Pure.

Nothing of ours is taken for people's: a comment with our mark is shown in no thread, and our posts are no replies.
"""

from datetime import timedelta

import msgspec

from orchestrator.approvals.asking_back import SCRIBE
from orchestrator.changes import CardWanted, Changes, Entry
from orchestrator.facts import Facts
from orchestrator.judging import reference
from orchestrator.ports import Remark
from orchestrator.talk.scribing import is_under_way, write
from orchestrator.talk.threads import MOST_MOVES, MOST_REMARKS, Move, Spoken, Thread
from rules.canonical import Value
from rules.model import Item, Line
from rules.ruleset import Ruleset

#: For so long a change of status is not told, so that a burst of them is told as one.
QUIET = timedelta(seconds=20)
#: When it is looked again whether what an edit waits for is written.
AGAIN = timedelta(seconds=15)
#: How the ids of the requests of the cards begin that stand in a thread: a comment, a change of status, the beginning.
REMARK, MOVE, MADE = "remark:", "move:", "made:"


class Talk(Value, frozen=True, kw_only=True):
    """What is known of a thread that is kept: what was said in it, and what is commented on its item, the newest.

    `remarks`: None where nobody asked; `whole`: there are no older ones.
    """

    thread: Thread
    spoken: tuple[Spoken, ...] = ()
    remarks: tuple[Remark, ...] | None = None
    whole: bool = False


def decide(talk: Talk, facts: Facts, rules: Ruleset) -> Changes:
    """Decide about all of it; nothing where the item is gone, or the rules do not want threads kept."""
    changes = Changes(spoken=talk.spoken)
    if facts.item is None or facts.item.deleted or not rules.talk.threads or SCRIBE not in rules.agents:
        return changes
    writers: set[str] = set()
    for one in sorted(talk.spoken, key=lambda spoken: spoken.ts):
        after = facts.after((), changes.records)
        changes += write(talk.thread, one, one.user not in writers, after, rules)
        writers.add(one.user)
    thread, cards = _remarked(talk)
    thread, moved = _moved(thread, facts.item, facts)
    told = Changes(threads=(thread,) if thread != talk.thread else (), cards=(*cards, *moved))
    return changes + told + _again(thread, changes, facts)


def joined(thread: Thread, facts: Facts) -> Changes:
    """Keep a thread in step with the item that was made of it from now on, and tell both."""
    card = CardWanted(request=f"{MADE}{thread.item}", place=thread.id)
    entry = Entry(
        kind="thread.joined",
        subject=thread.subject,
        at=facts.now,
        text=Line(text="a thread of Slack is kept in step with {0}", parts=(reference(facts, thread.item),)),
        about=(thread.item,),
        data={"thread": thread.id},
        once=f"thread.joined:{thread.id}",
    )
    return Changes(threads=(thread,), cards=(card,), entries=(entry,))


def _again(thread: Thread, changes: Changes, facts: Facts) -> Changes:
    after = facts.after((), changes.records)
    writing = facts.now + AGAIN if is_under_way(thread, after) else None
    quiet = thread.moved_at + QUIET if thread.moved_at is not None else None
    return Changes(next_look_at=min([at for at in (writing, quiet) if at is not None], default=None))


def _remarked(talk: Talk) -> tuple[Thread, tuple[CardWanted, ...]]:
    """Show what people commented since, bring up to date what has changed, and tell of what is gone."""
    thread, seen = talk.thread, dict(talk.thread.remarks)
    if talk.remarks is None or thread.since is None:
        return thread, ()
    listed = sorted(talk.remarks, key=lambda one: order(one.id))
    now: dict[str, str] = {}
    for one in listed:
        known = one.id in seen
        if one.mark is None and (known or one.public):
            now[one.id] = f"{one.updated}{'' if one.public else ' hidden'}"
    oldest = order(listed[0].id) if listed and not talk.whole else (0, "")
    present = {one.id for one in listed}
    now |= {id_: "gone" for id_ in seen if id_ not in present and order(id_) >= oldest}
    changed = sorted((id_ for id_, as_of in now.items() if seen.get(id_) != as_of), key=order)
    kept = sorted(seen | now, key=order)[-MOST_REMARKS:]
    remarks = {id_: (seen | now)[id_] for id_ in kept}
    cards = tuple(CardWanted(request=f"{REMARK}{thread.item}/{id_}", place=thread.id) for id_ in changed)
    return msgspec.structs.replace(thread, remarks=remarks), cards


def order(id_: str) -> tuple[int, str]:
    """Give what comments stand in order by: Jira counts them up."""
    return len(id_), id_


def _moved(thread: Thread, item: Item, facts: Facts) -> tuple[Thread, tuple[CardWanted, ...]]:
    """Tell where the item has come to, once it has stayed there for a moment."""
    if item.status.name == thread.status:
        return msgspec.structs.replace(thread, moved_at=None), ()
    since = thread.moved_at or facts.now
    if facts.now - since < QUIET:
        return msgspec.structs.replace(thread, moved_at=since), ()
    nth = thread.moves[-1].nth + 1 if thread.moves else 1
    move = Move(nth=nth, at=facts.now, before=thread.status, after=item.status.name, resolution=item.resolution)
    moves = (*thread.moves, move)[-MOST_MOVES:]
    told = msgspec.structs.replace(thread, status=item.status.name, moved_at=None, moves=moves)
    return told, (CardWanted(request=f"{MOVE}{thread.item}/{nth}", place=thread.id),)
