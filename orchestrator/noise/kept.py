"""What is remembered so that people are not told too much: messages sent, mutes, and what was held back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from orchestrator.changes import Entry
from orchestrator.noise.holding import Held


class Restraint(Protocol):
    """Counts and keeps. Days are YYYY-MM-DD in the person's own zone; users are Slack's."""

    def muted_until(self, user: str) -> datetime | None:
        """Give until when a user wanted no messages, which may be over."""
        ...

    def sent(self, user: str, day: str) -> int:
        """Give how many messages a user had on a day."""
        ...

    def count(self, user: str, day: str) -> None:
        """Count one more message."""
        ...

    def is_held(self, card: str) -> bool:
        """Tell whether a card was held back, told of in a digest or not."""
        ...

    def held_for(self, user: str) -> tuple[Held, ...]:
        """Give what is held back from a user and not told of yet."""
        ...

    def hold(self, held: Held, entry: Entry) -> None:
        """Hold a card back, and have the user's page looked at."""
        ...

    def tell(self, user: str, cards: Sequence[str], digest: str) -> None:
        """Have a user told of cards that were held back, in the message `digest`."""
        ...

    def told_in(self, digest: str) -> tuple[Held, ...]:
        """Give what a digest tells of."""
        ...
