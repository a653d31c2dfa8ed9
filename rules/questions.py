"""What rules say of questions that people ask back before they decide. No I/O."""

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta


class QuestionRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What waits while who may answer a question has asked something back.

    `pauses_hours`: for so long, at most, they are not reminded and their time does not count. `expiry_waits`: whether
    the question expires later by the time for which an answer was waited for.
    """

    pauses_hours: Annotated[int, Meta(ge=1, le=720)] = 24
    expiry_waits: bool = False

    @property
    def pause(self) -> timedelta:
        """The longest time that an answer is waited for."""
        return timedelta(hours=self.pauses_hours)
