"""How near in meaning known issues are to a text: what the orchestrator needs of an encoder, and the text it reads.

It must not know what encodes, nor where vectors are kept.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from orchestrator.related.tokens import prose
from rules.model import Item

MOST_CHARACTERS = 4_000
"""What an encoder reads of a description at most: more than its few hundred tokens."""


class Meanings(Protocol):
    """How near in meaning known issues are."""

    def near(self, said: str, item: int, resolved_after: datetime, among: Collection[int]) -> Mapping[int, int]:
        """Give how near issues are to a text, by their ids, in per mille: those `among`, and the nearest of all.

        The nearest are open or were closed after that. `item`: whose text it is, which is not in the answer; 0:
        nobody's. What has no text, or was not encoded yet, is left out.
        """
        ...


def said_by(item: Item) -> str:
    """Give what an encoder reads of an item."""
    return said_in(item.summary.text, item.description.text)


def said_in(summary: str, description: str) -> str:
    """Give what an encoder reads of a text."""
    return prose(summary, description[:MOST_CHARACTERS])
