"""Reads the search index: its statistics, and the documents that hold a term. It ranks nothing and writes nothing."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import BigInteger, Connection, TextClause, any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store.indexing import read
from integrations.store.tables import document_terms, documents
from orchestrator.related import Candidate, Corpus

MOST = 150
"""How many documents a search gives at most: those whose shared terms tell most, and of equals the youngest.

To read and rank all takes several times as long, and of an alert that was filed 50,000 times it could not be done at
all. `python -m benchmarks index` and `related` count what it costs to leave the rest out.
"""

#: Beyond so many it makes no difference how many came.
_FAR = 100_000

# The planner takes the search for so dear that a server with LLVM would compile it first, for longer than it runs.
_UNCOMPILED = text("SET jit = off")

# OFFSET 0 keeps each part to itself: one index scan a term, then one look-up a document. Left free, the planner guesses
# that rare terms are common and reads the whole table, which takes a hundred times as long.
_HOLDING = """
    WITH asked AS MATERIALIZED (
        SELECT term, CAST(1000 * ln(1 + (SELECT documents FROM corpus) / CAST(documents AS float)) AS integer) AS tells
        FROM term_frequencies WHERE term = ANY (CAST(:terms AS integer[])) AND documents > 0
    ), found AS (
        SELECT held.id
        FROM asked CROSS JOIN LATERAL (
            SELECT id FROM document_terms
            WHERE terms @> ARRAY[asked.term] AND id <> :item AND {among}
            OFFSET 0
        ) AS held
        GROUP BY held.id ORDER BY sum(asked.tells) DESC, held.id DESC LIMIT :most
    )
    SELECT said.candidate
    FROM found CROSS JOIN LATERAL (SELECT candidate FROM documents WHERE id = found.id OFFSET 0) AS said
"""
_STATISTICS = text("""
    SELECT
        coalesce((SELECT corpus.documents FROM corpus), 0) AS documents,
        coalesce((SELECT corpus.length FROM corpus), 0) AS length,
        array_agg(said.term) AS terms, array_agg(said.documents) AS held
    FROM term_frequencies AS said WHERE said.term = ANY (CAST(:terms AS integer[])) AND said.documents > 0
""")
_KNOWN = text(_HOLDING.format(among="(closed_at IS NULL OR closed_at > :resolved_after)"))
_BESIDE = text(_HOLDING.format(among="created_at BETWEEN :since AND :until"))

# Terms are joined: what one prepared statement compares with an array, it goes through that array for, each time.
_TIMES = text("""
    SELECT term, array_agg(second)
    FROM (
        SELECT second, unnest(terms) AS term FROM (
            SELECT CAST(floor(extract(epoch FROM created_at)) AS bigint) AS second, terms FROM document_terms
            WHERE created_at BETWEEN :since AND :until ORDER BY created_at DESC LIMIT :most
        ) AS latest
    ) AS said
    JOIN unnest(CAST(:terms AS integer[])) AS asked (term) USING (term)
    GROUP BY term
""")
#: Of more documents than this the latest are counted.
_MOST_TIMED = 20_000


def statistics(connection: Connection, terms: Collection[int]) -> Corpus:
    """Give how many documents there are, how long on average, and how many hold each of these terms."""
    found = connection.execute(_STATISTICS, {"terms": _array(terms)}).one()
    df = dict(zip(found.terms or (), found.held or (), strict=True))
    return Corpus(documents=found.documents, average_length=found.length / max(found.documents, 1), df=df)


def holding(
    connection: Connection, terms: Collection[int], item: int, resolved_after: datetime
) -> tuple[Candidate, ...]:
    """Give the documents, but for `item`, that hold any of the terms and are open or were closed after that.

    Of more than `MOST` those that share most, the terms weighted by how rare they are.
    """
    return _found(connection, _KNOWN, {"terms": _array(terms), "item": item, "resolved_after": resolved_after})


def beside(
    connection: Connection, terms: Collection[int], item: int, between: tuple[datetime, datetime]
) -> tuple[Candidate, ...]:
    """Give the documents, but for `item`, that hold any of the terms and were created in between; as `holding` else."""
    since, until = between
    return _found(connection, _BESIDE, {"terms": _array(terms), "item": item, "since": since, "until": until})


def _found(connection: Connection, holding: TextClause, given: Mapping[str, object]) -> tuple[Candidate, ...]:
    if not connection.info.get("uncompiled"):  # once for each connection, which nobody else wants compiled either
        connection.execute(_UNCOMPILED)
        connection.info["uncompiled"] = True
    rows = connection.execute(holding, {**given, "most": MOST})
    return tuple(read(document) for document in rows.scalars().all())


def came(connection: Connection, since: datetime, until: datetime) -> int:
    """Count the documents that were created in between; no further than `_FAR`."""
    some = select(document_terms.c.id).where(document_terms.c.created_at.between(since, until)).limit(_FAR).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def times(
    connection: Connection, terms: Collection[int], between: tuple[datetime, datetime]
) -> dict[int, tuple[int, ...]]:
    """Give for each term when the documents that hold it were created, of those in between: ascending, in seconds."""
    given = {"terms": _array(terms), "since": between[0], "until": between[1], "most": _MOST_TIMED}
    return {term: tuple(sorted(came_at)) for term, came_at in connection.execute(_TIMES, given)}


def _array(terms: Collection[int]) -> str:
    """Write terms as an array's literal: thousands are asked for, and a driver takes its time over a list."""
    return f"{{{','.join(map(str, terms))}}}"


def of_items(connection: Connection, ids: Collection[int]) -> tuple[Candidate, ...]:
    """Give the documents of these items, whatever they hold, in the order of their ids."""
    wanted = select(documents.c.candidate).where(documents.c.id == any_(literal(list(ids), ARRAY(BigInteger))))
    return tuple(read(document) for document in connection.execute(wanted.order_by(documents.c.id)).scalars())
