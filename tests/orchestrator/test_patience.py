"""How long an action is tried by itself: as long as Jira is out, else until a person has to hear of it."""

import pytest

from orchestrator.execution import DOUBT, LONGEST_PAUSE, MOST_TRIES, pause_after
from orchestrator.ports import GatewayError
from rules.model import Subject
from rules.requests import Request
from tests.fakes.written import buttons_of
from tests.fakes.yard import Yard

ITEM = Subject(kind="item", id="2")
LOCKED_OUT = GatewayError("Jira refused our account (401)", retryable=False, outage=True)
BUSY = GatewayError("too many calls", retryable=True, retry_after=1)
LOST = GatewayError("Jira failed (500)", retryable=True, in_doubt=True)


def try_often(yard: Yard, failure: GatewayError, times: int) -> Request:
    """Have the question approved; Jira fails so many times, which would be enough for a pause of any length."""
    request = yard.repeat()
    yard.tracker.failures = [failure] * times
    yard.vote("UMIKA", request)
    yard.settle()
    for _ in range(times * 2):
        yard.pass_by(seconds=LONGEST_PAUSE + 1)
    return request


def test_an_account_that_jira_refuses_fails_nothing_however_long_it_takes() -> None:
    yard = Yard()

    request = try_often(yard, LOCKED_OUT, MOST_TRIES * 2)

    assert [record.state for record in yard.records(request)] == ["done"] * 3
    assert "action.failed" not in yard.kinds()


@pytest.mark.parametrize("failure", [BUSY, LOST])
def test_an_action_that_fails_again_and_again_is_put_to_a_person(failure: GatewayError) -> None:
    yard = Yard()

    request = try_often(yard, failure, MOST_TRIES)

    assert [record.state for record in yard.records(request)] == ["failed", "done", "done"]
    assert "[Try again]" in yard.card()
    assert "not done" in yard.card()
    assert yard.waits == {}


def test_a_person_may_have_it_tried_again() -> None:
    yard = Yard()
    request = try_often(yard, BUSY, MOST_TRIES)

    yard.retry("UMIKA", request)
    yard.settle()

    assert [record.state for record in yard.records(request)] == ["done"] * 3
    assert len(yard.tracker.performed) == 3
    assert "Try again" not in [button.label for button in buttons_of(next(iter(yard.chat.messages.values()))[0])]


def test_what_got_through_at_the_last_try_is_found() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.failures = [LOST] * (MOST_TRIES - 1)
    yard.tracker.lost = 1
    yard.vote("UMIKA", request)
    yard.settle()

    for _ in range(MOST_TRIES * 2):
        yard.pass_by(seconds=LONGEST_PAUSE + 1)

    assert [record.state for record in yard.records(request)] == ["done"] * 3
    assert len({mark for _, mark in yard.tracker.performed}) == len(yard.tracker.performed) == 3


def test_a_vendor_that_asks_for_a_moment_gets_at_least_a_time_out() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.failures = [BUSY]
    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.waits == {ITEM: DOUBT}


def test_pauses_double_up_to_five_minutes() -> None:
    assert [pause_after(tries) for tries in (1, 2, 3, 5, 6, 100)] == [12.0, 24.0, 48.0, 192.0, 300.0, 300.0]
