"""Measures how long it takes to run the SLA clocks of open issues again, each from its whole changelog."""

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from time import perf_counter

import click

from orchestrator.sla.clocks import Clock
from orchestrator.sla.timeline import timeline
from rules.model import FieldChange, Item, Status, Tainted
from rules.ruleset import CalendarRule
from rules.slas import GoalRule, SlaRule

_NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
_OFFICE = CalendarRule(
    time_zone="Europe/Berlin",
    country="DE",
    hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-12:30", "13:30-18:00")),
)
_GOALS = (
    GoalRule(when="item.priority in ['Highest', 'High']", within="8h", calendar="office"),
    GoalRule(within="80h", calendar="office"),
)
_RULES = (
    SlaRule(when="true", starts=("issue created",), stops=("assignee from unassigned",), goals=_GOALS),
    SlaRule(
        when="true",
        starts=("issue created", "resolution cleared"),
        pauses=("status Waiting",),
        stops=("resolution set",),
        goals=_GOALS,
    ),
)
_STATUSES = ("Open", "In progress", "Waiting")


@click.command()
@click.option("--items", default=10_000, show_default=True, help="How many open issues.")
@click.option("--changes", default=8, show_default=True, help="How many changes each has gone through.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="How often it is measured.")
def clocks(items: int, changes: int, rounds: int) -> None:
    """Measure running two SLA clocks over made-up issues, from their changelogs."""
    chance = Random(0)  # noqa: S311 -- made-up issues, not secrets
    made = [_made(number, changes, chance) for number in range(1, items + 1)]
    seconds = []
    for _ in range(rounds):
        began = perf_counter()
        running = [Clock(rule, {"office": _OFFICE}) for rule in _RULES]
        for item, told in made:
            past = timeline(item, told)
            for clock in running:
                clock.cycles(past, _NOW)
        seconds.append(perf_counter() - began)
    click.echo(f"{items:,} issues with {changes} changes, 2 clocks: {median(seconds):.2f} s at the median of {rounds}")


def _made(number: int, changes: int, chance: Random) -> tuple[Item, list[FieldChange]]:
    created = _NOW - timedelta(hours=chance.uniform(1, 24 * 60))
    item = Item(
        id=number,
        key=f"PAY-{number}",
        project="PAY",
        summary=Tainted(text="made up"),
        type="Bug",
        status=Status(id="0", name=_STATUSES[changes % 3], category="indeterminate"),
        created=created,
        updated=_NOW,
        priority=chance.choice(["High", "Medium", "Low"]),
    )
    steps = sorted(chance.uniform(0, 1) for _ in range(changes))
    told = [
        FieldChange(
            id=f"{number * 100 + place}:0",
            at=created + (_NOW - created) * share,
            author=None,
            field="status",
            before=str(place % 3),
            before_text=_STATUSES[place % 3],
            after=str((place + 1) % 3),
            after_text=_STATUSES[(place + 1) % 3],
        )
        for place, share in enumerate(steps)
    ]
    return item, told
