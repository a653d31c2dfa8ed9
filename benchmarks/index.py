"""Measures the search index in PostgreSQL on made-up issues: how fast it is built, searched and kept up to date.

Beside the search stands the plain way to ask the same, `terms && ARRAY[...]`, question by question in the same run. It
starts a PostgreSQL of its own, as durable as the real one, and leaves nothing behind.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from statistics import median
from time import perf_counter
from typing import TypeVar

import click
from sqlalchemy import Engine, create_engine, text

from benchmarks.database import own_database
from benchmarks.made_issues import MadeIssues, created_at, resolved
from integrations.store.indexing import read
from integrations.store.items import PostgresItems
from orchestrator.related import Candidate, Query, Traits, evidence, query_terms, rank, terms
from rules.model import Snapshot

T = TypeVar("T")

_BATCH = 500
#: What was closed before the latest so much of the history is not searched, as the rules have it of the oldest issues.
_KNOWN_FOR = 2 / 3
_WORKERS = 4
_SHOWN = 5
_PLAIN = text("""
    SELECT candidate FROM documents JOIN document_terms USING (id)
    WHERE terms && CAST(:terms AS integer[]) AND id <> :item AND (closed_at IS NULL OR closed_at > :resolved_after)
""")


@click.command()
@click.option("--documents", default=200_000, show_default=True, help="How many issues the index holds.")
@click.option(
    "--questions", default=300, show_default=True, help="How many issues are searched, and merged one by one."
)
def index(documents: int, questions: int) -> None:
    """Measure the search index: build rate, search, answer and merge, beside the plain way to search."""
    made = MadeIssues()
    with own_database() as server:
        engine = create_engine(server.url(), pool_size=_WORKERS)
        items = PostgresItems(engine)
        _row("built", f"{documents / _build(items, made, documents):,.0f} issues/s", f"{_BATCH} at once, one worker")
        _ask(items, engine, made, range(documents + 1, documents + 1 + questions))
        _merge(items, made, documents + 10_000, questions)
        engine.dispose()


def _build(items: PostgresItems, made: MadeIssues, documents: int) -> float:
    """Fill the index, and give the seconds that this took without the making up."""
    seconds = 0.0
    for first in range(1, documents + 1, _BATCH):
        batch = list(made.from_(first, min(_BATCH, documents + 1 - first)))
        seconds += _timed(partial(items.merge, batch))[1]
    return seconds


def _ask(items: PostgresItems, engine: Engine, made: MadeIssues, unseen: Sequence[int]) -> None:
    """Search for what is like each reworded issue, both ways in turn, and count who has the original among five."""
    statistics, ours, plainly, found, answered = [], [], [], [], []
    right = right_plainly = 0
    for item in unseen:
        original, *words = made.reworded()
        traits = Traits(created=int(created_at(item).timestamp()))
        began = perf_counter()
        query = Query(terms=terms(*words), traits=traits)
        corpus, seconds = _timed(partial(items.corpus, query.terms.ids))
        statistics.append(seconds)
        chosen = query_terms(query.terms, corpus.df, corpus.documents)
        after = created_at(item) - _KNOWN_FOR * (created_at(item) - created_at(0))
        candidates, seconds = _timed(partial(items.search, chosen, item, after))
        ours.append(seconds)
        found.append(len(candidates))
        best = {match.id: evidence(query, match, corpus) for match in rank(query, candidates, corpus, _SHOWN)}
        answered.append(perf_counter() - began)
        others, seconds = _timed(partial(_search_plainly, engine, chosen, item, after))
        plainly.append(seconds)
        right += original in best
        right_plainly += original in {match.id for match in rank(query, others, corpus, _SHOWN)}
    _row("statistics", _spread(statistics))
    _row("search", _spread(ours), f"{median(found):.0f} candidates; {right} of {len(unseen)} originals found")
    _row("answer", _spread(answered), "read, found, ranked and explained")
    _row("  plainly", _spread(plainly), f"all that terms && ARRAY[...] gives; {right_plainly} originals found")


def _search_plainly(engine: Engine, chosen: Sequence[int], item: int, after: datetime) -> list[Candidate]:
    with engine.connect() as connection:
        given = {"terms": list(chosen), "item": item, "resolved_after": after}
        return [read(document) for document in connection.execute(_PLAIN, given).scalars()]


def _merge(items: PostgresItems, made: MadeIssues, first: int, number: int) -> None:
    """Merge one issue at a time: new ones, the same with another status, the same once more; then several workers."""
    issues = list(made.from_(first, number))
    later = [resolved(issue) for issue in issues]
    for what, each in (("new", issues), ("new status", later), ("nothing new", later)):
        _row(f"merge, {what}", _spread(_merge_each(items, each)))
    for workers in (1, _WORKERS):
        first += _WORKERS * number
        shares = [list(made.from_(first + worker * number, number)) for worker in range(workers)]
        with ThreadPoolExecutor(workers) as pool:
            _, seconds = _timed(partial(_together, pool, items, shares))
        _row(f"merge, {workers} at once", f"{workers * number / seconds:,.0f} issues/s")


def _together(pool: Executor, items: PostgresItems, shares: Sequence[Sequence[Snapshot]]) -> None:
    for running in [pool.submit(_merge_each, items, share) for share in shares]:
        running.result()


def _merge_each(items: PostgresItems, issues: Sequence[Snapshot]) -> list[float]:
    return [_timed(partial(items.merge, [issue]))[1] for issue in issues]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = perf_counter()
    return work(), perf_counter() - started


def _spread(seconds: Sequence[float]) -> str:
    late = sorted(seconds)[int(len(seconds) * 0.99)]
    return f"{1000 * median(seconds):.1f} ms p50, {1000 * late:.1f} ms p99"


def _row(what: str, measured: str, note: str = "") -> None:
    click.echo(f"{what:20}{measured:28}{note}".rstrip())
