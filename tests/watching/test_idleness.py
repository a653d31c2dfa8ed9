"""For how long issues lie before something happens: beside counting, and beside what still lies."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.people.past import Gone
from orchestrator.watching.idleness import Idleness, Lay, lays
from rules.model import FieldChange, Item, Status, Tainted
from tests.fakes.clock import NOON

BUG = ("Bug", "new")
WISH = ("Wish", "new")
NUMBERS = count(1)
OPEN = Status(id="1", name="Open", category="new")
GOING = Status(id="3", name="In Progress", category="indeterminate")


def lay(hours: float, moved: bool = True, kind: tuple[str, str] = BUG) -> Lay:
    return Lay(item=next(NUMBERS), kind=kind, time=timedelta(hours=hours), moved=moved)


def by_the_wall(since: datetime, until: datetime) -> timedelta:
    return until - since


def test_nine_of_ten_moved_within_the_ninth_longest_time() -> None:
    assert Idleness.learnt([lay(hours) for hours in range(1, 101)]).usual(BUG, 90) == timedelta(hours=90)


def test_what_is_known_of_a_handful_is_not_usual() -> None:
    assert Idleness.learnt([lay(hours) for hours in range(1, 20)]).usual(BUG, 90) is None


def test_a_shelf_of_wishes_that_nobody_touched_makes_lying_usual() -> None:
    touched = [lay(hours, kind=WISH) for hours in range(1, 31)]
    shelf = [lay(2_000, moved=False, kind=WISH) for _ in range(100)]
    assert Idleness.learnt([*touched, *shelf]).usual(WISH, 90) is None


def test_a_few_that_still_lie_do_not_hide_that_they_do() -> None:
    moved, lying = [lay(hours / 10) for hours in range(1, 101)], [lay(50, moved=False) for _ in range(5)]
    usual = Idleness.learnt([*moved, *lying]).usual(BUG, 90)
    assert usual is not None
    assert timedelta(hours=9) <= usual <= timedelta(hours=10)


def test_a_kind_of_which_little_is_known_is_drawn_to_the_others() -> None:
    others = [lay(10) for _ in range(40)]
    idleness = Idleness.learnt([*others, lay(200, kind=WISH)])
    assert idleness.usual(WISH, 60) == timedelta(hours=10)
    many = Idleness.learnt([*others, *(lay(200, kind=WISH) for _ in range(60))])
    assert many.usual(WISH, 60) == timedelta(hours=200)


@given(
    times=st.lists(st.integers(1, 500), min_size=20, max_size=60),
    percent=st.integers(50, 99),
)
def test_without_anything_that_lies_still_it_is_the_plain_quantile(times: list[int], percent: int) -> None:
    usual = Idleness.learnt([lay(hours) for hours in times]).usual(BUG, percent)
    assert usual == timedelta(hours=sorted(times)[-(-len(times) * percent // 100) - 1])


@given(
    times=st.lists(st.tuples(st.integers(1, 500), st.booleans()), min_size=40, max_size=60),
    longer=st.integers(0, 39),
)
def test_what_lies_longer_still_never_makes_the_usual_time_shorter(times: list[tuple[int, bool]], longer: int) -> None:
    def usual(some: list[tuple[int, bool]]) -> timedelta:
        return Idleness.learnt([lay(hours, moved) for hours, moved in some]).usual(BUG, 80) or timedelta.max

    later = [(hours + 100 * (place == longer and not moved), moved) for place, (hours, moved) in enumerate(times)]
    assert usual(later) >= usual(times)


def test_each_state_of_an_issue_counts_for_itself_and_the_last_one_as_lying() -> None:
    item = Item(
        id=1,
        key="WEB-1",
        project="WEB",
        summary=Tainted(text="x"),
        type="Bug",
        status=GOING,
        created=NOON,
        updated=NOON + timedelta(hours=5),
    )
    opened = Item(
        id=2, key="WEB-2", project="WEB", summary=Tainted(text="y"), type="Bug", status=OPEN, created=NOON, updated=NOON
    )
    begun = FieldChange(id="7:0", at=NOON + timedelta(hours=2), author=None, field="status", before="1", after="3")
    now = NOON + timedelta(hours=9)

    found = list(lays([Gone(item=item, changes=(begun,)), Gone(item=opened)], by_the_wall, now))

    assert [(one.kind, one.time // timedelta(hours=1), one.moved) for one in found] == [
        (("Bug", "new"), 2, True),
        (("Bug", "indeterminate"), 4, False),
        (("Bug", "new"), 9, False),
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_changes_does_not_matter(order: int) -> None:
    item = Item(
        id=1, key="WEB-1", project="WEB", summary=Tainted(text="x"), type="Bug", status=OPEN, created=NOON, updated=NOON
    )
    changes = [
        FieldChange(id=f"{nth}:0", at=NOON + timedelta(hours=nth), author=None, field="assignee", after=f"j-{nth}")
        for nth in (1, 4)
    ][::order]
    found = lays([Gone(item=item, changes=tuple(changes))], by_the_wall, NOON + timedelta(hours=6))
    assert [one.time // timedelta(hours=1) for one in found] == [1, 3, 2]
