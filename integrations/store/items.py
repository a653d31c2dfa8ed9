"""Items as last seen, and the search index over them. Decides nothing: how payloads merge is `merging`'s.

Every transaction locks in one order (items, keys, changes, terms, the corpus; each by its key), so that none waits for
another that waits for it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, Engine, any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store import cycles, past, queues, search
from integrations.store.alone import each_alone
from integrations.store.columns import written
from integrations.store.indexing import Change, Tally, index
from integrations.store.ledger import storable
from integrations.store.looks import BOUND, UNFLUSHED
from integrations.store.merging import item_of, merged
from integrations.store.tables import item_keys, items
from orchestrator.people.past import Gone
from orchestrator.related import Candidate, Corpus
from orchestrator.sla.ended import Ended
from rules.canonical import plain
from rules.model import FieldChange, Item, Snapshot

_AT_ONCE = 500
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

# The transaction is `bounded` with it, not flushed.
_HOLD = text(
    f"SELECT id, item, known FROM hold_items(:ids), (SELECT {BOUND}, {UNFLUSHED}) AS bounded"  # noqa: S608 - the words are ours
).columns(id=BigInteger, item=items.c.item.type, known=items.c.known.type)
_UNITE = text("""
    SELECT unite_changes(
        CAST(:items AS bigint[]), CAST(:ids AS text[]), CAST(:at AS timestamptz[]), CAST(:changes AS text[])
    )
""")
_CLOSE = text(f"""
    WITH saved AS (
        UPDATE items SET item = told.item, known = told.known
        FROM unnest(CAST(:id AS bigint[]), CAST(:item AS text[]), CAST(:known AS text[])) AS told (id, item, known)
        WHERE items.id = told.id
    ), {queues.KEPT}
    SELECT close_merge(
        CAST(:keys AS text[]), CAST(:bearers AS bigint[]), CAST(:since AS timestamptz[]),
        CAST(:items AS bigint[]), CAST(:ids AS text[]), CAST(:at AS timestamptz[]), CAST(:changes AS text[]),
        CAST(:terms AS integer[]), CAST(:more AS integer[]), :documents, :length
    )
""")  # noqa: S608 - the words are ours


class PostgresItems:
    """Items by id and by key, and what is like them. Each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._each_alone = each_alone(engine)

    def merge(self, snapshots: Sequence[Snapshot]) -> tuple[Item, ...]:
        """Merge snapshots by `updated` (an older one never overwrites) and index their texts, in one transaction.

        Gives what is known now of the items that they tell of, in the order of their ids. What was told waits in the
        intake, or can be read again, until a later transaction is flushed, and this one with it.
        """
        told: defaultdict[int, list[Snapshot]] = defaultdict(list)
        for snapshot in snapshots:
            told[snapshot.id].append(snapshot)
        if not told:
            return ()
        ids, tally, known = sorted(told), Tally(), []
        saved: dict[str, list[Any]] = {"id": [], "item": [], "known": []}
        with self._engine.begin() as connection:
            for start in range(0, len(ids), _AT_ONCE):
                changes = _merge(connection, {id_: told[id_] for id_ in ids[start : start + _AT_ONCE]}, saved)
                index(connection, changes, tally)
                known += [after for _, after in changes if after is not None]
            changelogs = _changes((one.id, change) for one in snapshots for change in one.changes)
            placed = queues.places(frozenset(saved["id"]), known)
            connection.execute(_CLOSE, saved | placed | _keys(snapshots) | changelogs | tally.counts())
        return tuple(known)

    def unite(self, changes: Mapping[int, Iterable[FieldChange]]) -> None:
        """Unite changelogs, by the ids of their items, with what is known of them, in one transaction."""
        with self._each_alone.connect() as connection:
            connection.execute(_UNITE, _changes((item, change) for item, some in changes.items() for change in some))

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

    def queue(self, project: str, most: int, now: datetime) -> tuple[tuple[Item, ...], int]:
        """Give open items of a project, those first by which most waits or whose SLA breaks; and how many are open."""
        with self._each_alone.connect() as connection:
            return queues.first(connection, project, most, now)

    def past(self, project: str, most: int) -> tuple[Gone, ...]:
        """Give the latest issues of a project, open ones too, at most so many, in the order of their ids."""
        with self._each_alone.connect() as connection:
            return past.latest(connection, project, most)

    def changed(self, ids: Collection[int], fields: Collection[str]) -> Mapping[int, Sequence[FieldChange]]:
        """Give the changes of these fields by the ids of their issues, in no order."""
        with self._each_alone.connect() as connection:
            return past.changed(connection, ids, fields)

    def ended(self, ids: Collection[int]) -> Mapping[int, Sequence[Ended]]:
        """Give the completed cycles of SLA clocks that are kept of items, by their ids."""
        with self._each_alone.connect() as connection:
            return cycles.of_items(connection, ids)

    def held(self, accounts: Sequence[str]) -> tuple[Item, ...]:
        """Give the open items, of all projects, that are assigned to any of these Jira accounts."""
        with self._each_alone.connect() as connection:
            return past.held(connection, accounts)

    def owners(self) -> dict[str, int]:
        """Give how many open items are assigned to each Jira account that has any."""
        with self._each_alone.connect() as connection:
            return past.owners(connection)

    def projects(self, most: int) -> tuple[str, ...]:
        """Give the projects with most open items, at most so many."""
        with self._each_alone.connect() as connection:
            return past.projects(connection, most)

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

    def beside(self, terms: Collection[int], item: int, since: datetime, until: datetime) -> tuple[Candidate, ...]:
        """Give the items, but for `item`, that hold any of the terms and were created in between, open or not."""
        with self._each_alone.connect() as connection:
            return search.beside(connection, terms, item, (since, until))

    def came(self, since: datetime, until: datetime) -> int:
        """Count the items that were created in between, both ends included; 100,000 at most."""
        with self._each_alone.connect() as connection:
            return search.came(connection, since, until)

    def times(self, terms: Collection[int], since: datetime, until: datetime) -> dict[int, tuple[int, ...]]:
        """Give for each term when the items that hold it were created, of those in between: ascending, in seconds."""
        with self._each_alone.connect() as connection:
            return search.times(connection, terms, (since, until))


def _any_of(ids: Collection[int]) -> Any:
    return items.c.id == any_(literal(list(ids), ARRAY(BigInteger)))


def _merge(connection: Connection, told: Mapping[int, list[Snapshot]], saved: Mapping[str, list[Any]]) -> list[Change]:
    """Merge what was told of items, whose rows stay locked until the transaction ends; give them before and after.

    What is to be saved of it goes to the columns `saved`, to be written with all the rest.
    """
    changes: list[Change] = []
    for row in connection.execute(_HOLD, {"ids": list(told)}).all():
        known = row.known if row.item is None else msgspec.structs.replace(row.known, fields=plain(row.item))
        for snapshot in told[row.id]:
            known = merged(known, snapshot)
        item = item_of(row.id, known)
        kept = known if item is None else msgspec.structs.replace(known, fields={})
        changes.append((row.item, item))
        if (item, kept) != (row.item, row.known):
            saved["id"].append(row.id)
            saved["item"].append(None if item is None else written(item))
            saved["known"].append(written(kept))
    return changes


def _keys(snapshots: Iterable[Snapshot]) -> dict[str, list[Any]]:
    """Give who bears each key: of several the one of which it was said last."""
    borne: dict[str, tuple[datetime, int]] = {}
    for one in snapshots:
        if one.key:
            key, claim = _as_kept(one.key), (one.updated or _BEFORE_ALL, one.id)
            borne[key] = max(claim, borne.get(key, claim))
    claims = borne.values()
    return {"keys": list(borne), "since": [since for since, _ in claims], "bearers": [item for _, item in claims]}


def _as_kept(key: str) -> str:
    return storable(key.upper())


def _changes(told: Iterable[tuple[int, FieldChange]]) -> dict[str, list[Any]]:
    """Give the changelogs united by id; of one entry the earlier: a webhook dates it later than the changelog does."""
    united: dict[tuple[int, str], FieldChange] = {}
    for item, change in told:
        place = item, storable(change.id)
        united[place] = min(united.get(place, change), change, key=lambda one: one.at)
    return {
        "items": [item for item, _ in united],
        "ids": [id_ for _, id_ in united],
        "at": [change.at for change in united.values()],
        "changes": [written(change) for change in united.values()],
    }
