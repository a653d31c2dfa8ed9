"""What rules say of how talk in Slack becomes work in Jira. No I/O."""

from typing import Annotated

import msgspec
from msgspec import Meta

_Project = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_]{0,99}$")]
_Type = Annotated[str, Meta(min_length=1, max_length=255)]
_Channel = Annotated[str, Meta(min_length=1, max_length=100)]
_Emoji = Annotated[str, Meta(pattern="^[a-z0-9_+'-]{0,100}$", examples=["ticket"])]


class TalkPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a message of a channel becomes: an issue of this `type`, by its name, in `project`."""

    project: _Project
    type: _Type


class TalkRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a message becomes an issue beside the shortcut and the mention, and whether its thread stays with it.

    `reaction`: the name of the emoji by which it is wanted; blank for none. `channels`: what it becomes there, so that
    the reaction alone makes it, and a form is filled in; elsewhere a form is offered. `threads`: what is said in its
    thread is written to the issue, and what is commented there stands in the thread; `internal`: customers of a service
    desk do not see what comes from the thread.
    """

    reaction: _Emoji = "ticket"
    channels: dict[_Channel, TalkPlace] = {}
    threads: bool = True
    internal: bool = True
