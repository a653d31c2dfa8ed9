"""What may be changed in the world, one change an action, and what one approval binds. No I/O."""

from typing import Any, Final, Literal, TypeAlias

import msgspec

from rules.canonical import Value, digest
from rules.model import Line, Status, Tainted


class ScreenField(Value, frozen=True, kw_only=True):
    """A field of a transition's screen; `allowed` are the names of its allowed values, empty for free text."""

    id: str
    name: str
    allowed: tuple[str, ...] = ()


class OpenTransition(Value, frozen=True, kw_only=True):
    """A transition that Jira offers for an issue now, with what its screen requires and may take."""

    id: str
    name: str
    to: Status
    required: tuple[ScreenField, ...] = ()
    optional: tuple[ScreenField, ...] = ()


class Project(Value, frozen=True, kw_only=True):
    """A project of the tracker, by its key."""

    key: str
    name: str


class IssueForm(Value, frozen=True, kw_only=True):
    """What Jira takes for a new issue of a type: the fields that must be given, and those that may be."""

    project: str
    type: str
    required: tuple[ScreenField, ...] = ()
    optional: tuple[ScreenField, ...] = ()


class ActionBase(Value, frozen=True, kw_only=True, tag_field="act"):
    """One change in the world. `item` is the numeric id of the issue that it changes; `NEW` is the one being made."""

    item: int


#: Stands for the issue that the request's own create makes: its id is known only once that is done.
NEW: Final = 0


class CreateAction(ActionBase, frozen=True, kw_only=True, tag="create"):
    """Create an issue in `project` (its key) of the type with this name; the receipt tells its id and key.

    `reporter` is a Jira account, None where it is to be our own. `conversation`: the thread in Slack that it is made
    of, by the id of its subject; Jira is not told. What it is to be linked to is another action of the same request, on
    `NEW`: a create that sets links too is refused wherever they are not on the project's screen, and could not say
    which of the two went wrong.
    """

    item: int = NEW
    project: str
    type: str
    summary: Tainted
    description: Line
    reporter: str | None = None
    conversation: str = ""


class LinkAction(ActionBase, frozen=True, kw_only=True, tag="link"):
    """Link `item` outward ("duplicates") to `other`."""

    other: int
    type: str


class UnlinkAction(ActionBase, frozen=True, kw_only=True, tag="unlink"):
    """Remove the link of `type` from `item` outward to `other`."""

    other: int
    type: str


class CommentAction(ActionBase, frozen=True, kw_only=True, tag="comment"):
    """Write a comment: our own words, with parts that the tracker's gateway escapes for its markup.

    `internal`: where the project is a service desk, its customers do not see it; elsewhere it is a comment like any.
    `whole`: what people wrote stands there in full and in its own lines, and is not cut to a quotation.
    """

    text: Line
    internal: bool = False
    whole: bool = False


class RewordAction(ActionBase, frozen=True, kw_only=True, tag="reword"):
    """Put other words into our comment, if it still says what it said `before`; the rest as in `CommentAction`."""

    comment: str
    before: Line
    text: Line
    internal: bool = False
    whole: bool = False


class UncommentAction(ActionBase, frozen=True, kw_only=True, tag="uncomment"):
    """Delete our comment if it still says what we wrote; `comment` is Jira's id, `whole` as it was written."""

    comment: str
    text: Line
    whole: bool = False


class TransitionAction(ActionBase, frozen=True, kw_only=True, tag="transition"):
    """Run `transition` (Jira's id) from `before` to `after`, filling `fields` (id -> value in Jira's form).

    `kept`: what is written into a property of the issue along with it.
    """

    transition: str
    name: str
    before: Status
    after: Status
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    kept: dict[str, Any] = msgspec.field(default_factory=dict)


class WatchAction(ActionBase, frozen=True, kw_only=True, tag="watch"):
    """Have a Jira account told of what happens to `item`."""

    account: str


class UnwatchAction(ActionBase, frozen=True, kw_only=True, tag="unwatch"):
    """Have a Jira account no longer told of what happens to `item`."""

    account: str


class PriorityAction(ActionBase, frozen=True, kw_only=True, tag="priority"):
    """Change the priority from `before` to `after`, both by name; None is no priority."""

    before: str | None
    after: str | None


class FieldAction(ActionBase, frozen=True, kw_only=True, tag="field"):
    """Change what a field holds, named as people see it, from `before` to `after`, both as text; blank for nothing."""

    field: str
    before: str
    after: str


class RiskAction(ActionBase, frozen=True, kw_only=True, tag="risk"):
    """Change what the issue's property of ours tells of a promise at risk, in Jira's form; None is no property."""

    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AssignAction(ActionBase, frozen=True, kw_only=True, tag="assign"):
    """Give the issue to somebody: its assignee from `before` to `after`, both Jira accounts; None is nobody.

    `former` and `name` say who they are, in words for people.
    """

    before: str | None
    after: str | None
    former: str = ""
    name: str = ""


class AnswerAction(ActionBase, frozen=True, kw_only=True, tag="answer"):
    """Answer what a service desk asks by itself, its `approval`, as the Jira account that said so and lets us.

    `why` is not for Jira, which takes no reason.
    """

    approval: str
    account: str
    choice: Literal["approve", "reject"]
    why: Tainted | None = None


Action: TypeAlias = (
    CreateAction
    | LinkAction
    | UnlinkAction
    | CommentAction
    | RewordAction
    | UncommentAction
    | TransitionAction
    | WatchAction
    | UnwatchAction
    | PriorityAction
    | FieldAction
    | RiskAction
    | AssignAction
    | AnswerAction
)


#: The kinds of actions, as rules and ledger write them; `ask` writes nothing: somebody is asked to save a promise.
ActionKind = Literal[
    "create",
    "link",
    "comment",
    "reword",
    "transition",
    "watch",
    "priority",
    "field",
    "risk",
    "assign",
    "answer",
    "ask",
    "unlink",
    "uncomment",
    "unwatch",
]


def kind_of(action: Action) -> str:
    """Name the kind of an action, as rules and ledger write it."""
    return str(type(action).__struct_config__.tag)


class Precondition(Value, frozen=True, kw_only=True):
    """What must still be so when we act: `field` of issue `item` (or of its pair with another) reads `equals`."""

    item: int
    field: str
    equals: str


class Payload(Value, frozen=True, kw_only=True):
    """What one approval binds: exact actions on one item and their preconditions; never evidence, confidence, now."""

    item: int
    actions: tuple[Action, ...]
    preconditions: tuple[Precondition, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 over actions and preconditions."""
        return digest(self)
