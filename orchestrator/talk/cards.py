"""What stands in a thread that is kept in step with an item: a comment, a change of status, that it is kept. Pure.

What people wrote comes as lines of its own, each escaped where it is shown; it is cut where it is long.
"""

from collections.abc import Iterator

from orchestrator.messages import Message, Section
from orchestrator.talk.threads import Move
from rules.model import Item, ItemRef, Line, PersonRef, Tainted

_MOST_LINES = 40
_LONGEST = 2_500


def remark_card(text: str, author: PersonRef, item: Item) -> Message:
    """Show a comment."""
    title = Line(text="{0} commented on {1}", parts=(author, _ref(item)))
    return Message(title=title, sections=(Section(lines=tuple(_lines(text, item))),), compact=True)


def gone_card(item: Item, *, deleted: bool) -> Message:
    """Stand where a comment stood that is not there any more, or not for everybody."""
    gone = "A comment on {0} stood here; it was deleted there."
    words = gone if deleted else "A comment on {0} is not public any more."
    return Message(title=Line(text=words, parts=(_ref(item),)), compact=True)


def move_card(move: Move, item: Item) -> Message:
    """Tell of a change of status."""
    resolved = f" ({{{3}}})" if move.resolution else ""
    parts = (_ref(item), Tainted(text=move.before), Tainted(text=move.after))
    more = (Tainted(text=move.resolution),) if move.resolution else ()
    return Message(title=Line(text=f"{{0}}: {{1}} → {{2}}{resolved}", parts=(*parts, *more)), compact=True)


def made_card(item: Item) -> Message:
    """Tell a thread that it is kept in step with an item."""
    words = Line(
        text="What is said in this thread from now on is written there as comments, in your names; public comments "
        "there come here."
    )
    title = Line(text="{0} was made of this: {1}", parts=(_ref(item), item.summary))
    return Message(title=title, sections=(Section(lines=(words,)),), compact=True)


def hidden_card() -> Message:
    """Stand where something stood that not everybody in the channel may read."""
    return Message(title=Line(text="Not everybody here may browse what stood here in Jira."), compact=True)


def _lines(text: str, item: Item) -> Iterator[Line]:
    room = _LONGEST
    written = [line for line in text.splitlines() if line.strip()] or [""]
    for line in written[:_MOST_LINES]:
        if len(line) > room:
            break
        room -= len(line)
        yield Line(text="{0}", parts=(Tainted(text=line),))
    else:
        if len(written) <= _MOST_LINES:
            return
    yield Line(text="… all of it stands in {0}", parts=(_ref(item),))


def _ref(item: Item) -> ItemRef:
    return ItemRef(id=item.id, key=item.key)
