"""Measures the way of an event from intake to its recorded decision, and of a click to its effects, at several sizes.

Door, workers, PostgreSQL, the sandbox in the place of both vendors, and the load share the machine. When an event was
stored and its decision recorded is asked of PostgreSQL, which keeps the time of each commit.
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice

import click
from sqlalchemy import TextClause, text

from benchmarks.clicks import Clicks, press_all
from benchmarks.installation import Installation, installed, wait_for
from benchmarks.load import Load, send
from benchmarks.made_issues import MadeIssues, is_alert
from benchmarks.payloads import jira_requests, new_issues
from benchmarks.spread import Spread
from integrations.store.items import PostgresItems
from rules.model import Snapshot

_BATCH = 500
_CONNECTIONS = 16
_PATIENCE_S = 120.0
_NEW_FROM = 1_000_000
_WAITING = text("SELECT count(*) FROM events WHERE state = 'waiting'")
_HANDLED = text("""
    SELECT extract(epoch FROM stored_at) AS stored, extract(epoch FROM pg_xact_commit_timestamp(xmin)) AS decided
    FROM events WHERE seq > :after AND source = 'jira'
""")
_LAST = text("SELECT coalesce(max(seq), 0) FROM events")
_QUESTIONS = text("SELECT count(*) FROM requests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Events to their recorded decisions: how many a second at most, and how long each took at a steady rate.

    `vendor_requests`: requests to Jira and Slack that looks made for all of them; `questions` that they came to.
    """

    events: int
    rate: float
    paced: Spread
    vendor_requests: dict[str, int]
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AtSize:
    """What was measured with so many known items."""

    known: int
    deciding: Deciding
    clicks: Clicks


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much to send."""

    events: int
    paced: float
    paced_seconds: float
    clicks: int


@click.command()
@click.option("--known", multiple=True, default=(1_000, 20_000), show_default=True, help="Sizes; give it repeatedly.")
@click.option("--events", default=600, show_default=True, help="Events sent at once for the highest rate.")
@click.option("--paced", default=30.0, show_default=True, help="Events a second at which the time is measured.")
@click.option("--paced-seconds", default=8.0, show_default=True, help="How long that goes on.")
@click.option("--clicks", default=24, show_default=True, help="Questions approved: half one by one, half at once.")
@click.option("--workers", default=1, show_default=True, help="How many workers there are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def pipeline(known: Sequence[int], workers: int, as_json: bool, **plan: int) -> None:
    """Measure events to a recorded decision, and clicks to their effects, with more and more known items."""
    chosen, found, made = Plan(**plan), [], MadeIssues()
    with installed() as yard, ExitStack() as stack:
        stack.enter_context(yard.program("door"))
        for _ in range(workers):
            stack.enter_context(yard.program("worker"))
        wait_for(f"{yard.door}/health/ready")
        yard.connect()
        filled, unseen = 0, _unseen(made)
        for size in sorted(known):
            _fill(yard, made, filled + 1, size)
            filled = size
            found.append(_measure(yard, size, unseen, chosen))
    if as_json:
        click.echo(json.dumps({"cores": os.cpu_count(), "workers": workers, "sizes": [asdict(one) for one in found]}))
        return
    click.echo(f"{os.cpu_count()} cores, {workers} workers, beside the door, PostgreSQL, the sandbox and the load")
    for one in found:
        _tell(one, chosen)


def _unseen(made: MadeIssues) -> Iterator[Snapshot]:
    """Give new issues that resemble no other: to those that do, Jira is asked before people are."""
    first = _NEW_FROM
    while True:
        yield from (issue for issue in new_issues(made, first, _BATCH) if not is_alert(issue))
        first += _BATCH


def _fill(yard: Installation, made: MadeIssues, first: int, size: int) -> None:
    items = PostgresItems(yard.engine)
    for start in range(first, size + 1, _BATCH):
        items.merge(list(made.from_(start, min(_BATCH, size + 1 - start))))
    with yard.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))  # which PostgreSQL does by itself within minutes


def _measure(yard: Installation, known: int, unseen: Iterator[Snapshot], plan: Plan) -> AtSize:
    _decide(yard, list(islice(unseen, 20)), None)  # each process reads once who we are
    before, asked = yard.requests.by_looks(), _count(yard, _QUESTIONS)
    burst = _decide(yard, list(islice(unseen, plan.events)), None)
    steady = _decide(yard, list(islice(unseen, int(plan.paced * plan.paced_seconds))), plan.paced)
    deciding = Deciding(
        events=len(burst) + len(steady),
        rate=len(burst) / (max(end for _, end in burst) - min(begin for begin, _ in burst)),
        paced=Spread.of([end - begin for begin, end in steady]),
        vendor_requests=dict(yard.requests.by_looks() - before),
        questions=_count(yard, _QUESTIONS) - asked,
    )
    clicks = press_all(yard, list(islice(unseen, plan.clicks)), partial(_rest, yard))
    return AtSize(known=known, deciding=deciding, clicks=clicks)


def _decide(yard: Installation, issues: Sequence[Snapshot], rate: float | None) -> list[tuple[float, float]]:
    """Send the issues, wait for all decisions, and give when each was stored and decided, in seconds."""
    after = _count(yard, _LAST)
    requests = jira_requests(issues, yard.sandbox.world.places.jira)
    seconds = len(requests) / rate if rate else _PATIENCE_S
    answers = send(Load(port=yard.port, requests=requests, connections=_CONNECTIONS, seconds=seconds, rate=rate))
    if answers.failures:
        raise click.ClickException(f"{answers.failures} events were not acknowledged")
    _rest(yard)
    with yard.engine.connect() as connection:
        return [(float(row.stored), float(row.decided)) for row in connection.execute(_HANDLED, {"after": after})]


def _rest(yard: Installation) -> None:
    """Wait until no event waits."""
    end = time.monotonic() + _PATIENCE_S
    while _count(yard, _WAITING):
        if time.monotonic() > end:
            raise click.ClickException("events still wait after two minutes")
        time.sleep(0.05)


def _count(yard: Installation, statement: TextClause) -> int:
    with yard.engine.connect() as connection:
        return int(connection.execute(statement).scalar_one())


def _tell(one: AtSize, plan: Plan) -> None:
    deciding, clicks = one.deciding, one.clicks
    click.echo(f"{one.known:,} known items")
    click.echo(f"  to a recorded decision  {deciding.rate:7.1f} events/s   {deciding.paced} at {plan.paced:g} events/s")
    click.echo(f"    {sum(deciding.vendor_requests.values())} requests to vendors, {deciding.questions} questions")
    click.echo(f"  click to effects        {clicks.rate:7.1f} clicks/s   {clicks.last} to the last effect")
