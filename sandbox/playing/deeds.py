"""What somebody can do in a story, as a story's file says it. It is data: nothing here does anything.

`$name` in a text stands for the key of the issue that a deed before called `name`.
"""

from typing import Any, Literal

import msgspec

from sandbox.playing.moments import Span

Json = dict[str, Any]


class Deed(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """Something that `who` does, so long after the story began; what the opening holds has happened before."""

    who: str
    at: Span = "0m"


class Report(Deed, frozen=True, kw_only=True, tag="report"):
    """An issue in Jira, known in the story by the name `called`."""

    called: str
    project: str
    summary: str
    description: str = ""
    type: str = "Bug"
    priority: str = "Medium"
    fields: Json = {}


class Raise(Deed, frozen=True, kw_only=True, tag="raise"):
    """A request in a service desk, known in the story by the name `called`; `values` are those of its form."""

    called: str
    type: str
    values: Json
    desk: str = "1"


class Comment(Deed, frozen=True, kw_only=True, tag="comment"):
    """A comment on an issue."""

    issue: str
    text: str


class Move(Deed, frozen=True, kw_only=True, tag="move"):
    """A transition, by its name, with a resolution where its screen wants one."""

    issue: str
    by: str
    resolution: str | None = None


class Edit(Deed, frozen=True, kw_only=True, tag="edit"):
    """Fields of an issue are given other values."""

    issue: str
    fields: Json


class Link(Deed, frozen=True, kw_only=True, tag="link"):
    """`issue` is linked to `to`, in the words of the link's outward direction: issue blocks to."""

    issue: str
    type: str
    to: str


class Write(Deed, frozen=True, kw_only=True, tag="write"):
    """A message in a channel of Slack."""

    channel: str
    text: str


class Command(Deed, frozen=True, kw_only=True, tag="command"):
    """`/yard` with these words, typed in a channel."""

    channel: str
    text: str


class Press(Deed, frozen=True, kw_only=True, tag="press"):
    """A button on the newest card about an issue, by what it does (`request.undo`), as soon as it is shown."""

    about: str
    button: str


class Call(Deed, frozen=True, kw_only=True, tag="call"):
    """Something happens in another system, told to its own API; `called` names the id that it answers with."""

    to: Literal["directory", "finance", "pipeline", "control"]
    path: str
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    body: Json = {}
    called: str | None = None


AnyDeed = Report | Raise | Comment | Move | Edit | Link | Write | Command | Press | Call
