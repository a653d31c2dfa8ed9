"""What work is described by: its traits, and who did it. Values alone, for all that learn from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

__all__ = ["HALF_LIFE", "Done", "Trait"]

#: A field, and one of the values that an item has in it.
Trait: TypeAlias = tuple[str, str]

#: After so long a piece of work counts half.
HALF_LIFE = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A piece of work that somebody, or a group, did. `at`: when that became known."""

    who: str
    at: datetime
    traits: tuple[Trait, ...]
