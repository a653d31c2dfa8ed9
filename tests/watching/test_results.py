"""What came of promises: each counts once, when it was met or broke, and beside it whether it was warned of."""

from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.forecast.history import Kept, Native, kept
from orchestrator.watching.alerts import Alert, Came
from orchestrator.watching.results import Result, results, were_warned_of
from rules.model import FieldChange, Item, Tainted
from tests.fakes.clock import NOON
from tests.fakes.tracker import CLOSED, OPEN
from tests.watching.test_risks import promising

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def issue(number: int, opened: datetime, resolved: datetime | None) -> Item:
    return Item(
        id=number,
        key=f"WEB-{number}",
        project="WEB",
        summary=Tainted(text="a matter"),
        type="Bug",
        status=OPEN if resolved is None else CLOSED,
        created=opened,
        updated=resolved or opened,
        resolution="Done" if resolved is not None else None,
        resolved_at=resolved,
    )


def history(*took: tuple[int, int | None], at: datetime = NOON) -> Kept:
    """Issues 1, 2 and so on, each opened so many hours before and fixed after so many; ten hours are promised."""
    items, changes = [], {}
    for number, (ago, lasted) in enumerate(took, start=1):
        opened = NOON - ago * HOUR
        resolved = opened + lasted * HOUR if lasted is not None else None
        items.append(issue(number, opened, resolved))
        if resolved is not None:
            fixed = FieldChange(id=f"{number}:r", at=resolved, author=None, field="resolution", after="10")
            changes[number] = [fixed]
    return kept(items, changes, promising(), at)


@pytest.mark.parametrize(
    ("ago", "lasted", "told"),
    [
        (20, 5, [(1, False)]),
        (20, 12, [(1, True)]),
        (20, None, [(1, True)]),
        (8, None, []),
        (40, 5, []),
        (40, 20, []),
        (40, 12, []),
    ],
    ids=("met", "broke", "broke and runs on", "runs", "met before", "fixed then, but broke before", "broke before"),
)
def test_a_promise_counts_when_it_was_met_or_broke(ago: int, lasted: int | None, told: list[tuple[int, bool]]) -> None:
    came = results(history((ago, lasted)), NOON - DAY, NOON)
    assert [(one.item, one.broke) for one in came] == told


def test_a_clock_of_a_service_desk_counts_when_its_issue_was_resolved() -> None:
    done = issue(7, NOON - 40 * HOUR, NOON - HOUR)
    native = {"answer": [Native(sla="answer", item=done, broke=True), Native(sla="answer", item=open_(8), broke=True)]}
    known = Kept(at=NOON, own={}, native=native)

    assert [one.item for one in results(known, NOON - DAY, NOON)] == [7]


def open_(number: int) -> Item:
    return issue(number, NOON - 40 * HOUR, None)


@given(
    took=st.lists(st.tuples(st.integers(1, 70), st.none() | st.integers(1, 60)), max_size=5),
    cuts=st.lists(st.integers(1, 71), max_size=3, unique=True),
)
def test_over_all_days_each_promise_counts_once(took: list[tuple[int, int | None]], cuts: list[int]) -> None:
    known = history(*took)
    edges = [NOON - 72 * HOUR, *(NOON - cut * HOUR for cut in sorted(cuts, reverse=True)), NOON]

    parts = [one for since, until in pairwise(edges) for one in results(known, since, until)]

    assert parts == list(results(known, edges[0], NOON))
    assert len({one.item for one in parts}) == len(parts)


@pytest.mark.parametrize(
    ("told", "came", "counts"),
    [(-2, "broken", 1), (-2, None, 1), (1, "broken", 0), (None, "broken", 0), (-2, "met", 0)],
    ids=("warned", "warned, its end not seen yet", "too late", "held back", "of an earlier cycle that was met"),
)
def test_what_broke_was_warned_of_if_its_team_was_told_before(told: int | None, came: Came | None, counts: int) -> None:
    broke = Result(item=1, sla="time to FIX", at=NOON, broke=True)
    alert = Alert(
        id="a",
        item=1,
        project="WEB",
        team="web",
        sla="Time to fix",
        at=NOON - 3 * HOUR,
        chance=600,
        usual=200,
        latest=600,
    )
    told_at = NOON + told * HOUR if told is not None else None

    assert were_warned_of([broke], [msgspec.structs.replace(alert, told_at=told_at, came=came)]) == counts
