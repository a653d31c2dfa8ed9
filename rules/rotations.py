"""What rules say of turns on call. No I/O."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from rules.model import Instant


class RotationRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Turns of `each_hours` since `since`, one of `people` after the other, round and round.

    Who is on call may be asked at any hour of their turn.
    """

    people: Annotated[tuple[str, ...], Meta(min_length=1)]
    since: Instant
    each_hours: Annotated[int, Meta(ge=1)]

    def on_call(self, at: datetime) -> str | None:
        """Name the person whose turn it is; None before the first turn."""
        turn = (at - self.since) // timedelta(hours=self.each_hours)
        return self.people[turn % len(self.people)] if turn >= 0 else None
