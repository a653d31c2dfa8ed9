"""What the console tells of the store: the ledger with the issues' names, and counts. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass

from integrations.store.items import PostgresItems
from integrations.store.ledger import PostgresLedger
from integrations.store.records import PostgresRecords
from orchestrator.memory import Standing, TrailRow
from rules.model import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresTelling:
    """Joins what is read apart."""

    ledger: PostgresLedger
    items: PostgresItems
    records: PostgresRecords

    def entries_after(self, seq: int, limit: int) -> tuple[TrailRow, ...]:
        """Give the sealed rows after a position of the chain, in its order."""
        return self.ledger.entries_after(seq, limit)

    def last(self) -> int:
        """Give the last position of the chain."""
        return self.ledger.last()

    def trail(self, item: int, limit: int) -> tuple[TrailRow, ...]:
        """Give the rows about an item, oldest first, the newest `limit`."""
        return self.ledger.trail(item, limit)

    def item_of(self, key: str) -> Item | None:
        """Give an item by its key or a former key."""
        return self.items.by_key(key)

    def keys_of(self, ids: Collection[int]) -> dict[int, str]:
        """Give the keys of items."""
        return {item.id: item.key for item in self.items.items(ids)}

    def standing(self) -> Standing:
        """Count what waits, is open, and is stopped."""
        return self.records.standing()

    def tallies(self) -> dict[str, int]:
        """Count the sealed rows by kind."""
        return self.ledger.tallies()
