"""What the console reads, as roles that the store plays. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from orchestrator.memory import Standing, TrailRow
from rules.model import Item

__all__ = ["UNREADABLE", "Counting", "Health", "Telling"]

UNREADABLE: Final = (SQLAlchemyError, OSError)
"""What a reader raises when the store does not answer."""


class Telling(Protocol):
    """The ledger, to be told. Where a person was erased, a row's `data` is None and its sentence says so."""

    def entries_after(self, seq: int, limit: int) -> tuple[TrailRow, ...]:
        """Give the sealed rows after a position of the chain, in its order; each row's `seq` is its position."""
        ...

    def last(self) -> int:
        """Give the last position of the chain; 0 when nothing is sealed."""
        ...

    def trail(self, item: int, limit: int) -> tuple[TrailRow, ...]:
        """Give the rows about an item, oldest first, the newest `limit`; each row's `seq` orders appends."""
        ...

    def item_of(self, key: str) -> Item | None:
        """Give an item by its key or a former key."""
        ...

    def keys_of(self, ids: Collection[int]) -> dict[int, str]:
        """Give the present keys of items by their ids; unknown ones are left out."""
        ...


class Health(Protocol):
    """Whether there is all that is needed to work."""

    def missing(self) -> tuple[str, ...]:
        """Name what is missing, in words without secrets; nothing when all is there."""
        ...


class Counting(Protocol):
    """Numbers over all processes."""

    def standing(self) -> Standing:
        """Count what waits, failed and is known."""
        ...

    def tallies(self) -> dict[str, int]:
        """Count the ledger's entries by kind; no count ever becomes less."""
        ...
