"""Issues follow the one that they repeat: their reporters are told, they end and come back with it."""

from itertools import pairwise
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.actions import TransitionAction
from rules.model import Status, Tainted
from rules.requests import RequestState
from rules.ruleset import AgentRule, CloseAs, FollowRule, Ruleset
from tests.fakes.rulings import ruleset
from tests.fakes.tracker import BOT, BUSY, CLOSED, OPEN
from tests.fakes.yard import Yard

MOVED, SOLVED, BACK = "WEB-1 is now: In Progress.", "WEB-1 is resolved.", "WEB-1 is open again."


def following_rules(transition: str = "act_with_undo", **changed: object) -> Ruleset:
    rules = ruleset()
    agent = AgentRule(
        role="Has items follow.",
        owner="operator",
        tools=("comment", "transition", "uncomment"),
        asks_from=1000,
        actions_per_day=500,
        autonomy=msgspec.convert({"comment": "act_with_undo", "transition": transition}, dict),
    )
    given: dict[str, Any] = {
        "agent": "followers",
        "moved": "{key} is now: {status}.",
        "resolved": "{key} is resolved.\nHow: {resolution}.\nIn: {fix_versions}.",
        "reopened": "{key} is open again.",
        "close_as": CloseAs(statuses=("Closed",), resolution="Duplicate"),
        "reopen": True,
    }
    workflow = msgspec.structs.replace(rules.workflows["repeats"], follow=FollowRule(**given | changed))
    agents = {**rules.agents, "followers": agent}
    return msgspec.structs.replace(rules, agents=agents, workflows={"repeats": workflow})


def linked_yard(rules: Ruleset | None = None, **more: Any) -> Yard:
    """Have issue 2, in other words, linked by hand to issue 1, and known to repeat it."""
    yard = Yard(rules or following_rules())
    yard.report(1, by="j-tom")
    yard.report(2, "Printer out of toner", description=Tainted(text="no word in common"), **more)
    yard.settle()
    yard.tracker.link(2, 1, "Duplicate", "j-tom")
    yard.settle()
    return yard


def move(yard: Yard, status: Status, item: int = 1, **more: object) -> None:
    yard.clock.pass_by(minutes=1)
    yard.tracker.change(item, "j-tom", status=status, **more)
    yard.settle()


def told(yard: Yard, item: int = 2) -> list[str]:
    return [one.text for one in yard.tracker.comments if one.item == item]


def test_a_reporter_is_told_when_the_known_issue_moves() -> None:
    yard = linked_yard()
    move(yard, BUSY)
    assert told(yard) == [MOVED]


def test_linking_alone_tells_nothing() -> None:
    assert told(linked_yard()) == []


def test_a_reporter_is_told_of_a_state_once_however_often_it_comes() -> None:
    yard = linked_yard()
    for status in (BUSY, OPEN, BUSY, OPEN, BUSY):
        move(yard, status)
    assert told(yard) == [MOVED]


def test_what_is_resolved_closes_what_repeats_it_and_says_how_and_when() -> None:
    yard = linked_yard()
    move(yard, CLOSED, resolution="Done", fix_versions=("8.3.1", "8.4"))
    assert told(yard) == ["WEB-1 is resolved.\nHow: Done.\nIn: 8.3.1, 8.4."]
    assert yard.tracker.issues[2].status == CLOSED
    assert yard.tracker.issues[2].resolution == "Duplicate"


def test_who_may_not_browse_the_known_issue_is_told_no_more_than_its_key() -> None:
    yard = linked_yard()
    yard.tracker.hidden[1] = {"j-dana"}
    move(yard, BUSY)
    assert told(yard) == []
    move(yard, CLOSED, resolution="Done")
    assert told(yard) == [SOLVED]


def test_what_is_closed_already_is_only_told() -> None:
    yard = linked_yard()
    move(yard, CLOSED, item=2)
    move(yard, CLOSED, resolution="Done")
    assert told(yard) == ["WEB-1 is resolved.\nHow: Done."]
    assert not [one for one, _ in yard.tracker.performed if isinstance(one, TransitionAction)]


def test_what_we_closed_comes_back_with_the_known_issue() -> None:
    yard = linked_yard()
    move(yard, CLOSED)
    move(yard, OPEN)
    assert yard.tracker.issues[2].status == OPEN
    assert told(yard) == [SOLVED, BACK]
    assert "reopened" not in yard.outcomes()
    move(yard, CLOSED)
    assert yard.tracker.issues[2].status == CLOSED
    assert told(yard) == [SOLVED, BACK, SOLVED]


def test_what_somebody_else_closed_stays_closed() -> None:
    yard = linked_yard()
    move(yard, CLOSED, item=2)
    move(yard, CLOSED)
    move(yard, OPEN)
    assert yard.tracker.issues[2].status == CLOSED
    assert told(yard) == [SOLVED, BACK]


def test_what_somebody_opens_again_is_a_mistake_and_left_alone() -> None:
    yard = linked_yard()
    move(yard, CLOSED)
    move(yard, OPEN, item=2)
    assert yard.outcomes() == ["reopened"]
    move(yard, OPEN)
    move(yard, CLOSED)
    assert told(yard) == [SOLVED]
    assert yard.tracker.issues[2].status == OPEN


def test_what_was_coupled_here_follows_from_where_it_was_coupled() -> None:
    yard = Yard(following_rules())
    yard.repeat()
    yard.approve()
    before = len(told(yard))
    move(yard, BUSY)
    assert told(yard)[before:] == [MOVED]


def test_a_pair_that_was_reopened_is_not_asked_about_again() -> None:
    yard = Yard(following_rules())
    yard.repeat()
    yard.approve()
    move(yard, OPEN, item=2)
    yard.tracker.unlink(2, 1, "j-dana")
    move(yard, BUSY, item=2)
    move(yard, CLOSED)
    assert len(yard.all_requests()) == 1
    assert "reopened" in yard.outcomes()


def test_webhooks_that_come_twice_or_late_change_nothing() -> None:
    yard = linked_yard()
    move(yard, BUSY)
    for number, event in enumerate((*yard.delivered, *yard.delivered[::-1])):
        yard.memory.put(msgspec.structs.replace(event, id=f"again-{number}"))
        yard.settle()
    assert told(yard) == [MOVED]


def test_closing_is_asked_about_where_the_rules_say_so_and_the_comment_waits() -> None:
    yard = linked_yard(following_rules(transition="ask"))
    move(yard, CLOSED)
    assert (told(yard), yard.tracker.issues[2].status) == ([], OPEN)
    assert "WEB-2 follows WEB-1" in yard.card()
    yard.ask("UMIKA", "pending")
    assert "Does WEB-2 follow WEB-1?" in yard.said()
    yard.approve()
    assert (told(yard), yard.tracker.issues[2].status) == ([SOLVED], CLOSED)


def test_a_question_is_taken_back_when_the_known_issue_has_moved_on() -> None:
    yard = linked_yard(following_rules(transition="ask"))
    move(yard, CLOSED)
    move(yard, OPEN)
    assert [one.state for one in yard.all_requests()] == [RequestState.WITHDRAWN]
    assert told(yard) == []


@pytest.mark.parametrize("end", ["reject", "expire"])
def test_what_people_do_not_want_is_not_asked_again(end: str) -> None:
    yard = linked_yard(following_rules(transition="ask"))
    move(yard, CLOSED)
    if end == "reject":
        yard.vote("UMIKA", yard.only_request(), "reject")
        yard.settle()
    yard.pass_by(hours=25)
    yard.tracker.tell(2, "j-dana")
    yard.settle()
    assert len(yard.all_requests()) == 1
    assert told(yard) == []


def test_while_work_is_stopped_nothing_is_done_and_then_it_is() -> None:
    yard = linked_yard()
    yard.stop("agent", "followers")
    move(yard, BUSY)
    assert told(yard) == []
    yard.resume()
    assert told(yard) == [MOVED]


def test_a_mere_comment_needs_no_card_and_can_be_undone() -> None:
    yard = linked_yard()
    move(yard, BUSY)
    assert yard.chat.messages == {}
    yard.undo("UMIKA", yard.only_request())
    yard.settle()
    assert told(yard) == []
    move(yard, BUSY, labels=("urgent",))
    assert told(yard) == []


def test_undo_of_following_opens_again_and_tells_nobody_apart() -> None:
    yard = linked_yard()
    move(yard, CLOSED)
    yard.undo("UMIKA", yard.only_request())
    yard.settle()
    assert (told(yard), yard.tracker.issues[2].status) == ([], OPEN)
    assert yard.outcomes() == ["undone"]
    move(yard, OPEN)
    assert told(yard) == [BACK]


def test_what_the_bot_itself_moves_is_followed_too() -> None:
    yard = linked_yard()
    yard.tracker.change(1, BOT, status=CLOSED)
    yard.settle()
    assert told(yard) == [SOLVED]


def test_statuses_that_the_rules_name_are_told_of_besides() -> None:
    review = Status(id="9", name="In review", category="indeterminate")
    yard = linked_yard(following_rules(statuses=("In review",)))
    move(yard, BUSY)
    move(yard, review)
    assert told(yard) == [MOVED, "WEB-1 is now: In review."]


def test_nothing_follows_where_the_rules_say_nothing_of_it() -> None:
    yard = linked_yard(ruleset())
    move(yard, CLOSED)
    assert yard.tracker.performed == []


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([OPEN, BUSY, CLOSED]), st.booleans()), max_size=8), st.randoms())
def test_an_issue_ends_where_the_known_one_does_whatever_webhooks_come_again(
    moves: list[tuple[Status, bool]], chance: Random
) -> None:
    yard = linked_yard()
    for status, at_once in moves:
        if at_once:
            move(yard, status)
        else:
            yard.tracker.change(1, "j-tom", status=status)
    yard.settle()
    said, status = told(yard), yard.tracker.issues[2].status
    again = [msgspec.structs.replace(one, id=f"again-{number}") for number, one in enumerate(yard.delivered)]
    for event in chance.sample(again, len(again)):
        yard.memory.put(event)
    yard.settle()
    assert (status == CLOSED) == (yard.tracker.issues[1].status == CLOSED)
    assert all(one != other for one, other in pairwise(said))
    assert (told(yard), yard.tracker.issues[2].status) == (said, status)
