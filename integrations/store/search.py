"""Reads the search index: its statistics, and the documents that hold a term. It ranks nothing and writes nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, Row, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store.tables import corpus, documents, term_frequencies
from orchestrator.related import Candidate, Corpus, Traits

_COLUMNS = tuple(column for column in documents.c if column.name not in {"closed_at", "terms_version"})


def statistics(connection: Connection, terms: Collection[int]) -> Corpus:
    """Give how many documents there are, how long on average, and how many hold each of these terms."""
    totals = select(func.coalesce(func.sum(corpus.c.documents), 0), func.coalesce(func.sum(corpus.c.length), 0))
    number, length = connection.execute(totals).one()
    asked = term_frequencies.c.term == any_(literal(list(terms), ARRAY(Integer)))
    held = select(term_frequencies.c.term, term_frequencies.c.documents).where(asked, term_frequencies.c.documents > 0)
    df = {row.term: row.documents for row in connection.execute(held)}
    return Corpus(documents=int(number), average_length=float(length) / max(int(number), 1), df=df)


def holding(
    connection: Connection, terms: Collection[int], item: int, resolved_after: datetime
) -> tuple[Candidate, ...]:
    """Give the documents, but for `item`, that hold any of the terms and are open or were closed after that."""
    found = documents.c.terms.overlap(literal(list(terms), ARRAY(Integer)))
    current = or_(documents.c.closed_at.is_(None), documents.c.closed_at > resolved_after)
    wanted = select(*_COLUMNS).where(found, current, documents.c.id != item)
    return tuple(_candidate(row) for row in connection.execute(wanted.order_by(documents.c.id)))


def of_items(connection: Connection, ids: Collection[int]) -> tuple[Candidate, ...]:
    """Give the documents of these items, whatever they hold."""
    wanted = select(*_COLUMNS).where(documents.c.id == any_(literal(list(ids), ARRAY(BigInteger))))
    return tuple(_candidate(row) for row in connection.execute(wanted.order_by(documents.c.id)))


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(
        id=row.id,
        counts=tuple(zip(row.terms, row.counts, strict=True)),
        length=row.length,
        summary=tuple(row.summary),
        traits=Traits(
            created=row.created,
            project=row.project,
            components=tuple(row.components),
            kind=row.kind,
            reporter=row.reporter,
        ),
    )
