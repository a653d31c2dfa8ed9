"""Titles of work that comes again and again are no sign of a repetition."""

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.agents import duplicates
from orchestrator.facts import Facts, Known
from orchestrator.related.recurring import recurs, same_title
from rules.model import Item, ItemLink, Status, Subject, Tainted
from tests.fakes.rulings import ruleset
from tests.fakes.yard import Yard

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
RULES = ruleset()
WORKFLOW = RULES.workflows["repeats"]


def item(id_: int, title: str, days_ago: float = 0, *links: ItemLink) -> Item:
    return Item(
        id=id_,
        key=f"OPS-{id_}",
        project="OPS",
        type="Task",
        summary=Tainted(text=title),
        description=Tainted(text=""),
        status=Status(id="1", name="Open", category="new"),
        created=NOW - timedelta(days=days_ago),
        updated=NOW,
        links=links,
    )


NEW = item(9, "Rotate the keys, week 12")
CHORES = [item(number, f"Rotate the keys - week {number}", 7 * number) for number in range(1, 4)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Rotate the keys, week 12", "ROTATE the keys (week 3)", True),
        ("Rotate the keys", "Rotate the key", False),
        ("4711", "4712", False),
        ("", "", False),
        ("Schlüssel tauschen", "schlüssel tauschen", True),
    ],
)
def test_titles_are_the_same_but_for_numbers_and_letter_case(one: str, other: str, *, same: bool) -> None:
    assert same_title(item(1, one), item(2, other)) is same


def test_what_came_again_for_weeks_and_was_never_a_repetition_recurs() -> None:
    assert recurs(NEW, CHORES, "Duplicate")


def test_two_times_say_nothing_yet() -> None:
    assert not recurs(NEW, CHORES[:2], "Duplicate")


def test_a_burst_of_a_title_does_not_recur() -> None:
    burst = [item(number, "Rotate the keys week", number / 24) for number in range(1, 6)]
    assert not recurs(NEW, burst, "Duplicate")


def test_a_title_under_which_something_was_a_repetition_does_not_recur() -> None:
    link = ItemLink(id="1", type="Duplicate", direction="outward", other=1, other_key="OPS-1")
    repeated = [*CHORES[:2], item(3, "Rotate the keys, week 3", 21, link)]
    assert not recurs(NEW, repeated, "Duplicate")
    assert recurs(NEW, repeated, "Relates")


def test_what_came_later_does_not_count() -> None:
    assert not recurs(CHORES[2], [NEW, *CHORES[:2]], "Duplicate")


def facts(*others: Item) -> Facts:
    known = tuple(Known(item=one, confidence=900, model="m", evidence=()) for one in others)
    return Facts(subject=Subject(kind="item", id="9"), now=NOW, item=NEW, known=known)


def test_nobody_is_asked_about_a_chore_but_about_what_has_another_title() -> None:
    agent = RULES.agents["duplicates"]
    assert duplicates.propose(facts(*CHORES), agent, WORKFLOW) == ()
    (asked,) = duplicates.propose(facts(*CHORES, item(5, "Keys were not rotated", 1)), agent, WORKFLOW)
    assert asked.other == 5


def test_a_person_may_propose_it_all_the_same() -> None:
    proposed = duplicates.propose_for(facts(*CHORES), WORKFLOW, 2)
    assert proposed is not None


def test_where_people_said_no_to_two_of_a_title_twice_it_recurs_within_hours() -> None:
    today = [item(number, "Rotate the keys week", number / 24) for number in range(1, 3)]
    assert not recurs(NEW, today, "Duplicate", refusals=1)
    assert recurs(NEW, today, "Duplicate", refusals=2)


def told(yard: Yard, *numbers: int) -> None:
    for number in numbers:
        yard.report(number, by="j-tom")
        yard.settle()


def test_after_two_noes_nobody_is_asked_whether_two_of_that_title_are_the_same() -> None:
    yard = Yard()
    told(yard, 1, 2, 3)
    for one in yard.all_requests():
        yard.vote("UMIKA", one, "reject")
    yard.settle()
    assert len(yard.all_requests()) == 2
    told(yard, 4, 5)
    assert len(yard.all_requests()) == 2


def test_after_two_expired_questions_people_are_asked_all_the_same() -> None:
    yard = Yard()
    told(yard, 1, 2, 3)
    yard.pass_by(hours=80)
    told(yard, 4)
    assert len(yard.all_requests()) == 3
