"""What a sprint delivers: what is learnt of it, and that nothing later is read."""

from dataclasses import replace
from random import Random

import pytest

from orchestrator.forecast.delivery import Delivered, Delivery, Sprint
from orchestrator.forecast.lateness import Seen


def sprint(number: int, board: str = "1", todo: float = 10.0) -> Sprint:
    return Sprint(
        board=board,
        number=number,
        planned=20.0,
        about={"todo": todo},
        issues=(Seen(numbers={"links": 1.0}, words={"type": "Bug"}), Seen(words={"type": "Task"})),
    )


def past(number: int, board: str = "1") -> list[Delivered]:
    """Sprints that deliver less by what they have to do."""
    chance = Random(0)
    todos = [float(chance.randrange(20)) for _ in range(number)]
    return [Delivered(sprint=sprint(place, board, todo), over=-todo) for place, todo in enumerate(todos)]


def test_who_has_more_to_do_is_foretold_to_deliver_less() -> None:
    much, little = Delivery.learnt(past(60)).expected([sprint(99, todo=18.0), sprint(99, todo=2.0)])

    assert much < -12 < -8 < little


def test_the_order_in_which_the_past_is_told_changes_nothing() -> None:
    told, asked = past(20), [sprint(99)]

    assert Delivery.learnt(told).expected(asked) == Delivery.learnt(told[::-1]).expected(asked)


def test_sprints_of_the_same_number_and_later_ones_are_unknown() -> None:
    told = past(30)
    spoilt = [replace(one, over=999.0) if one.sprint.number >= 20 else one for one in told]
    learnt = Delivery.learnt(told)

    assert learnt.expected([sprint(20)]) == replace(learnt, earlier=spoilt).expected([sprint(20)])


@pytest.mark.parametrize(("overs", "expected"), [((), 0.0), ((3.0,), 3.0), ((1.0, 9.0, 2.0), 2.0)])
def test_of_few_sprints_the_middle_is_told(overs: tuple[float, ...], expected: float) -> None:
    told = [Delivered(sprint=sprint(place), over=over) for place, over in enumerate(overs)]

    assert Delivery.learnt(told).expected([sprint(9)]) == [expected]


def test_a_sprint_without_issues_and_of_an_unknown_board_is_taken_as_it_comes() -> None:
    (expected,) = Delivery.learnt(past(30)).expected([Sprint(board="new", number=99, planned=0.0, about={"other": 1})])

    assert -20 <= expected <= 0
