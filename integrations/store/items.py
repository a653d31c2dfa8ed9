"""Items as last seen, and the search index over them. Decides nothing: how payloads merge is `merging`'s.

Every transaction locks in one order (items, keys, changes, terms, the corpus; each by its key), so that none waits for
another that waits for it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, Engine, any_, bindparam, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store import search
from integrations.store.alone import each_alone
from integrations.store.columns import written
from integrations.store.indexing import Change, Tally, count, index
from integrations.store.ledger import storable
from integrations.store.looks import bounded
from integrations.store.merging import item_of, merged
from integrations.store.tables import item_keys, items
from orchestrator.related import Candidate, Corpus
from rules.canonical import plain
from rules.model import FieldChange, Item, Snapshot

_AT_ONCE = 500
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

_PLACES = text("INSERT INTO items (id, known) SELECT unnest(CAST(:ids AS bigint[])), '{}' ON CONFLICT DO NOTHING")
_SAVE = (
    update(items)
    .where(items.c.id == bindparam("at"))
    .values(item=bindparam("item", type_=items.c.item.type), known=bindparam("known", type_=items.c.known.type))
)
_KEYS = text("""
    INSERT INTO item_keys (key, item, since)
    SELECT * FROM unnest(CAST(:key AS text[]), CAST(:item AS bigint[]), CAST(:since AS timestamptz[]))
        AS told (key, item, since) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET item = excluded.item, since = excluded.since
    WHERE (excluded.since, excluded.item) > (item_keys.since, item_keys.item)
""")
_CHANGES = text("""
    INSERT INTO item_changes (item, id, at, change)
    SELECT * FROM unnest(
        CAST(:item AS bigint[]), CAST(:id AS text[]), CAST(:at AS timestamptz[]), CAST(:change AS text[])
    ) AS told (item, id, at, change) ORDER BY item, id
    ON CONFLICT (item, id) DO UPDATE SET at = excluded.at, change = excluded.change
    WHERE excluded.at < item_changes.at
""")


class PostgresItems:
    """Items by id and by key, and what is like them. Each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._each_alone = each_alone(engine)

    def merge(self, snapshots: Sequence[Snapshot]) -> None:
        """Merge snapshots by `updated` (an older one never overwrites) and index their texts, in one transaction."""
        told: defaultdict[int, list[Snapshot]] = defaultdict(list)
        for snapshot in snapshots:
            told[snapshot.id].append(snapshot)
        if not told:
            return
        ids = sorted(told)
        tally = Tally()
        with self._engine.begin() as connection:
            bounded(connection)
            _hold(connection, ids)
            for start in range(0, len(ids), _AT_ONCE):
                some = {id_: told[id_] for id_ in ids[start : start + _AT_ONCE]}
                index(connection, _merge(connection, some), tally)
            _write(connection, _KEYS, _keys(snapshots))
            _write(connection, _CHANGES, _changes((one.id, change) for one in snapshots for change in one.changes))
            count(connection, tally)

    def unite(self, changes: Mapping[int, Iterable[FieldChange]]) -> None:
        """Unite changelogs, by the ids of their items, with what is known of them, in one transaction."""
        rows = _changes((item, change) for item, some in changes.items() for change in some)
        with self._engine.begin() as connection:
            _write(connection, _CHANGES, rows)

    def item(self, item: int) -> Item | None:
        """Give an item by its numeric id."""
        return next(iter(self.items([item])), None)

    def by_key(self, key: str) -> Item | None:
        """Give an item by its key or a former key, in small letters or capital ones."""
        named = select(items.c.item).join(item_keys, item_keys.c.item == items.c.id)
        with self._each_alone.connect() as connection:
            found: Item | None = connection.execute(named.where(item_keys.c.key == _as_kept(key))).scalar()
            return found

    def items(self, ids: Collection[int]) -> tuple[Item, ...]:
        """Give several items, in the order of their ids."""
        wanted = select(items.c.item).where(_any_of(ids), items.c.item.is_not(None)).order_by(items.c.id)
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(wanted).scalars())

    def corpus(self, terms: Collection[int]) -> Corpus:
        """Give the statistics of the index for these terms."""
        with self._each_alone.connect() as connection:
            return search.statistics(connection, terms)

    def search(self, terms: Collection[int], item: int, resolved_after: datetime) -> tuple[Candidate, ...]:
        """Give the items, but for `item`, that hold any of the terms and are open or were resolved after that."""
        with self._each_alone.connect() as connection:
            return search.holding(connection, terms, item, resolved_after)

    def candidates(self, ids: Collection[int]) -> tuple[Candidate, ...]:
        """Give items as candidates, whether they share a term or not."""
        if not ids:
            return ()
        with self._each_alone.connect() as connection:
            return search.of_items(connection, ids)


def _any_of(ids: Collection[int]) -> Any:
    return items.c.id == any_(literal(list(ids), ARRAY(BigInteger)))


def _hold(connection: Connection, ids: list[int]) -> None:
    """Lock the items' rows until the transaction ends; those that are not there yet are made first."""
    connection.execute(_PLACES, {"ids": ids})
    connection.execute(select(items.c.id).where(_any_of(ids)).order_by(items.c.id).with_for_update())


def _merge(connection: Connection, told: Mapping[int, list[Snapshot]]) -> list[Change]:
    """Merge what was told of items whose rows are locked, and give those that changed, before and after."""
    changes, saved = [], []
    for row in connection.execute(select(items).where(_any_of(told)).order_by(items.c.id)):
        known = row.known if row.item is None else msgspec.structs.replace(row.known, fields=plain(row.item))
        for snapshot in told[row.id]:
            known = merged(known, snapshot)
        item = item_of(row.id, known)
        kept = known if item is None else msgspec.structs.replace(known, fields={})
        if (item, kept) != (row.item, row.known):
            saved.append({"at": row.id, "item": item, "known": kept})
            changes.append((row.item, item))
    if saved:
        connection.execute(_SAVE, saved)
    return changes


def _keys(snapshots: Iterable[Snapshot]) -> list[dict[str, Any]]:
    """Give who bears each key: of several the one of which it was said last."""
    borne: dict[str, tuple[datetime, int]] = {}
    for one in snapshots:
        if one.key:
            key, claim = _as_kept(one.key), (one.updated or _BEFORE_ALL, one.id)
            borne[key] = max(claim, borne.get(key, claim))
    return [{"key": key, "item": item, "since": since} for key, (since, item) in borne.items()]


def _as_kept(key: str) -> str:
    return storable(key.upper())


def _changes(told: Iterable[tuple[int, FieldChange]]) -> list[dict[str, Any]]:
    """Give the changelogs united by id; of one entry the earlier: a webhook dates it later than the changelog does."""
    united: dict[tuple[int, str], FieldChange] = {}
    for item, change in told:
        place = item, storable(change.id)
        united[place] = min(united.get(place, change), change, key=lambda one: one.at)
    return [
        {"item": item, "id": id_, "at": change.at, "change": written(change)} for (item, id_), change in united.items()
    ]


def _write(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, {name: [row[name] for row in rows] for name in rows[0]})
