"""Measures PostgreSQL's search by meaning on made-up vectors: what its index costs, how fast and how well it finds.

An exact search over the same vectors says what is right. It starts a PostgreSQL of its own, as durable as the real one,
and leaves nothing behind; it needs no encoder.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import mean
from time import perf_counter
from typing import Any

import click
import numpy as np
from sqlalchemy import Engine, create_engine, text

from benchmarks.database import own_database
from benchmarks.spread import Spread
from integrations.store.vectors import AT_ONCE, NEAREST, PostgresVectors, Told

_ENCODER, _WIDTH = "made", 384
_THEMES, _THEMES_EACH, _NOISE = 400, 3, 0.4
_AMONG = 150
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_STEP = timedelta(minutes=5)
#: Each was closed when it came, so that a moment parts those that are known from those that were closed before it.
_ISSUES = text("""
    INSERT INTO document_terms (id, closed_at, terms, created_at)
    SELECT id, :first + id * CAST(:step AS interval), '{}', :first + id * CAST(:step AS interval)
    FROM generate_series(1, :issues) AS id
""")
_SIZE = text("SELECT pg_relation_size('vectors_near_made') / 1048576.0")


@click.command()
@click.option("--issues", default=20_000, show_default=True, help="How many issues have a vector.")
@click.option("--questions", default=200, show_default=True, help="How many searches are made, and issues added.")
def vectors(issues: int, questions: int) -> None:
    """Measure the search by meaning: what its index costs, how fast it answers, and how many it misses."""
    rows = _made(issues + 2 * questions)
    known, added, asked = np.split(rows, [issues, issues + questions])
    with own_database() as server:
        engine = create_engine(server.url())
        store = PostgresVectors(engine, _ENCODER, _WIDTH)
        _fill(engine, store, known)
        seconds = _timed(store.prepare)
        with engine.connect() as connection:
            size = connection.execute(_SIZE).scalar_one()
        click.echo(f"{'index built at once':22}{seconds:.1f} s, {size:.0f} MB")
        for what, closed in (("all known", _AMONG), ("one in ten known", round(0.9 * issues))):
            _ask(store, known, asked, what, closed)
        one_each = [[_told(issues + place, row)] for place, row in enumerate(added, 1)]
        click.echo(f"{'one added':22}{Spread.of([_timed(partial(store.keep, one)) for one in one_each])}")
        engine.dispose()


def _made(number: int) -> Any:
    """Give vectors of length 1, each about a few of many themes, as texts are: few are near, most far apart."""
    chance = np.random.default_rng(1)
    themes = chance.standard_normal((_THEMES, _WIDTH))
    made = _NOISE * chance.standard_normal((number, _WIDTH))
    for _ in range(_THEMES_EACH):
        made += chance.random((number, 1)) * themes[chance.integers(_THEMES, size=number)]
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def _fill(engine: Engine, store: PostgresVectors, known: Any) -> None:
    with engine.begin() as connection:
        connection.execute(_ISSUES, {"first": _FIRST, "step": _STEP, "issues": len(known)})
    for some in _shares(known):
        store.keep(some)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _shares(known: Any) -> Iterator[list[Told]]:
    for first in range(0, len(known), AT_ONCE):
        yield [_told(first + place, row) for place, row in enumerate(known[first : first + AT_ONCE], 1)]


def _told(item: int, row: Any) -> Told:
    return Told(item=item, said=b"", vector=row.tolist())


def _ask(store: PostgresVectors, known: Any, asked: Any, what: str, closed: int) -> None:
    """Search for the nearest, but for the first so many, which were closed before; ask how near some of these are."""
    among = range(1, _AMONG + 1)
    after = _FIRST + closed * _STEP
    took, found = [], []
    for row in asked:
        began = perf_counter()
        near = store.near(row.tolist(), 0, after, among)
        took.append(perf_counter() - began)
        exact = closed + 1 + np.argsort(-(known[closed:] @ row), kind="stable")[:NEAREST]
        found.append(mean(int(place) in near for place in exact))
    click.echo(f"{what:22}{Spread.of(took)}; {mean(found):.1%} of the nearest {NEAREST} found")


def _timed(work: Callable[[], None]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
