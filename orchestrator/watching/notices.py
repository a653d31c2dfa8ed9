"""What is told unasked in one message that is kept true: its pieces, and what of them may be read where. Values only.

A notice is no question: nothing waits for it. It shows nothing itself and knows no chat.
"""

from collections.abc import Collection
from typing import Final, Protocol

from orchestrator.changes import CardWanted, Notice
from orchestrator.messages import Message, Section
from rules.model import Line

__all__ = ["NOTICE", "STRANDED", "Notices", "card_of", "message_of"]

#: How the id of the request of a notice's card begins.
NOTICE: Final = "notice:"
#: The kind of those about issues that nobody moves.
STRANDED: Final = "stranded"
_HIDDEN = "{0} more that not everybody here may browse in Jira."


class Notices(Protocol):
    """The notices that were given. Written by `Journal.commit`."""

    def notice(self, id_: str) -> Notice | None:
        """Give a notice by its id."""
        ...

    def told_to(self, teams: Collection[str]) -> tuple[Notice, ...]:
        """Give the notices to these teams that have not ended, the newest first."""
        ...


def card_of(notice: Notice, channel: str) -> CardWanted:
    """Give the card that shows a notice in a channel."""
    return CardWanted(request=f"{NOTICE}{notice.id}", place=channel)


def message_of(notice: Notice, seen: Collection[int]) -> Message:
    """Give what a notice shows to who may browse these items; of the pieces about others it tells their number."""
    shown = [one.section for one in notice.pieces if set(one.items) <= set(seen)]
    hidden = len(notice.pieces) - len(shown)
    if hidden:
        shown.append(Section(lines=(Line(text=_HIDDEN.format(hidden)),)))
    return Message(title=notice.title, sections=tuple(shown), footer=notice.footer)
