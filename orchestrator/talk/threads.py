"""What a thread in Slack is about, what was said in it, and how far both sides have come. Values, and how they merge.

A thread is known as subjects of its kind are: `conversation:<channel>/<ts of its first message>`.
"""

from datetime import datetime

import msgspec

from rules.canonical import Value
from rules.model import Subject, Tainted

#: So many moves of an item are remembered of a thread, and so many comments of what was seen.
MOST_MOVES = 20
MOST_REMARKS = 300


class Move(Value, frozen=True, kw_only=True):
    """A change of status that the thread is told of, the `nth` one: from where to where, and how it was resolved."""

    nth: int
    at: datetime
    before: str
    after: str
    resolution: str | None = None


class Thread(Value, frozen=True, kw_only=True):
    """A thread, by the id of its conversation (`C0YARD/1700000000.000100`), and the item that it is about.

    `asked`: the questions about which something was asked back in it, each with what it is about, as subjects are
    written: its first message is their card. Or else it is kept in step with the item `since` it was made of it:
    `status` is what it was told last, `moved_at` since when another one is to be told, `moves` what it was told.
    `remarks`: the comments that are shown in it, by their ids, and when each was changed as it was seen last.
    """

    id: str
    item: int
    asked: dict[str, str] = msgspec.field(default_factory=dict)
    since: datetime | None = None
    status: str = ""
    moved_at: datetime | None = None
    moves: tuple[Move, ...] = ()
    remarks: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether what is said in it is said on the item too."""
        return self.since is not None

    @property
    def channel(self) -> str:
        """The channel that it is in."""
        return self.id.partition("/")[0]

    @property
    def subject(self) -> Subject:
        """What a look at it is about."""
        return Subject(kind="conversation", id=self.id)


class Spot(Value, frozen=True, kw_only=True):
    """A thread in which something may be asked back: the users of its channel, and what was asked in it before."""

    members: tuple[str, ...] = ()
    asked: dict[str, str] = msgspec.field(default_factory=dict)


class Spoken(Value, frozen=True, kw_only=True):
    """A reply of a human in a thread that is kept, as it stands; `ts` is its id there, `user` who wrote it.

    `version`: when it was edited last, as the chat writes times, blank for never. `files`: addresses of what it holds.
    `refused`: it is not written to the item, because its writer may not.
    """

    thread: str
    ts: str
    user: str
    text: Tainted
    version: str = ""
    files: tuple[str, ...] = ()
    deleted: bool = False
    refused: bool = False


def merged(one: Spoken | None, other: Spoken) -> Spoken:
    """Give what is known of a reply after hearing of it once more: in any order, and however often, it is the same.

    What was deleted stays deleted; else the later version stands.
    """
    if one is None:
        return other
    first, last = sorted((one, other), key=lambda each: (each.version, each.text.text, each.files))
    deleted, refused = one.deleted or other.deleted, one.refused or other.refused
    return msgspec.structs.replace(last, user=last.user or first.user, deleted=deleted, refused=refused)
