"""What rules say of noise: how much people are told unasked, when, and in which channel. No I/O."""

from typing import Annotated

import msgspec
from msgspec import Meta

_Positive = Annotated[int, Meta(ge=1)]
_Project = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_]{0,99}$")]
_Channel = Annotated[str, Meta(min_length=1, max_length=100)]


class NoiseRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much people are told unasked, over all agents; what is held back stands in App Home and comes in a digest.

    `messages_a_day`: direct messages to a person. `quiet_hours`: none outside of their working hours. What is urgent is
    sent all the same: issues of these priorities, or with an SLA that breaks within `urgent_hours`. `channels`: for
    projects, where questions about one of their issues are asked, in the place of the workflow's channel.
    """

    messages_a_day: _Positive | None = None
    quiet_hours: bool = False
    urgent_priorities: tuple[str, ...] = ("Highest",)
    urgent_hours: _Positive = 4
    channels: dict[_Project, _Channel] = {}
