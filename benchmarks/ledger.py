"""Measures the ledger on a PostgreSQL of its own: appending with the sealer apart, and chaining while appending."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from statistics import median
from threading import Event, Thread

import click
from sqlalchemy import Connection, Engine, create_engine, func, select

from benchmarks.database import own_database
from integrations.store.ledger import append
from integrations.store.sealing import LOCK, Sealer, seal_waiting, verify
from orchestrator.changes import Entry
from rules.model import ItemRef, Line, Subject, Tainted

_EVERY_S = 0.5
_ENTRY = Entry(
    kind="decision.made",
    subject=Subject(kind="item", id="10042"),
    at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    text=Line(text="{0} repeats {1}", parts=(ItemRef(id=10042, key="OPS-42"), Tainted(text="the printer is on fire"))),
    about=(10042, 10007),
    data={"facts": {"words": ["a sentence of the size that people write"] * 20}, "confidence": 934},
    decision="a3f1c2",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Per second, as medians of the rounds, each append a transaction of its own."""

    apart: float
    chained: float
    sealing: float
    verifying: float


@click.command()
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="How many append at once.")
@click.option("--seconds", default=3.0, show_default=True, type=click.FloatRange(0.1), help="How long each part takes.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="How often the parts take turns.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def ledger(threads: int, seconds: float, rounds: int, as_json: bool) -> None:
    """Measure appends with one sealer apart, beside chaining in the appender's own transaction."""
    with own_database() as server:
        engine = create_engine(server.url(), pool_size=threads + 1)
        rates = _measure(engine, threads, seconds, rounds)
        engine.dispose()
    if as_json:
        click.echo(json.dumps({name: round(value, 1) for name, value in asdict(rates).items()}))
        return
    click.echo(f"{threads} threads, medians of {rounds} rounds of {seconds:g} s, commits flushed to disk")
    click.echo(f"appends/s, sealed apart every {_EVERY_S:g} s  {rates.apart:10,.0f}")
    click.echo(f"appends/s, chained in the transaction {rates.chained:10,.0f}")
    click.echo(f"rows sealed/s                         {rates.sealing:10,.0f}")
    click.echo(f"rows verified/s                       {rates.verifying:10,.0f}")


def _measure(engine: Engine, threads: int, seconds: float, rounds: int) -> Rates:
    apart, chained, sealing = [], [], []
    for _ in range(rounds):
        with _sealing_apart(engine):
            apart.append(_rate(engine, _append, threads, seconds))
        _seal_all(engine)
        chained.append(_rate(engine, _append_chained, threads, seconds))
        _rate(engine, _append, threads, seconds)
        began = time.perf_counter()
        sealing.append(_seal_all(engine) / (time.perf_counter() - began))
    began = time.perf_counter()
    report = verify(engine)
    if report.findings:
        raise click.ClickException("; ".join(report.findings))
    verifying = report.rows / (time.perf_counter() - began)
    return Rates(apart=median(apart), chained=median(chained), sealing=median(sealing), verifying=verifying)


def _rate(engine: Engine, do: Callable[[Connection], None], threads: int, seconds: float) -> float:
    began = time.perf_counter()

    def work() -> int:
        done = 0
        while not done or time.perf_counter() - began < seconds:
            with engine.begin() as connection:
                do(connection)
            done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        done = sum(one.result() for one in [pool.submit(work) for _ in range(threads)])
    return done / (time.perf_counter() - began)


def _append(connection: Connection) -> None:
    append(connection, [_ENTRY])


def _append_chained(connection: Connection) -> None:
    append(connection, [_ENTRY])
    connection.execute(select(func.pg_advisory_xact_lock(*LOCK)))
    seal_waiting(connection, 5000)


@contextmanager
def _sealing_apart(engine: Engine) -> Iterator[None]:
    enough, sealer = Event(), Sealer(engine)

    def work() -> None:
        while not enough.wait(_EVERY_S):
            sealer.seal()

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def _seal_all(engine: Engine) -> int:
    sealer, sealed = Sealer(engine), 0
    while count := sealer.seal():
        sealed += count
    return sealed
