"""Keeps the search index, inside the transaction that changes the items: documents, and how many hold each term.

The counts are those of the documents, exactly, whenever no transaction is under way. Whoever changes them takes the
rows in one order, so that no two wait for each other. It decides nothing about what is alike.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Connection, any_, delete, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from integrations.store.ledger import storable
from integrations.store.tables import documents
from orchestrator.gather import query_of, traits_of
from orchestrator.related import TERMS_VERSION
from rules.model import Item

Change: TypeAlias = tuple[Item | None, Item | None]
"""An item before and after."""

_COUNT_TERMS = text("""
    INSERT INTO term_frequencies (term, documents)
    SELECT * FROM unnest(CAST(:terms AS integer[]), CAST(:more AS integer[])) AS counted (term, more) ORDER BY term
    ON CONFLICT (term) DO UPDATE SET documents = term_frequencies.documents + excluded.documents
""")
_COUNT_DOCUMENTS = text("""
    INSERT INTO corpus (documents, length) VALUES (:documents, :length)
    ON CONFLICT (one) DO UPDATE
    SET documents = corpus.documents + excluded.documents, length = corpus.length + excluded.length
""")


@dataclass(slots=True, kw_only=True)
class Tally:
    """By how much the counts of the index change."""

    terms: Counter[int] = field(default_factory=Counter)
    documents: int = 0
    length: int = 0

    def add(self, terms: Iterable[int], length: int) -> None:
        """Count a document in."""
        self.terms.update(terms)
        self.documents += 1
        self.length += length

    def remove(self, terms: Iterable[int], length: int) -> None:
        """Count a document out."""
        self.terms.subtract(terms)
        self.documents -= 1
        self.length -= length


def index(connection: Connection, changes: Iterable[Change], tally: Tally) -> None:
    """Bring the documents of changed items, whose rows are locked, up to date; what to count goes to `tally`."""
    concerned = [(before, after) for before, after in changes if _is_found(before) or _is_found(after)]
    former = _former(connection, [before.id for before, _ in concerned if before is not None])
    said, moved, gone = [], [], []
    for before, after in concerned:
        old = former.get(before.id) if before is not None else None
        if after is None or after.deleted:
            gone.append(old)
        elif before is not None and old is not None and _says_the_same(before, after, old):
            moved.append(_traits(after))
        else:
            said.append(_document(after))
            tally.add(said[-1]["terms"], said[-1]["length"])
            gone.append(old)
    for document in gone:
        if document is not None:
            tally.remove(document.terms, document.length)
    _write(connection, said, moved, {one.id for one in gone if one is not None} - {row["id"] for row in said})


def count(connection: Connection, tally: Tally) -> None:
    """Write the counts; the last thing in a transaction, because everybody else who counts waits for its end."""
    more = {term: number for term, number in tally.terms.items() if number}
    if more:
        connection.execute(_COUNT_TERMS, {"terms": list(more), "more": list(more.values())})
    if tally.documents or tally.length:
        connection.execute(_COUNT_DOCUMENTS, {"documents": tally.documents, "length": tally.length})


def _is_found(item: Item | None) -> bool:
    return item is not None and not item.deleted


def _former(connection: Connection, ids: list[int]) -> Mapping[int, Any]:
    if not ids:
        return {}
    wanted = select(documents.c.id, documents.c.terms, documents.c.length, documents.c.terms_version)
    rows = connection.execute(wanted.where(documents.c.id == any_(literal(ids, ARRAY(BigInteger)))))
    return {row.id: row for row in rows}


def _says_the_same(before: Item, after: Item, old: Any) -> bool:
    same: bool = (before.summary, before.description) == (after.summary, after.description)
    return same and bool(old.terms_version == TERMS_VERSION)


def _document(item: Item) -> dict[str, Any]:
    said = query_of(item).terms
    return _traits(item) | {
        "terms_version": TERMS_VERSION,
        "terms": said.ids,
        "counts": bytes(number for _, number in said.counts),
        "length": said.length,
        "summary": said.summary,
    }


def _traits(item: Item) -> dict[str, Any]:
    traits = traits_of(item)
    return {
        "id": item.id,
        "closed_at": _closed_at(item),
        "created": traits.created,
        "project": storable(traits.project),
        "components": [storable(one) for one in traits.components],
        "kind": storable(traits.kind),
        "reporter": storable(traits.reporter),
    }


def _closed_at(item: Item) -> datetime | None:
    """Give when work on it ended; where a workflow sets no resolution, it was over at its last update at the latest."""
    return None if item.is_open else item.resolved_at or item.updated


def _write(connection: Connection, said: list[dict[str, Any]], moved: list[dict[str, Any]], gone: set[int]) -> None:
    if said:
        new = insert(documents)
        kept = {name: new.excluded[name] for name in said[0] if name != "id"}
        connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=kept), said)
    for row in moved:
        connection.execute(update(documents).where(documents.c.id == row["id"]).values(row))
    if gone:
        connection.execute(delete(documents).where(documents.c.id.in_(gone)))
