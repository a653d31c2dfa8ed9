"""Keeps the search index, inside the transaction that changes the items: documents, and how many hold each term.

The counts are those of the documents, exactly, whenever no transaction is under way. Whoever changes them takes the
rows in one order, so that no two wait for each other. It decides nothing about what is alike.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import BigInteger, Connection, any_, delete, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store.ledger import storable
from integrations.store.tables import document_terms, documents
from orchestrator.gather import query_of, traits_of
from orchestrator.related import TERMS_VERSION, Candidate, Traits
from rules.model import Item

Change: TypeAlias = tuple[Item | None, Item | None]
"""An item before and after."""

_READ = msgspec.msgpack.Decoder(Candidate)
_NOTHING = (None, "")

_KEEP = text("""
    WITH told AS MATERIALIZED (
        SELECT * FROM unnest(
            CAST(:id AS bigint[]), CAST(:candidate AS bytea[]), CAST(:closed_at AS timestamptz[]),
            CAST(:created_at AS timestamptz[]), CAST(:terms AS text[])
        ) AS told (id, candidate, closed_at, created_at, terms)
    ), said AS (
        INSERT INTO documents (id, terms_version, candidate) SELECT id, :version, candidate FROM told
        ON CONFLICT (id) DO UPDATE SET terms_version = excluded.terms_version, candidate = excluded.candidate
        WHERE (documents.terms_version, documents.candidate)
            IS DISTINCT FROM (excluded.terms_version, excluded.candidate)
    )
    INSERT INTO document_terms (id, closed_at, created_at, terms)
    SELECT id, closed_at, created_at, CAST(terms AS integer[]) FROM told
    ON CONFLICT (id) DO UPDATE
    SET closed_at = excluded.closed_at, created_at = excluded.created_at, terms = excluded.terms
    WHERE (document_terms.closed_at, document_terms.created_at, document_terms.terms)
        IS DISTINCT FROM (excluded.closed_at, excluded.created_at, excluded.terms)
""")


@dataclass(slots=True, kw_only=True)
class Tally:
    """By how much the counts of the index change."""

    terms: Counter[int] = field(default_factory=Counter)
    documents: int = 0
    length: int = 0

    def add(self, document: Candidate) -> None:
        """Count a document in."""
        self.terms.update(document.ids)
        self.documents += 1
        self.length += document.length

    def remove(self, document: Candidate) -> None:
        """Count a document out."""
        self.terms.subtract(document.ids)
        self.documents -= 1
        self.length -= document.length

    def counts(self) -> dict[str, Any]:
        """Give what changes; to be written last in a transaction: everybody else who counts waits for its end."""
        more = {term: number for term, number in self.terms.items() if number}
        changed = {"terms": list(more), "more": list(more.values())}
        return changed | {"documents": self.documents, "length": self.length}


def index(connection: Connection, changes: Iterable[Change], tally: Tally) -> None:
    """Bring the documents of items that changed, whose rows are locked, up to date; what to count goes to `tally`."""
    changed = ((before, after) for before, after in changes if before != after)
    concerned = [(before, after) for before, after in changed if _is_found(before) or _is_found(after)]
    former = _former(connection, [before.id for before, _ in concerned if before is not None])
    kept, gone = [], []
    for before, after in concerned:
        old, version = former.get(before.id, _NOTHING) if before is not None else _NOTHING
        if old is not None:
            tally.remove(old)
        if after is not None and not after.deleted:
            same = before is not None and version == TERMS_VERSION and _say_the_same(before, after)
            new = replace(old, traits=_traits(after)) if old is not None and same else _document(after)
            tally.add(new)
            kept.append((after, new))
        elif old is not None:
            gone.append(old.id)
    _write(connection, kept, gone)


def renew(connection: Connection, ids: Sequence[int], found: Iterable[Item], tally: Tally) -> None:
    """Write the documents of these items anew, whose rows are locked, where other terms stand in them than now.

    `found`: those of the items that there are; the others' documents go.
    """
    items = {one.id: one for one in found if not one.deleted}
    kept, gone = [], []
    for id_, (old, version) in _former(connection, list(ids)).items():
        if version == TERMS_VERSION or old is None:
            continue
        tally.remove(old)
        if id_ in items:
            new = _document(items[id_])
            tally.add(new)
            kept.append((items[id_], new))
        else:
            gone.append(id_)
    _write(connection, kept, gone)


def read(document: bytes) -> Candidate:
    """Give a document as it stands in its row."""
    return _READ.decode(document)


def _is_found(item: Item | None) -> bool:
    return item is not None and not item.deleted


def _former(connection: Connection, ids: list[int]) -> Mapping[int, tuple[Candidate | None, str]]:
    if not ids:
        return {}
    wanted = select(documents.c.candidate, documents.c.terms_version)
    rows = connection.execute(wanted.where(documents.c.id == any_(literal(ids, ARRAY(BigInteger)))))
    found = [(read(row.candidate), row.terms_version) for row in rows]
    return {document.id: (document, version) for document, version in found}


def _say_the_same(one: Item, other: Item) -> bool:
    return (one.summary, one.description) == (other.summary, other.description)


def _document(item: Item) -> Candidate:
    return Candidate.of(item.id, query_of(item).terms, _traits(item))


def _traits(item: Item) -> Traits:
    """Give the item's traits in what UTF-8 can hold."""
    traits = traits_of(item)
    return replace(
        traits,
        project=storable(traits.project),
        components=tuple(storable(one) for one in traits.components),
        kind=storable(traits.kind),
        reporter=storable(traits.reporter),
    )


def _closed_at(item: Item) -> datetime | None:
    """Give when work on it ended; where a workflow sets no resolution, it was over at its last update at the latest."""
    return None if item.is_open else item.resolved_at or item.updated


def _write(connection: Connection, kept: list[tuple[Item, Candidate]], gone: list[int]) -> None:
    if kept:
        told = {
            "id": [item.id for item, _ in kept],
            "candidate": [msgspec.msgpack.encode(document) for _, document in kept],
            "closed_at": [_closed_at(item) for item, _ in kept],
            "created_at": [item.created for item, _ in kept],
            "terms": [f"{{{','.join(map(str, document.ids))}}}" for _, document in kept],
        }
        connection.execute(_KEEP, told | {"version": TERMS_VERSION})
    if gone:
        connection.execute(delete(documents).where(documents.c.id.in_(gone)))
        connection.execute(delete(document_terms).where(document_terms.c.id.in_(gone)))
