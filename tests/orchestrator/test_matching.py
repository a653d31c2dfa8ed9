"""Who is given what: within everybody's room, the same in any order, and never worse for one person more."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.people.matching import MOST_AT_ONCE, Match, Plan, handed_back, match
from orchestrator.people.merits import LOW_RISK, Table, Task, Worker
from rules.model import Line, words_of

AWAY = Line(text="away until Friday")


def table(tasks: tuple[Task, ...], workers: tuple[Worker, ...], **grids: list[list[int]]) -> Table:
    shape = (len(tasks), len(workers))
    given = {name: np.array(rows, dtype=np.int64).reshape(shape) for name, rows in grids.items()}
    usual = np.full(shape, 500, dtype=np.int64)
    return Table(
        tasks=tasks,
        workers=workers,
        meets=given.get("meets", usual),
        skill=given.get("skill", usual),
        usual=given.get("usual", usual),
        learns=given.get("learns", np.zeros(shape, dtype=np.int64)).astype(bool),
        sees=given.get("sees", np.ones(shape, dtype=np.int64)).astype(bool),
    )


def tasks(*minutes: int) -> tuple[Task, ...]:
    return tuple(Task(item=number, minutes=each) for number, each in enumerate(minutes, start=1))


def workers(**rooms: int | None) -> tuple[Worker, ...]:
    return tuple(Worker(person=name, room=room) for name, room in rooms.items())


def given_to(plan: Plan) -> dict[int, str | None]:
    return {one.item: one.person for one in plan.matches}


def only(plan: Plan) -> Match:
    (one,) = plan.matches
    return one


def told(line: Line | None) -> str:
    return line.text.format(*map(words_of, line.parts)) if line else ""


@st.composite
def tables(draw: st.DrawFn) -> Table:
    down, across = draw(st.integers(0, 6)), draw(st.integers(0, 5))
    minutes = st.integers(1, 600)
    people = [f"p{number}" for number in range(across)]
    holder = st.none() | st.sampled_from(people) if people else st.none()
    risk = st.integers(0, 1000)
    some = tuple(
        Task(item=number, minutes=draw(minutes), holder=draw(holder), dull=draw(st.booleans()), risk=draw(risk))
        for number in range(1, down + 1)
    )
    room = st.none() | st.integers(0, 900)
    barred = st.sampled_from([None, None, AWAY])
    share = st.integers(0, 1000)
    who = tuple(Worker(person=name, room=draw(room), dull=draw(share), barred=draw(barred)) for name in people)
    grid = st.lists(st.lists(share, min_size=across, max_size=across), min_size=down, max_size=down)
    mask = st.lists(st.lists(st.integers(0, 1), min_size=across, max_size=across), min_size=down, max_size=down)
    return table(
        some,
        who,
        meets=draw(grid),
        skill=draw(grid),
        usual=draw(grid),
        learns=draw(mask),
        sees=draw(mask),
    )


def without(whole: Table, column: int) -> Table:
    kept = [place for place in range(len(whole.workers)) if place != column]
    return taken_from(whole, list(range(len(whole.tasks))), kept)


def taken_from(whole: Table, rows: list[int], columns: list[int]) -> Table:
    cells = np.ix_(np.array(rows, dtype=np.intp), np.array(columns, dtype=np.intp))
    return replace(
        whole,
        tasks=tuple(whole.tasks[row] for row in rows),
        workers=tuple(whole.workers[column] for column in columns),
        **{name: getattr(whole, name)[cells] for name in ("meets", "skill", "usual", "learns", "sees")},
    )


@given(whole=tables(), exploring=st.sampled_from([0, 100, 1000]), seed=st.text(max_size=3))
def test_nobody_is_given_more_than_they_take_nor_what_they_may_not_have(
    whole: Table, exploring: int, seed: str
) -> None:
    plan = match(whole, exploring=exploring, seed=seed)

    for column, worker in enumerate(whole.workers):
        theirs = [row for row, task in enumerate(whole.tasks) if given_to(plan)[task.item] == worker.person]
        assert len(theirs) <= MOST_AT_ONCE
        assert worker.room is None or sum(whole.tasks[row].minutes for row in theirs) <= worker.room
        assert all(whole.sees[row, column] for row in theirs)
        assert worker.barred is None or not theirs


@given(whole=tables(), order=st.integers(0, 1000), exploring=st.sampled_from([0, 500]))
def test_the_order_of_tasks_and_people_changes_nothing(whole: Table, order: int, exploring: int) -> None:
    shuffle = Random(order)
    rows, columns = list(range(len(whole.tasks))), list(range(len(whole.workers)))
    shuffle.shuffle(rows)
    shuffle.shuffle(columns)

    assert match(taken_from(whole, rows, columns), exploring=exploring) == match(whole, exploring=exploring)


@given(whole=tables(), data=st.data())
def test_one_person_more_never_makes_the_whole_worse(whole: Table, data: st.DataObject) -> None:
    if not whole.workers:
        return
    column = data.draw(st.integers(0, len(whole.workers) - 1))

    assert match(without(whole, column)).points <= match(whole).points


@given(whole=tables(), seed=st.text(max_size=4))
def test_what_is_tried_is_logged_with_its_chance_and_only_where_the_risk_is_low(whole: Table, seed: str) -> None:
    risks = {one.item: one.risk for one in whole.tasks}

    for one in match(whole, exploring=500, seed=seed).matches:
        assert 0 < one.chance <= 1000
        if one.explored or one.chance < 1000:
            assert risks[one.item] <= LOW_RISK


def test_work_goes_to_two_people_so_that_both_pieces_go_well() -> None:
    """Taken one by one, the first would go to ann, who alone can do the second."""
    plan = match(table(tasks(60, 60), workers(ann=60, bob=60), skill=[[900, 800], [900, 0]]))

    assert given_to(plan) == {1: "bob", 2: "ann"}


def test_the_answer_says_why_you_and_why_not_her() -> None:
    plan = match(
        table(
            tasks(120),
            (*workers(ann=None, bob=None, cy=60), Worker(person="di", barred=AWAY)),
            skill=[[900, 400, 999, 999]],
            sees=[[1, 1, 1, 1]],
        )
    )

    one = only(plan)
    assert [choice.person for choice in one.choices] == ["ann", "bob"]
    assert told(one.choices[0].behind) == ""
    assert told(one.choices[1].behind) == "12.5 points behind, most for how work like it went (12.5)"
    assert {person: told(why) for person, why in one.barred} == {
        "cy": "at capacity: has room for 1.0 h, and it takes 2.0 h",
        "di": "away until Friday",
    }


def test_who_may_not_browse_an_item_is_never_named_for_it_but_as_barred() -> None:
    one = only(match(table(tasks(60), workers(ann=None), sees=[[0]])))

    assert (one.person, one.choices) == (None, ())
    assert [told(why) for _, why in one.barred] == ["may not browse it in Jira"]


def test_work_stays_in_the_same_hands_unless_they_are_gone() -> None:
    held = Task(item=1, minutes=60, holder="bob")
    whole = table((held,), workers(ann=None, bob=None), skill=[[600, 500]])

    assert only(match(whole)).person == "bob"
    waiting = handed_back((held,), "bob")
    assert only(match(without(replace(whole, tasks=waiting), 1))).person == "ann"


def test_dull_work_goes_to_who_had_less_of_it() -> None:
    people = (Worker(person="ann", dull=900), Worker(person="bob", dull=100))

    assert only(match(table((Task(item=1, minutes=60, dull=True),), people))).person == "bob"
    assert only(match(table((Task(item=1, minutes=60),), people))).person == "ann"


def test_somebody_learns_only_where_little_can_go_wrong() -> None:
    def chosen(risk: int) -> str | None:
        waiting = (Task(item=1, minutes=60, risk=risk),)
        return only(match(table(waiting, workers(ann=None, bob=None), learns=[[0, 1]]))).person

    assert (chosen(LOW_RISK), chosen(LOW_RISK + 1)) == ("bob", "ann")


def test_what_came_of_asking_them_decides_between_equals() -> None:
    whole = replace(table(tasks(60), workers(ann=None, bob=None)), takes=np.array([[200, 700]], dtype=np.int64))

    plan = only(match(whole))

    assert plan.person == "bob"
    assert told(plan.choices[1].behind) == "10.0 points behind, most for what came of asking them so far (10.0)"


def test_somebody_else_is_tried_about_as_often_as_said() -> None:
    whole = table(tasks(60), workers(ann=None, bob=None), skill=[[900, 100]])
    plans = [only(match(whole, exploring=200, seed=str(number))) for number in range(1000)]

    explored = [one for one in plans if one.explored]
    assert 60 <= len(explored) <= 140
    assert {(one.person, one.chance, one.others) for one in explored} == {("bob", 100, 100)}
    assert {(one.person, one.chance, one.others) for one in plans if not one.explored} == {("ann", 900, 100)}


def test_a_thousand_items_and_two_hundred_people_are_assigned_at_once() -> None:
    shape = (1000, 200)
    drawn = np.random.default_rng(1).integers(0, 1000, shape)
    whole = Table(
        tasks=tasks(*[60] * 1000),
        workers=workers(**dict.fromkeys([f"p{number}" for number in range(200)], 300)),
        meets=drawn,
        skill=drawn,
        usual=drawn,
        learns=np.zeros(shape, dtype=bool),
        sees=np.ones(shape, dtype=bool),
    )

    assert None not in given_to(match(whole)).values()
