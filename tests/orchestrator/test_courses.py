"""How an issue went, read off its changelog, however the entries come."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.courses import course
from rules.model import FieldChange, Item, Status, Tainted

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CATEGORIES = {"1": "new", "3": "indeterminate", "4": "indeterminate", "5": "done", "6": "done"}


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def item(status: str = "1", **more: Any) -> Item:
    given: dict[str, Any] = {"created": NOON, "updated": after(900), "summary": Tainted(text="x"), "type": "Bug"}
    kind: Any = CATEGORIES[status]
    return Item(id=7, key="PAY-7", project="PAY", status=Status(id=status, name=status, category=kind), **given | more)


def change(hours: float, before: str | None, after_: str | None, field: str = "status", entry: int = 0) -> FieldChange:
    id_ = f"{entry or round(hours * 10)}:0"
    return FieldChange(id=id_, at=after(hours), author=None, field=field, before=before, after=after_)


def moves(*path: str) -> list[FieldChange]:
    return [change(hour, *pair) for hour, pair in enumerate(pairwise(path), 1)]


def test_work_began_with_the_first_step_and_ended_with_the_last() -> None:
    went = course(item("5"), moves("1", "3", "4", "5", "3", "6"), CATEGORIES)

    assert (went.started, went.finished, went.is_open) == (after(1), after(5), False)
    assert (went.closings, went.reopenings) == ((after(3), after(5)), (after(4),))


@pytest.mark.parametrize(
    ("path", "started", "finished"),
    [
        (("1",), None, None),
        (("3", "5"), NOON, after(1)),
        (("1", "5"), None, after(1)),
        (("1", "5", "6"), None, after(1)),
        (("1", "3", "5", "1"), after(1), None),
        (("1", "3", "77", "5"), after(1), after(3)),
        (("1", "77"), None, None),
    ],
)
def test_what_an_issue_went_through_tells_when_it_began_and_ended(
    path: tuple[str, ...], started: datetime | None, finished: datetime | None
) -> None:
    now = path[-1] if path[-1] in CATEGORIES else "1"

    went = course(item(now), moves(*path), CATEGORIES)

    assert (went.started, went.finished) == (started, finished)


def test_a_status_that_nobody_knows_reopens_nothing() -> None:
    assert course(item("5"), moves("1", "5", "77", "5"), CATEGORIES).reopenings == ()


def test_what_is_done_without_an_entry_was_done_when_it_was_resolved() -> None:
    assert course(item("5", resolved_at=after(9)), [], CATEGORIES).finished == after(9)


def test_the_issues_own_status_counts_as_the_issue_says_where_jira_names_it_no_more() -> None:
    assert course(item("5"), moves("1", "5"), {}).finished == after(1)


@pytest.mark.parametrize(
    ("passed", "hand_offs"),
    [
        ([(None, "a")], 0),
        ([(None, "a"), ("a", "b")], 1),
        ([(None, "a"), ("a", None), (None, "b")], 0),
        ([("a", "b"), ("b", "a"), ("a", "a")], 2),
    ],
)
def test_a_hand_off_leads_from_one_assignee_to_another(
    passed: list[tuple[str | None, str | None]], hand_offs: int
) -> None:
    changes = [change(hour, *pair, field="assignee") for hour, pair in enumerate(passed, 1)]

    assert course(item(), changes, CATEGORIES).hand_offs == hand_offs


def test_entries_of_the_same_instant_go_by_their_numbers() -> None:
    first, second = change(1, "1", "3", entry=9), change(1, "3", "5", entry=10)

    assert course(item("5"), [second, first], CATEGORIES) == course(item("5"), [first, second], CATEGORIES)
    assert course(item("5"), [second, first], CATEGORIES).started == after(1)


ENTRIES = st.lists(
    st.builds(
        change,
        st.integers(0, 400),
        st.sampled_from([*CATEGORIES, None]),
        st.sampled_from([*CATEGORIES, "77", None]),
        st.sampled_from(["status", "assignee", "labels"]),
        st.integers(1, 10**6),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(ENTRIES, st.sampled_from(sorted(CATEGORIES)), st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(entries: list[FieldChange], status: str, chance: Random) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)

    assert course(item(status), shuffled, CATEGORIES) == course(item(status), entries, CATEGORIES)


@given(ENTRIES, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 50)), max_size=12))
def test_entries_that_come_again_and_later_do_not_matter(
    entries: list[FieldChange], again: list[tuple[int, int]]
) -> None:
    late = [
        msgspec.structs.replace(entries[place], at=entries[place].at + timedelta(seconds=seconds))
        for place, seconds in again
        if place < len(entries)
    ]

    assert course(item(), [*late, *entries, *late], CATEGORIES) == course(item(), entries, CATEGORIES)


@given(ENTRIES, st.sampled_from(sorted(CATEGORIES)))
def test_a_course_holds_together(entries: list[FieldChange], status: str) -> None:
    went = course(item(status), entries, CATEGORIES)

    assert went.is_open == (CATEGORIES[status] != "done")
    assert not (went.is_open and went.finished)
    assert list(went.closings) == sorted(went.closings)
    assert list(went.reopenings) == sorted(went.reopenings)
    assert went.finished in (None, *went.closings)
