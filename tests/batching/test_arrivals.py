"""What an issue's own look passes on to the look that sorts."""

from tests.batching.bad_morning import tell, yard_with
from tests.batching.crowd import DEFECT
from tests.fakes.yard import Yard


def sorted_times(yard: Yard, item: int) -> int:
    """How often the look that sorts was told of an issue and had to look."""
    told = [one for one in yard.memory.tables.events.values() if one.name == "item.came"]
    return sum(one.needs_look for one in told if one.payload["item"] == item)


def test_an_issue_that_was_just_sorted_is_not_sorted_again() -> None:
    yard = yard_with(*DEFECT[:3])
    assert sorted_times(yard, 3) == 1


def test_nor_is_it_when_only_time_has_passed_since() -> None:
    yard = yard_with(*DEFECT[:3])
    yard.pass_by(hours=3)
    assert sorted_times(yard, 3) == 1


def test_an_issue_of_which_something_is_told_is_sorted_as_it_stands_now() -> None:
    yard = yard_with(*DEFECT[:3])
    yard.clock.pass_by(minutes=1)
    tell(yard, 3, DEFECT[3])
    assert sorted_times(yard, 3) == 2


def test_so_is_one_of_a_batch() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.clock.pass_by(minutes=1)
    before = sorted_times(yard, 3)
    tell(yard, 3, DEFECT[3])
    assert sorted_times(yard, 3) > before
