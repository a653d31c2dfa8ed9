"""How work went, measured: what counts, in which window, and what adds up."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.baseline import Baseline, Cycle, Window, baseline
from orchestrator.courses import Course
from orchestrator.estimates import Share
from rules.canonical import plain, revive

UNTIL = datetime(2026, 3, 2, 12, tzinfo=UTC)
WINDOW = Window(since=UNTIL - timedelta(weeks=4), until=UNTIL)
DAY = 86_400


def ago(days: float) -> datetime:
    return UNTIL - timedelta(days=days)


def went(project: str = "PAY", created: float = 100, finished: float | None = None, **more: Any) -> Course:
    """A course; times in days before the end of the window."""
    end = None if finished is None else ago(finished)
    given: dict[str, Any] = {"closings": () if end is None else (end,), "is_open": end is None, "finished": end}
    return Course(project=project, created=ago(created), **given | more)


def measured(*courses: Course, cycles: tuple[Cycle, ...] = (), projects: tuple[str, ...] = ()) -> Baseline:
    return baseline(courses, cycles, window=WINDOW, projects=projects, categories={"5": "done"})


def test_only_what_was_finished_in_the_window_tells_how_long_work_took() -> None:
    told = measured(
        went(created=20, finished=10, started=ago(13)), went(created=50, finished=30), went(created=3, finished=0)
    ).whole

    assert (told.issues, told.open, told.created, told.finished) == (3, 0, 2, 1)
    assert told.created_to_done.p50 is not None
    assert told.created_to_done.p50.value == 10 * DAY
    assert told.started_to_done.p50 is not None
    assert (told.started_to_done.count, told.started_to_done.p50.value) == (1, 3 * DAY)


def test_the_open_have_an_age() -> None:
    told = measured(went(created=40), went(created=2), went(created=40, finished=20)).whole

    assert told.open == told.open_age.count == 2
    assert told.open_age.p95 is not None
    assert told.open_age.p95.value == 40 * DAY


def test_what_an_import_turned_round_has_no_duration() -> None:
    told = measured(went(created=5, finished=10)).whole

    assert (told.finished, told.created_to_done.count) == (1, 0)


def test_each_week_is_counted_from_the_windows_start() -> None:
    told = measured(
        went(created=27.5, finished=0.5), went(created=28, finished=14), went(created=14.1), went(created=29)
    ).whole

    assert told.created_weekly == (2, 1, 0, 0)
    assert told.finished_weekly == (0, 0, 1, 1)


def test_an_issue_is_opened_again_once_however_often() -> None:
    often = went(closings=(ago(20), ago(10)), reopenings=(ago(15), ago(5)))
    before = went(closings=(ago(90),), reopenings=(ago(2),))
    never = went(finished=3)

    told = measured(often, before, never).whole

    assert told.reopened.of == 2
    assert told.reopened.count == 1
    assert told.reopenings == 3


def test_hand_offs_are_counted_of_what_was_finished() -> None:
    told = measured(went(finished=3, hand_offs=2), went(finished=4), went(hand_offs=9)).whole

    assert (told.handed_on.count, told.handed_on.of, told.hand_offs) == (1, 2, 2)


def test_sla_clocks_count_where_they_ended_in_the_window() -> None:
    cycles = (
        Cycle(project="PAY", goal="First response", at=ago(3), breached=True),
        Cycle(project="PAY", goal="First response", at=ago(4), breached=False),
        Cycle(project="WEB", goal="Resolution", at=ago(5), breached=False),
        Cycle(project="PAY", goal="First response", at=ago(90), breached=True),
    )

    told = measured(went(), cycles=cycles)

    assert [(goal.name, goal.breached.count, goal.breached.of) for goal in told.whole.goals] == [
        ("First response", 1, 2),
        ("Resolution", 0, 1),
    ]
    assert [goal.name for goal in told.each["WEB"].goals] == ["Resolution"]


def test_projects_that_were_not_asked_for_are_left_out() -> None:
    cycle = Cycle(project="WEB", goal="Resolution", at=ago(5), breached=False)

    told = measured(went("PAY"), went("WEB"), cycles=(cycle,), projects=("PAY",))

    assert (told.whole.issues, list(told.each), told.whole.goals) == (1, ["PAY"], ())


def test_of_no_issue_a_baseline_can_be_made_too() -> None:
    told = measured()

    assert told.whole.reopened == Share(count=0, of=0)
    assert told.whole.finished_weekly == (0, 0, 0, 0)
    assert told.each == {}


DAYS = st.integers(0, 60).map(float)
COURSES = st.lists(
    st.builds(
        went,
        st.sampled_from(["PAY", "WEB", "OPS"]),
        DAYS,
        st.none() | DAYS,
        started=st.none() | DAYS.map(ago),
        reopenings=st.lists(DAYS.map(ago), max_size=3).map(lambda some: tuple(sorted(some))),
        hand_offs=st.integers(0, 4),
    ),
    max_size=25,
)


@given(COURSES, st.randoms(use_true_random=False))
def test_the_order_of_the_issues_does_not_matter(courses: list[Course], chance: Random) -> None:
    shuffled = list(courses)
    chance.shuffle(shuffled)

    assert measured(*shuffled).hash == measured(*courses).hash


@given(COURSES)
def test_the_projects_add_up_to_the_whole(courses: list[Course]) -> None:
    told = measured(*courses)

    for name in ("issues", "open", "created", "finished", "reopenings", "hand_offs"):
        assert getattr(told.whole, name) == sum(getattr(one, name) for one in told.each.values())
    assert told.whole.reopened.of == sum(one.reopened.of for one in told.each.values())
    assert sum(told.whole.finished_weekly) == told.whole.finished
    assert sum(told.whole.created_weekly) == told.whole.created


@given(COURSES)
def test_a_baseline_comes_back_from_its_canonical_form_as_it_was(courses: list[Course]) -> None:
    told = measured(*courses)

    assert revive(plain(told), Baseline) == told
