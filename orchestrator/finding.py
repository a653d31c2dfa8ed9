"""What people are told who ask whether something is known that is no issue yet: a description, a message. Pure."""

import re
from collections.abc import Mapping, Sequence

from orchestrator.facts import Known
from orchestrator.messages import Message, Section, led_by
from orchestrator.reporting.forms import button_for
from rules.guardrails import percent
from rules.model import Item, ItemRef, Line, Tainted

_WORDS = {
    "duplicate": "Probably the same problem",
    "same cause": "Perhaps the same cause",
    "possibly blocking": "Perhaps what it waits for",
    "related": "Perhaps related",
}
SHOWN = 3
_LONGEST_WORKAROUND = 300
_LONGEST_ASKED = 150
_WORKAROUND = re.compile(
    r"^[ \t#*_=\-]*(?:h[1-6]\.[ \t]*)?work[ \-]?arounds?[ \t*_]*(?::[ \t*_]*|$)\n*(?P<what>[^\n]+)",
    re.IGNORECASE | re.MULTILINE,
)


def worth_showing(known: Sequence[Known]) -> tuple[Known, ...]:
    """Give the best matches of which it can be said what they are to the text."""
    return tuple(one for one in known if one.relation in _WORDS)[:SHOWN]


def called(known: Known) -> tuple[Line, ...]:
    """Say what a match is, as far as that can be said."""
    return (Line(text=f"{_WORDS[known.relation]}."),) if known.relation in _WORDS else ()


def workaround(description: str) -> str | None:
    """Give the first line under, or after, the word "workaround" that stands like a heading; None where none does."""
    found = _WORKAROUND.search(description)
    return found["what"].strip()[:_LONGEST_WORKAROUND] if found else None


def alike(
    said: Tainted, found: Sequence[Known], descriptions: Mapping[int, str], asked_in: str | None = None
) -> Message:
    """Show the known items that resemble a text, with their state, and the workaround that their descriptions tell.

    `asked_in`: the event that asked, where its giver may go on from it to a new issue.
    """
    asked = Tainted(text=said.text.strip()[:_LONGEST_ASKED], source=said.source)
    if not asked.text:
        return Message(title=Line(text="There is no text in it that I could look for"))
    title = Line(text="Is this known?")
    quoted = Section(lines=(Line(text="You asked about: {0}", parts=(asked,)),))
    new = () if asked_in is None else (Section(lines=(), buttons=(button_for(asked_in),)),)
    if not found:
        nothing = "I know nothing like it that you may browse in Jira, or nothing that I could be sure enough of."
        return Message(title=title, sections=(quoted, Section(lines=(Line(text=nothing),)), *new))
    sections = tuple(
        Section(
            lines=tuple(_lines(one, descriptions.get(one.item.id, ""))),
            buttons=() if asked_in is None else (button_for(asked_in, one.item),),
        )
        for one in found
    )
    return Message(title=title, sections=(quoted, *sections, *new), footer=(Line(text="Only you see this."),))


def _lines(known: Known, description: str) -> Sequence[Line]:
    item, remedy = known.item, workaround(description)
    head = Line(
        text=f"*{percent(known.confidence)}* {_WORDS[known.relation]}: {{0}} {{1}}",
        parts=(ItemRef(id=item.id, key=item.key), item.summary),
    )
    helped = () if remedy is None else (Line(text="• A workaround is recorded: {0}", parts=(Tainted(text=remedy),)),)
    return (head, _state(item), *helped, *(led_by("• ", (), one) for one in known.evidence[:2]))


def _state(item: Item) -> Line:
    status = Tainted(text=item.status.name)
    if item.is_open:
        return Line(text="• It is open: {0}", parts=(status,))
    return Line(text="• It is done: {0}, {1}", parts=(status, Tainted(text=item.resolution or "without a resolution")))
