"""What people read about the clocks of an issue."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from integrations.console.plain import words
from orchestrator.forecast.foretold import Forecast
from orchestrator.messages import Message
from orchestrator.sla.clocks import Clock
from orchestrator.sla.ended import Running
from orchestrator.sla.lengths import span_of_time
from orchestrator.sla.telling import sla_message
from orchestrator.sla.timeline import timeline
from rules.model import FieldChange, Item, Line, SlaClock
from tests.sla.past import OFFICE, RESOLUTION, after, change, issue, moved

WAITING = "Waiting for customer"


def told(item: Item, *changes: FieldChange, until: float = 5) -> list[str]:
    clock = Clock(RESOLUTION, {"office": OFFICE})
    cycles = clock.cycles(timeline(item, changes), after(until))
    return lines(sla_message(item, [Running(sla="Time to resolution", clock=clock, cycles=cycles)], (), after(until)))


def lines(message: Message) -> list[str]:
    return [words(line) for section in message.sections for line in section.lines]


def test_a_running_clock_is_told_with_its_goal_and_its_intervals() -> None:
    assert told(issue(), moved(2, "Open", WAITING), moved(3, WAITING, "Open")) == [
        "*Time to resolution*",
        "*Running*: 4 h used, 12 h left; breaks 2026-03-04 10:00 UTC if nothing pauses it.",
        "Goal 2 of 2: 16 h in the hours of office.",
        "• from 2026-03-02 09:00 UTC to 2026-03-02 11:00 UTC: counted 2 h",
        "• from 2026-03-02 11:00 UTC to 2026-03-02 12:00 UTC: paused 1 h by status Waiting for customer",
        "• from 2026-03-02 12:00 UTC to now: counted 2 h",
    ]


@pytest.mark.parametrize(
    ("item", "changes", "until", "words_"),
    [
        (
            issue(WAITING),
            [moved(1, "Open", WAITING)],
            2,
            "*Paused* by status Waiting for customer: 1 h used, 15 h left.",
        ),
        (issue(), [], 9, "*Outside its hours*: 8 h used, 8 h left; breaks 2026-03-03 17:00 UTC if nothing pauses it."),
        (issue(priority="Highest"), [], 5.5, "*Broken* since 2026-03-02 13:00 UTC: 1 h 30 min over, 5 h 30 min used."),
        (
            issue(resolution="Done"),
            [change(1, "resolution", None, "Done")],
            5,
            "*Met* with 15 h to spare, stopped 2026-03-02 10:00 UTC after 1 h.",
        ),
        (
            issue(resolution="Done", priority="Highest"),
            [change(5, "resolution", None, "Done")],
            6,
            "*Broken*: 1 h too late, stopped 2026-03-02 14:00 UTC after 5 h.",
        ),
    ],
)
def test_how_a_clock_stands_is_one_sentence(item: Item, changes: list[FieldChange], until: float, words_: str) -> None:
    assert told(item, *changes, until=until)[1] == words_


def test_earlier_cycles_are_counted_with_those_that_broke() -> None:
    closed = [change(5, "resolution", None, "Done"), change(6, "resolution", "Done", None)]

    assert "It ran 1 time before, and broke in 1 of these." in told(issue(priority="Highest"), *closed, until=7)


def test_of_many_intervals_the_older_are_summed_up() -> None:
    ends = ["Open", WAITING] * 20
    changes = [moved(0.2 * number, *pair) for number, pair in enumerate(pairwise(ends), 1)]
    found = told(issue(WAITING), *changes, until=8)

    assert len([one for one in found if one.startswith("•")]) == 13
    assert "counted" in found[3]
    assert "paused" in found[3]


def test_what_jira_says_of_its_own_clocks_is_told_as_jiras() -> None:
    clocks = (
        SlaClock(name="Time to first response", breaches_at=after(9)),
        SlaClock(name="Time to resolution", paused=True, breached=True),
        SlaClock(name="Time to close"),
    )
    found = lines(sla_message(issue(slas=clocks), [], [], after(5)))

    assert found[:2] == [
        "*Time to first response*",
        "Breaks 2026-03-02 18:00 UTC, as Jira Service Management tells it.",
    ]
    assert found[3:5] == ["Paused, as Jira Service Management tells it.", "It was broken."]
    assert found[6] == "Not running, as Jira Service Management tells it."


def test_where_nothing_is_promised_that_is_said() -> None:
    found = lines(sla_message(issue(), [], [], after(1)))

    assert found == ["The rules promise nothing about it, and Jira shows no clock."]


@pytest.mark.parametrize(
    ("foretold", "told"),
    [
        ({"chance": 624, "half": 180, "most": 540}, ["*62 % that it breaks* (usual 20 %).", "• Because."]),
        ({"chance": 4}, ["*under 1 % that it breaks* (usual 20 %).", "• Because."]),
        ({"chance": 999}, ["*over 99 % that it breaks* (usual 20 %).", "• Because."]),
        ({"chance": 1000}, []),
    ],
)
def test_what_is_foretold_stands_after_how_the_clock_stands(foretold: dict[str, Any], told: list[str]) -> None:
    clock = Clock(RESOLUTION, {"office": OFFICE})
    cycles = clock.cycles(timeline(issue(), ()), after(1))
    why = (Line(text="Because."),)
    one = Forecast(item=7, sla="Time to resolution", usual=200, version="sla-1", outcomes=9, reasons=why, **foretold)

    found = lines(
        sla_message(issue(), [Running(sla="Time to resolution", clock=clock, cycles=cycles)], [one], after(1))
    )

    need = ["• Half of such issues need at most 3 h more in its hours, 85 % at most 9 h."] * ("half" in foretold)
    assert found[1].startswith("*Running*")
    assert found[2:-2] == [*told, *need]


@pytest.mark.parametrize(("minutes", "shown"), [(0, "0 min"), (60, "1 h"), (134, "2 h 14 min"), (-90, "1 h 30 min")])
def test_times_are_told_in_hours_and_minutes(minutes: int, shown: str) -> None:
    assert span_of_time(timedelta(minutes=minutes)) == shown
