"""Measures how long it takes to assign made-up work to made-up people, all at once."""

from statistics import median
from time import perf_counter

import click
import numpy as np

from orchestrator.people.matching import match
from orchestrator.people.merits import Table, Task, Worker

_LONGEST_MINUTES = 480
_MOST_ROOM = 2400


@click.command()
@click.option("--items", default=1_000, show_default=True, help="How many items wait.")
@click.option("--people", "people_", default=200, show_default=True, help="How many people there are.")
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="How often they are assigned.")
def matching(items: int, people_: int, rounds: int) -> None:
    """Measure an assignment with its reasons: all waiting items and all people at once."""
    table = _made(items, people_)
    seconds, given = [], 0
    for _ in range(rounds):
        began = perf_counter()
        plan = match(table, exploring=50, seed="1")
        seconds.append(perf_counter() - began)
        given = sum(one.person is not None for one in plan.matches)
    middle, longest = median(seconds), max(seconds)
    click.echo(f"{items:,} items x {people_:,} people: {middle:.2f} s in the median, {longest:.2f} s at most")
    click.echo(f"{given:,} items given to somebody; nobody takes more than their hours, nor more than five at once")


def _made(items: int, people_: int) -> Table:
    drawn = np.random.default_rng(1)
    shape = (items, people_)
    return Table(
        tasks=tuple(
            Task(item=number + 1, minutes=int(drawn.integers(15, _LONGEST_MINUTES)), risk=int(drawn.integers(0, 1000)))
            for number in range(items)
        ),
        workers=tuple(
            Worker(person=f"p{number}", room=int(drawn.integers(0, _MOST_ROOM))) for number in range(people_)
        ),
        meets=drawn.integers(0, 1000, shape),
        skill=drawn.integers(0, 1000, shape),
        usual=drawn.integers(0, 1000, shape),
        learns=drawn.random(shape) < 0.1,
        sees=drawn.random(shape) < 0.9,
    )
