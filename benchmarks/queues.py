"""Measures what the order of a queue costs on made-up open issues, and what is lost by reading it in bounds.

Links and SLA clocks are drawn at random: a few issues have many links, most have none. It starts a PostgreSQL of its
own and leaves nothing behind. Who asks may browse everything; what a real Jira takes to say so is not in the figures.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from statistics import median
from time import perf_counter, process_time

import click
import msgspec
from sqlalchemy import create_engine

from benchmarks.database import own_database
from benchmarks.made_issues import MadeIssues, created_at
from integrations.store.items import PostgresItems
from orchestrator.impact import impact
from orchestrator.queues import Queues
from rules.canonical import plain
from rules.model import Item, ItemRef, Person, Snapshot
from rules.ruleset import Limits, Ruleset

_BATCH = 500
_PROJECT = "PAY"
_OPEN = {"id": "1", "name": "Open", "category": "new"}
_ASKER = Person(id="asker", name="Asker", jira="asker")
_RULES = Ruleset(
    agents={}, workflows={}, limits=Limits(projects=("*",), confidence={}, undo_button_minutes=10), roles={}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """Eyes that see all."""

    def person_sees(self, person: Person, items: Collection[int]) -> frozenset[int]:  # noqa: ARG002 - the port's form
        """Give all of them."""
        return frozenset(items)

    def channel_sees(self, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:  # noqa: ARG002
        """Give all of them."""
        return frozenset(items)

    channel_would_see = channel_sees


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A clock that stands at the last issue's creation."""

    at: datetime

    def now(self) -> datetime:
        """Give that moment."""
        return self.at


@click.command()
@click.option("--issues", default=20_000, show_default=True, help="How many open issues there are, all in one project.")
@click.option("--questions", default=50, show_default=True, help="How often the queue is asked for.")
def queue(issues: int, questions: int) -> None:
    """Measure the order of a queue: its time, and how many of the true first fifteen it names."""
    with own_database() as server:
        engine = create_engine(server.url(), pool_size=2)
        items = PostgresItems(engine)
        made = _linked([_open(one) for one in MadeIssues().from_(1, issues)], Random(1))  # noqa: S311 - not secrets
        for start in range(0, issues, _BATCH):
            items.merge(made[start : start + _BATCH])
        now = created_at(issues)
        queues = Queues(items=items, audience=Everything(), clock=Stopped(at=now))
        seconds, busy = _asked(queues, questions)
        shown, first = _shown(queues), _first(items, issues, now)
        engine.dispose()
    late = sorted(seconds)[int(len(seconds) * 0.99)]
    click.echo(f"queue of {issues:,}: {1000 * median(seconds):.0f} ms p50, {1000 * late:.0f} ms p99")
    click.echo(f"of which computing: {1000 * median(busy):.0f} ms p50")
    click.echo(f"of the true first {len(first)}: {len(set(shown) & set(first))} named")


def _open(issue: Snapshot) -> Snapshot:
    fields = issue.fields | {"project": _PROJECT, "status": _OPEN, "resolved_at": None}
    return msgspec.structs.replace(issue, fields=fields)


def _linked(issues: list[Snapshot], chance: Random) -> list[Snapshot]:
    """Give the issues with links that both ends show, one for each three issues, and a clock on one in ten."""
    links = defaultdict[int, list[dict[str, object]]](list)
    for number in range(len(issues) // 3):
        one = issues[int(len(issues) * chance.random() ** 4)].id
        other = chance.choice(issues).id
        kind = chance.choice(("Blocks", "Duplicate", "Relates"))
        ways = ("outward", "inward") if kind != "Duplicate" else ("inward", "outward")
        for here, there, way in ((one, other, ways[0]), (other, one, ways[1])) if one != other else ():
            links[here].append(
                {"id": str(number), "type": kind, "direction": way, "other": there, "other_key": f"{_PROJECT}-{there}"}
            )
    last = created_at(len(issues))
    clocks = {
        one.id: [{"name": "Resolution", "breaches_at": plain(last + timedelta(hours=chance.randrange(1, 400)))}]
        for one in issues
        if chance.random() < 0.1
    }
    return [
        msgspec.structs.replace(one, fields=one.fields | {"links": links[one.id], "slas": clocks.get(one.id, [])})
        for one in issues
    ]


def _asked(queues: Queues, questions: int) -> tuple[list[float], list[float]]:
    seconds, busy = [], []
    for _ in range(questions):
        began, computed = perf_counter(), process_time()
        queues.queue(_PROJECT, _ASKER, _RULES)
        seconds.append(perf_counter() - began)
        busy.append(process_time() - computed)
    return seconds, busy


def _shown(queues: Queues) -> list[int]:
    lines = [line for section in queues.queue(_PROJECT, _ASKER, _RULES).sections for line in section.lines]
    return [part.id for line in lines for part in line.parts if isinstance(part, ItemRef)]


def _first(items: PostgresItems, issues: int, now: datetime) -> list[int]:
    """Give the first fifteen by weighing all issues, with nothing left out."""
    known: dict[int, Item] = {}
    for start in range(1, issues + 1, _BATCH):
        known |= {one.id: one for one in items.items(range(start, start + _BATCH))}
    ordered = sorted((impact(one, known, now) for one in known.values()), key=lambda one: one.place)
    return [one.item.id for one in ordered[:15]]
