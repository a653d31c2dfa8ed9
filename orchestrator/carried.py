"""What events may carry: the shape of each payload. Values only; `sifting` reads payloads by them.

A field that no shape names goes no further than the event itself.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from orchestrator.presses import (
    Altered,
    FormOpened,
    Given,
    ItemGiven,
    ItemWanted,
    Name,
    Passed,
    Pressed,
    RescueAnswered,
    RescueAsked,
    RescueWanted,
)
from rules.canonical import Value
from rules.model import Instant, ItemId, Snapshot, Tainted

ProjectKey = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_]{0,99}$")]


class Voted(Given, frozen=True, kw_only=True):
    """Approve, or Reject with its reason.

    `together`: so many were approved at once; `further`: those that come later are meant, too.
    """

    request: Name
    choice: Literal["approve", "reject"]
    reason: Tainted | None = None
    together: Annotated[int, Meta(ge=0, le=100)] = 0
    further: bool = False


class Written(Given, frozen=True, kw_only=True):
    """An answer that somebody wrote in a comment of Jira; `user` is their account there."""

    choice: Literal["approve", "reject"]
    reason: Tainted | None = None
    actor: str | None = None


class Coupled(Given, frozen=True, kw_only=True):
    """Another item that a person takes for the same problem; `quote` is what they wrote."""

    other: ItemId
    quote: Tainted | None = None


class NamedTogether(Value, frozen=True, kw_only=True):
    """Another item that was named in the same message."""

    other: ItemId


class AskedBack(Given, frozen=True, kw_only=True):
    """What somebody wants to know before they answer a request."""

    request: Name
    text: Tainted


class AnsweredBack(AskedBack, frozen=True, kw_only=True):
    """What somebody said to that; `question` where they did so by its button."""

    question: Name | None = None


class ChangeOpened(Given, frozen=True, kw_only=True):
    """The Change button of a batch's card; `view` is the modal that waits for the form."""

    batch: Name
    view: str | None = None


class BatchChanged(Given, frozen=True, kw_only=True):
    """What somebody wants changed about a batch, as in `batching.changing.Change`.

    `new`: the project of a new issue that shall stand in front, with this `summary`; `view`: the modal that said so.
    """

    out: Annotated[tuple[ItemId, ...], Meta(max_length=300)] = ()
    together: bool = False
    head: ItemId | None = None
    merge: Name | None = None
    new: ProjectKey | None = None
    summary: Tainted | None = None
    view: Name | None = None


class Came(Value, frozen=True, kw_only=True):
    """An item that may belong to a batch.

    `waits`: its own look goes on once it is sorted; `moved`: batches are not as they were before that.
    """

    item: ItemId
    waits: bool = False
    moved: bool = False


class Reported(Value, frozen=True, kw_only=True):
    """An issue was created for a person; `conversation`: the thread in Slack that it is made of."""

    conversation: str = ""


class ThreadJoined(Value, frozen=True, kw_only=True):
    """An issue was made of what was said in a thread."""

    item: ItemId


class ParentMoved(Value, frozen=True, kw_only=True):
    """The issue that an item repeats is in another state; `moved`: it has just come there."""

    parent: ItemId
    moved: bool = False


class Said(Value, frozen=True, kw_only=True):
    """A message, with the keys of issues in it; `thread_ts`: that of the first message of the thread that it is in.

    `said`: its text as people read it; `edited`: when, as the chat writes times; `files`: addresses of what it holds.
    """

    channel: Name
    text: Tainted
    ts: str | None = None
    thread_ts: str | None = None
    said: Tainted | None = None
    edited: str | None = None
    files: tuple[str, ...] = ()
    by_bot: bool = False
    user: str | None = None
    keys: tuple[str, ...] = ()


class Mentioned(Said, frozen=True, kw_only=True):
    """A message to the bot; `said` is without its name."""

    user: Name


class DetailsAsked(Given, frozen=True, kw_only=True):
    """The Details button; `view` is the modal that waits for them."""

    request: str
    view: str | None = None


class Asked(Given, frozen=True, kw_only=True):
    """A slash command."""

    word: str
    argument: str = ""
    said: Tainted | None = None


class Wondered(Given, frozen=True, kw_only=True):
    """The shortcut "Is this known?" on a message, which is known by its channel and its `ts`."""

    said: Tainted
    ts: str | None = None


class Reacted(Given, frozen=True, kw_only=True):
    """A reaction to a message, by the name of its emoji."""

    channel: Name
    ts: Name
    reaction: Name


class BulkOpened(Given, frozen=True, kw_only=True):
    """The button on a card of several questions that approves some of them at once; `view` waits for the form."""

    bundle: Name
    view: Name


class BulkApproved(Given, frozen=True, kw_only=True):
    """Which questions of a bundle somebody approves at once, by their ids."""

    bundle: Name
    requests: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=100)]
    reason: Tainted | None = None


class ReportOpened(Given, frozen=True, kw_only=True):
    """The button that opens the form for a new issue, or the project that was chosen in it.

    `asked` is the event by which somebody asked whether it is known, `other` what it is to be linked to, `view` the
    modal that waits for the form.
    """

    asked: Name
    view: Name
    other: ItemId | None = None
    project: ProjectKey | None = None


class ReportSubmitted(Given, frozen=True, kw_only=True):
    """The form for a new issue, filled in; `view` is the modal that it stood in."""

    asked: Name
    view: Name
    project: ProjectKey
    type: Name
    summary: Tainted
    description: Tainted
    other: ItemId | None = None


class Commented(Value, frozen=True, kw_only=True):
    """A comment, by its Jira id; `public`: whoever may browse the issue may read it; `at`: when it was written."""

    id: Name
    author: str | None = None
    text: Tainted
    public: bool = False
    at: Instant | None = None


class Told(Value, frozen=True, kw_only=True):
    """What Jira tells of an item."""

    actor: str | None = None
    snapshot: Snapshot | None = None
    comment: Commented | None = None


#: What commands to each kind of subject carry.
COMMANDS: Mapping[str, Mapping[str, type[Value]]] = {
    "item": {
        "vote.cast": Voted,
        "vote.written": Written,
        "vote.retracted": Pressed,
        "undo.asked": Pressed,
        "retry.asked": Pressed,
        "reminder.put_off": Pressed,
        "request.passed": Passed,
        "request.altered": Altered,
        "question.asked": AskedBack,
        "question.answered": AnsweredBack,
        "item.given": ItemGiven,
        "item.wanted": ItemWanted,
        "rescue.wanted": RescueWanted,
        "couple.proposed": Coupled,
    },
    "batch": {
        "vote.cast": Voted,
        "vote.retracted": Pressed,
        "undo.asked": Pressed,
        "retry.asked": Pressed,
        "batch.changed": BatchChanged,
        "further.ended": Pressed,
        "question.asked": AskedBack,
        "question.answered": AnsweredBack,
    },
    "conversation": {"bot.mentioned": Mentioned},
    "queue": {"rescue.asked": RescueAsked, "rescue.answered": RescueAnswered},
    "person": {
        "details.asked": DetailsAsked,
        "command.given": Asked,
        "known.asked": Wondered,
        "change.opened": ChangeOpened,
        "pass.opened": FormOpened,
        "alter.opened": FormOpened,
        "give.opened": FormOpened,
        "reaction.added": Reacted,
        "bulk.opened": BulkOpened,
        "bulk.approved": BulkApproved,
        "report.opened": ReportOpened,
        "report.submitted": ReportSubmitted,
        "retry.asked": Pressed,
    },
    "system": {"command.given": Asked},
}
#: What signals carry; all others tell of an item, as `Told`.
SIGNALS: Mapping[str, type[Value]] = {
    "item.named_together": NamedTogether,
    "message.posted": Said,
    "message.changed": Said,
    "message.deleted": Said,
    "item.reported": Reported,
    "thread.joined": ThreadJoined,
    "item.came": Came,
    "item.sorted": Came,
    "batch.item_changed": Came,
    "batch.begun": Came,
    "parent.moved": ParentMoved,
    "grant.given": Given,
    "grant.lost": Given,
}
