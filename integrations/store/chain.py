"""The chain over the ledger's rows: how a link is made, and what is wrong with links that are read back. Pure.

A link is the SHA-256 of the link before and the row's canonical form. The row holds a salted hash of its payload, not
the payload, so that erasing a payload breaks nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from rules.canonical import Value, canonical

#: What the first link follows.
GENESIS = bytes(32)
#: How many findings are told in words; the rest are counted.
MOST_TOLD = 100


class Row(Value, frozen=True, kw_only=True):
    """A row of the ledger as the chain covers it; all of it is hashed."""

    seq: int
    kind: str
    subject: str
    at: datetime
    about: tuple[int, ...]
    decision: str | None
    once: str | None
    commitment: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A seal as it is read back. `row` is None where it is gone; `intact` tells of its payload, None for an erased."""

    position: int
    seq: int
    hash: bytes
    row: Row | None
    intact: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broken:
    """A seal that does not follow from what stands `before` it."""

    seal: Seal
    row: Row
    before: bytes


def link(before: bytes, row: Row) -> bytes:
    """Give the hash that seals a row."""
    return sha256(before + canonical(row)).digest()


class Inspection:
    """Takes the seals one by one in the order of their positions, in bounded memory, then tells what is wrong."""

    def __init__(self, head: tuple[int, str] | None = None) -> None:
        self.kinds: Counter[str] = Counter()
        self.rows = 0
        self.erased = 0
        self.position = 0
        self.hash = GENESIS
        self._head = head
        self._met_head = head == (0, GENESIS.hex())
        self._found: list[tuple[int, str]] = []
        self._count = 0
        self._broken: list[_Broken] = []
        self._should_be: bytes | None = None

    def take(self, seal: Seal) -> None:
        """Compare a seal with the one before."""
        follows = self._in_order(seal)
        should_be = None
        if seal.row is None:
            self._find(seal.position, f"position {seal.position}: row {seal.seq} was removed")
        else:
            self._count_row(seal, seal.row)
            should_be = self._compare(seal, seal.row) if follows else None
        self._compare_head(seal)
        self.position, self.hash, self._should_be = seal.position, seal.hash, should_be

    def findings(self, tallies: Mapping[str, int]) -> tuple[tuple[str, ...], int]:
        """Tell in words what is wrong with links (at most `MOST_TOLD`), tallies and head; and how many findings."""
        told = [*self._found, *((one.seal.position, self._explained(one)) for one in self._broken)]
        more = [
            f"{tallies.get(kind, 0)} rows {kind!r} were sealed, but {self.kinds[kind]} are there"
            for kind in sorted({*tallies, *self.kinds})
            if tallies.get(kind, 0) != self.kinds[kind]
        ]
        if self._head is not None and not self._met_head:
            more.append(f"the chain ends at {self.position} without position {self._head[0]}, the head that was kept")
        return (*(words for _, words in sorted(told)[:MOST_TOLD]), *more), self._count + len(more)

    def _in_order(self, seal: Seal) -> bool:
        expected = self.position + 1
        if seal.position == expected + 1:
            self._find(expected, f"position {expected} is missing: the seal was removed")
        elif seal.position > expected:
            self._find(expected, f"positions {expected} to {seal.position - 1} are missing: the seals were removed")
        elif seal.position < expected:
            self._find(seal.position, f"position {seal.position} stands there twice")
        return seal.position == expected

    def _count_row(self, seal: Seal, row: Row) -> None:
        self.rows += 1
        self.kinds[row.kind] += 1
        if seal.intact is None:
            self.erased += 1
        elif not seal.intact:
            self._find(seal.position, f"position {seal.position}: the payload of row {seal.seq} was changed")

    def _compare(self, seal: Seal, row: Row) -> bytes | None:
        """Give what the hash should be, where it is not that."""
        should_be = link(self.hash, row)
        if should_be == seal.hash:
            return None
        if self._should_be is not None and link(self._should_be, row) == seal.hash:
            self._blame_the_seal_before()
            return None
        self._count += 1
        if len(self._broken) < MOST_TOLD:
            self._broken.append(_Broken(seal=seal, row=row, before=self.hash))
        return should_be

    def _blame_the_seal_before(self) -> None:
        self._count -= 1
        if self._broken and self._broken[-1].seal.position == self.position:
            self._broken.pop()
        self._find(self.position, f"position {self.position}: its seal was changed, not its row")

    def _compare_head(self, seal: Seal) -> None:
        if self._head is not None and seal.position == self._head[0]:
            self._met_head = True
            if seal.hash.hex() != self._head[1].lower():
                self._find(
                    seal.position, f"position {seal.position} has another hash than the head: the chain was rewritten"
                )

    def _explained(self, one: _Broken) -> str:
        """Tell a row or seal that belongs elsewhere from one that was changed."""
        where = f"position {one.seal.position}"
        for other in self._broken:
            if link(one.before, other.row) == one.seal.hash:
                return f"{where}: row {one.row.seq} stands where row {other.row.seq} was sealed: reordered"
            if link(other.before, one.row) == one.seal.hash:
                return f"{where}: row {one.row.seq} was sealed elsewhere: reordered"
        return f"{where}: row {one.row.seq} was changed, or what stood before it was taken away"

    def _find(self, position: int, words: str) -> None:
        self._count += 1
        if len(self._found) < MOST_TOLD:
            self._found.append((position, words))
