"""Issues that wait for each other are a plan, and no problem that many report."""

import msgspec
import pytest

from orchestrator.batching.plans import apart_by_plan
from rules.model import Item, ItemLink
from tests.batching.bad_morning import live, yard_with
from tests.batching.crowd import DEFECT
from tests.fakes.yard import Yard

ALIKE = {(1, 2): 900, (1, 3): 900, (2, 3): 900}


@pytest.fixture
def issues() -> tuple[Item, ...]:
    known: Yard = yard_with(*DEFECT[:3])
    return known.memory.items.items([1, 2, 3])


def linked(item: Item, other: int, type_: str = "Blocks") -> Item:
    link = ItemLink(id=f"{item.id}-{other}", type=type_, direction="outward", other=other, other_key=f"WEB-{other}")
    return msgspec.structs.replace(item, links=(*item.links, link))


def test_what_waits_for_the_same_issue_is_one_plan_though_that_one_is_not_at_hand(issues: tuple[Item, ...]) -> None:
    one, two, three = issues
    assert apart_by_plan(ALIKE, [linked(one, 99), linked(two, 99), three]) == {(1, 3): 900, (2, 3): 900}


@pytest.mark.parametrize("type_", ["Relates", "Duplicate", "Cloners"])
def test_other_links_say_nothing_against_it(issues: tuple[Item, ...], type_: str) -> None:
    one, two, three = issues
    assert apart_by_plan(ALIKE, [linked(one, 2, type_), linked(two, 3, type_), three]) == ALIKE


def test_a_batch_whose_issues_people_put_into_an_order_is_none_any_more() -> None:
    yard = yard_with(*DEFECT[:5])
    assert live(yard)
    for number in range(2, 6):
        yard.tracker.change(number, "j-tom", links=linked(yard.tracker.issues[number], 1).links)
    yard.settle()
    assert live(yard) == []


def test_what_is_in_no_batch_any_more_is_looked_at_by_itself_again() -> None:
    yard = yard_with(*DEFECT[:5])
    told_before = set(yard.memory.tables.events)
    for number in range(2, 6):
        yard.tracker.change(number, "j-tom", links=linked(yard.tracker.issues[number], 1).links)
    yard.settle()
    told = [one for id_, one in yard.memory.tables.events.items() if id_ not in told_before]
    left = {one.subject.id for one in told if one.name == "item.sorted" and one.id.startswith("left:")}
    assert left == {"1", "2", "3", "4", "5"}
