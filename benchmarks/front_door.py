"""Measures how fast the door acknowledges what Slack and Jira send, beside the bare framework doing nothing.

Both doors run at the same time and are asked in turn, with the same requests, by a process of its own. What came in
while no worker ran is then worked off by as many as asked for, while everything is measured once more.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from statistics import median

import click
from sqlalchemy import text

from benchmarks.installation import Installation, free_port, installed, running, wait_for
from benchmarks.load import Answers, Load, send
from benchmarks.made_issues import MadeIssues
from benchmarks.payloads import jira_requests, new_issues, slack_requests
from benchmarks.spread import Spread
from integrations.store.items import PostgresItems

_CONNECTIONS = 16
_PACED_CONNECTIONS = 64
_MOST_A_SECOND = 2_500
_NAMED = 200
_WAITING = text("SELECT count(*) FROM events WHERE state = 'waiting'")

Make = Callable[[int], list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledging:
    """One door at one kind of request: the highest rate a second, and the time to the answer at a steady one."""

    rate: float
    paced: Spread
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Ours and the bare framework in one run; `share`: the median of the rounds' ratios of their rates."""

    ours: Acknowledging
    bare: Acknowledging
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long to measure."""

    rounds: int
    seconds: float
    paced: float
    paced_seconds: float


@click.command("front-door")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1), help="How often the doors take turns.")
@click.option("--seconds", default=3.0, show_default=True, help="How long each highest rate is measured.")
@click.option("--paced", default=50.0, show_default=True, help="Events a second at which the latency is measured.")
@click.option("--paced-seconds", default=10.0, show_default=True, help="How long the latency is measured.")
@click.option("--workers", default=2, show_default=True, help="How many workers are saturated in the second half.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def front_door(workers: int, as_json: bool, **plan: float) -> None:
    """Measure acknowledgements by the signed Slack and Jira doors, with workers idle and with workers saturated."""
    chosen = Plan(rounds=int(plan.pop("rounds")), **plan)
    with installed() as yard, ExitStack() as stack:
        bare = free_port()
        stack.enter_context(yard.program("door"))
        stack.enter_context(running([sys.executable, "-m", "benchmarks.bare", str(bare)], yard.environ()))
        wait_for(f"{yard.door}/health/live")
        wait_for(f"http://127.0.0.1:{bare}/", 404)
        ways = _ways(yard)
        idle = {name: _beside(make, yard.port, bare, chosen) for name, make in ways.items()}
        for _ in range(workers):
            stack.enter_context(yard.program("worker"))
        wait_for(f"{yard.door}/health/ready")
        saturated = {name: _beside(make, yard.port, bare, chosen) for name, make in ways.items()}
        left = _waiting(yard)
    _report(idle, saturated, left, workers, chosen, as_json=as_json)


def _ways(yard: Installation) -> dict[str, Make]:
    """Give what makes so many new requests of each kind; the messages name issues that are known."""
    made = MadeIssues()
    known = list(made.from_(1, _NAMED))
    PostgresItems(yard.engine).merge(known)
    keys, base, sent = [issue.key for issue in known], yard.sandbox.world.places.jira, {"slack": 0, "jira": _NAMED}

    def slack(number: int) -> list[bytes]:
        first, sent["slack"] = sent["slack"], sent["slack"] + number
        return slack_requests(first, number, keys)

    def jira(number: int) -> list[bytes]:
        first, sent["jira"] = sent["jira"] + 1, sent["jira"] + number
        return jira_requests(list(new_issues(made, first, number)), base)

    return {"slack": slack, "jira": jira}


def _beside(make: Make, port: int, bare: int, plan: Plan) -> Beside:
    """Have both doors asked in turn, first as fast as they can, then at a steady rate."""
    fast: dict[int, list[Answers]] = {port: [], bare: []}
    for _ in range(plan.rounds):
        requests = make(int(plan.seconds * _MOST_A_SECOND))
        for door in (bare, port):
            load = Load(port=door, requests=requests, connections=_CONNECTIONS, seconds=plan.seconds)
            fast[door].append(send(load))
    requests = make(int(plan.paced * plan.paced_seconds))
    paced = {door: send(_paced(door, requests, plan)) for door in (bare, port)}
    share = median(ours.rate / other.rate for ours, other in zip(fast[port], fast[bare], strict=True))
    return Beside(
        ours=_acknowledging(fast[port], paced[port]), bare=_acknowledging(fast[bare], paced[bare]), share=share
    )


def _paced(door: int, requests: list[bytes], plan: Plan) -> Load:
    return Load(
        port=door, requests=requests, connections=_PACED_CONNECTIONS, seconds=plan.paced_seconds, rate=plan.paced
    )


def _acknowledging(fast: Sequence[Answers], paced: Answers) -> Acknowledging:
    return Acknowledging(
        rate=median(one.rate for one in fast),
        paced=Spread.of(paced.seconds),
        failures=sum(one.failures for one in (*fast, paced)),
    )


def _waiting(yard: Installation) -> int:
    with yard.engine.connect() as connection:
        return int(connection.execute(_WAITING).scalar_one())


def _report(
    idle: dict[str, Beside], saturated: dict[str, Beside], left: int, workers: int, plan: Plan, *, as_json: bool
) -> None:
    if as_json:
        halves = {half: {name: asdict(one) for name, one in ways.items()} for half, ways in _halves(idle, saturated)}
        about = {"cores": os.cpu_count(), "workers": workers, "waiting_at_the_end": left, **asdict(plan)}
        click.echo(json.dumps(about | halves))
        return
    click.echo(f"{os.cpu_count()} cores, {_CONNECTIONS} connections, medians of {plan.rounds} x {plan.seconds:g} s;")
    click.echo(f"latency at {plan.paced:g} events/s for {plan.paced_seconds:g} s, timed from when each was due")
    for half, ways in _halves(idle, saturated):
        for name, beside in ways.items():
            for who, one in (("bare", beside.bare), ("ours", beside.ours)):
                words = f"{one.rate:8,.0f}/s   {one.paced}"
                share = f"   {beside.share:.0%} of bare" if who == "ours" else ""
                lost = f"   {one.failures} without an answer" if one.failures else ""
                click.echo(f"workers {half:10}{name:6}{who:5}{words}{share}{lost}")
    click.echo(f"{workers} workers; {left or 'no'} events still waited for them at the end")


def _halves(idle: dict[str, Beside], saturated: dict[str, Beside]) -> tuple[tuple[str, dict[str, Beside]], ...]:
    return ("idle", idle), ("saturated", saturated)
