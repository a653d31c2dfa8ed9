"""Each action happens once, whatever is lost on the way, and what fails is seen."""

from typing import Any

import pytest

from orchestrator.execution import DOUBT, STALE
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.ports import GatewayError, Receipt
from rules.actions import Action, CommentAction, LinkAction, TransitionAction
from rules.model import Subject
from rules.requests import Request
from tests.fakes.store import FakeMemory
from tests.fakes.tracker import BUSY, FakeTracker
from tests.fakes.written import told
from tests.fakes.yard import Yard

ITEM = Subject(kind="item", id="2")
REFUSED = GatewayError("the link type is unknown", retryable=False)


def busy(after: float | None = 5) -> GatewayError:
    return GatewayError("too many calls", retryable=True, retry_after=after)


def approved(yard: Yard, *failures: GatewayError) -> Request:
    """Have the question answered; Jira fails as told."""
    request = yard.repeat()
    yard.tracker.failures = list(failures)
    yard.vote("UMIKA", request)
    yard.settle()
    return request


def states(yard: Yard, request: Request) -> list[str]:
    return [record.state.value for record in yard.records(request)]


def test_intended_is_written_before_the_call_and_done_after_it() -> None:
    yard = Yard()
    seen: list[list[str]] = []

    class Watched(FakeTracker):
        def _do(self, action: Action, mark: str) -> Receipt:
            seen.append(yard.kinds())
            return super()._do(action, mark)

    yard.tracker.__class__ = Watched
    approved(yard)

    assert [kinds.count("action.intended") for kinds in seen] == [1, 2, 3]
    assert [kinds.count("action.done") for kinds in seen] == [0, 1, 2]


def test_an_action_whose_answer_was_lost_is_looked_up_and_not_done_twice() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.lost = 1
    yard.vote("UMIKA", request)
    yard.settle()
    assert states(yard, request) == ["claimed", "planned", "planned"]

    yard.pass_by(seconds=DOUBT + 1)

    assert states(yard, request) == ["done", "done", "done"]
    assert len(yard.tracker.performed) == 3


def test_an_action_in_doubt_waits_out_the_clients_time_out_before_it_is_looked_up() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.lost = 1
    yard.vote("UMIKA", request)
    yard.settle()

    yard.pass_by(seconds=DOUBT - 1)

    assert states(yard, request)[0] == "claimed"
    assert 1 < yard.waits[ITEM] < 1.2


def test_an_action_in_doubt_that_was_not_done_is_done_then() -> None:
    yard = Yard()
    request = approved(yard, GatewayError("connection dropped", retryable=True, in_doubt=True))
    assert states(yard, request)[0] == "claimed"

    yard.pass_by(seconds=DOUBT + 1)

    assert states(yard, request) == ["done", "done", "done"]
    assert len(yard.tracker.performed) == 3


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_however_many_answers_are_lost_every_effect_is_there_once(lost: int) -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.lost = lost
    yard.vote("UMIKA", request)
    yard.settle()

    for _ in range(lost):
        yard.pass_by(seconds=DOUBT + 1)

    assert states(yard, request) == ["done", "done", "done"]
    assert len({mark for _, mark in yard.tracker.performed}) == len(yard.tracker.performed) == 3


def test_too_many_calls_put_an_action_off_for_as_long_as_jira_says() -> None:
    yard = Yard()
    request = approved(yard, busy(after=30))
    assert states(yard, request) == ["planned", "planned", "planned"]
    assert yard.waits == {ITEM: 30}

    yard.pass_by(seconds=30)

    assert states(yard, request) == ["done", "done", "done"]
    assert "action.put_off" in yard.kinds()


def test_what_comes_after_an_action_that_waits_waits_too() -> None:
    yard = Yard()
    approved(yard, busy())

    assert yard.tracker.performed == []


def test_a_refused_action_is_seen_and_the_rest_goes_on() -> None:
    yard = Yard()
    request = approved(yard, REFUSED)

    assert states(yard, request) == ["failed", "done", "done"]
    assert "2 of 3 done; not done: the link type is unknown" in yard.card()
    assert "✗ WEB-2 links" in yard.card()
    assert "[Try again]" in yard.card()
    assert yard.waits == {}


def test_what_failed_is_tried_again_when_somebody_who_may_says_so() -> None:
    yard = Yard()
    request = approved(yard, REFUSED)

    yard.retry("UPRIYA", request)
    yard.settle()

    assert states(yard, request) == ["done", "done", "done"]
    assert "All done" in yard.card()
    assert len(yard.tracker.performed) == 3


def test_trying_again_where_nothing_failed_is_refused() -> None:
    yard = Yard()
    request = approved(yard)

    yard.retry("UPRIYA", request)
    yard.settle()

    assert yard.said() == "Nothing failed that could be tried again."


def test_who_may_not_decide_may_not_have_it_tried_again() -> None:
    yard = Yard()
    request = approved(yard, REFUSED)

    yard.retry("UTOM", request)
    yard.settle()

    assert states(yard, request)[0] == "failed"


def test_an_unknown_question_is_not_tried_again() -> None:
    yard = Yard()
    approved(yard)

    yard.command("retry.asked", "UMIKA", ITEM, request="made-up")
    yard.settle()

    assert "I do not know this question" in yard.said()


def test_a_crash_after_the_claim_does_nothing_twice() -> None:
    yard = Yard()
    request = yard.repeat()

    class Crashing(FakeTracker):
        def perform(self, action: Action, mark: str) -> Receipt:
            super().perform(action, mark)
            raise SystemExit

    yard.tracker.__class__ = Crashing
    yard.vote("UMIKA", request)
    with pytest.raises(SystemExit):
        yard.settle()
    yard.tracker.__class__ = FakeTracker
    yard.clock.pass_by(seconds=DOUBT)

    yard.look(ITEM)

    assert states(yard, request) == ["done", "done", "done"]
    assert len(yard.tracker.performed) == 3


def test_a_claim_that_went_stale_is_not_used() -> None:
    yard = Yard()
    request = yard.repeat()
    asleep = [STALE + 0.1]

    class Slow(FakeMemory):
        def claim(self, *given: Any) -> str | None:
            answer = super().claim(*given)
            yard.clock.seconds += asleep.pop() if asleep else 0
            return answer

    yard.memory.__class__ = Slow
    yard.vote("UMIKA", request)
    yard.settle()
    assert (states(yard, request)[0], yard.tracker.performed) == ("claimed", [])

    yard.pass_by(seconds=DOUBT + 1)

    assert len(yard.tracker.performed) == 3


def test_stop_between_approval_and_action_stops_the_action() -> None:
    yard = Yard()
    request = approved(yard, busy(after=5))
    yard.stop("action", "link")

    yard.pass_by(seconds=6)

    assert states(yard, request) == ["planned", "planned", "planned"]
    assert "Working on it: 0 of 3 done" in yard.card()


def test_actions_go_on_when_work_is_resumed() -> None:
    yard = Yard()
    request = approved(yard, busy(after=5))
    yard.stop()
    yard.pass_by(seconds=6)

    yard.resume()

    assert states(yard, request) == ["done", "done", "done"]


def test_the_budget_of_the_day_is_kept_and_the_rest_is_done_the_next_day() -> None:
    yard = Yard()
    request = approved(yard, busy(after=5))
    yard.memory.tables.budgets["duplicates", "2026-03-02"] = 500

    yard.pass_by(seconds=6)
    assert states(yard, request) == ["done", "planned", "planned"]
    yard.pass_by(hours=13)

    assert states(yard, request) == ["done", "done", "done"]


def test_a_status_that_changed_after_the_approval_is_not_overrun() -> None:
    yard = Yard()
    request = approved(yard, busy())
    yard.tracker.change(2, "j-dana", status=BUSY)

    yard.pass_by(seconds=6)

    assert states(yard, request) == ["done", "done", "failed"]
    assert "the status is In Progress by now and no longer Open" in yard.card()


def test_actions_on_an_issue_that_is_gone_by_now_fail_visibly() -> None:
    yard = Yard()
    request = approved(yard, busy())
    del yard.tracker.issues[2]

    yard.pass_by(seconds=6)

    assert states(yard, request) == ["failed", "failed", "failed"]
    assert {record.error for record in yard.records(request)} == {"the issue is gone"}


def test_the_image_before_is_kept_with_the_action() -> None:
    yard = Yard()
    request = approved(yard)

    link, comment, transition = yard.records(request)

    assert link.before == {"linked": False}
    assert set(comment.before) == {"updated"}
    assert transition.before == {"status": "Open", "resolution": None}


def test_the_card_shows_progress_while_it_waits() -> None:
    yard = Yard()
    approved(yard, busy())

    assert "Approved by Mika. Working on it: 0 of 3 done." in yard.card()


def test_an_action_that_somebody_else_has_ends_the_look_and_is_left_alone() -> None:
    yard = Yard()
    request = approved(yard, busy())
    first = yard.records(request)[0]

    class Behind(FakeMemory):
        def actions(self, subject: Subject) -> tuple[ActionRecord, ...]:
            return (first,) if subject == first.subject else ()

    yard.memory.claim(first, {}, 500, "2026-03-02", yard.clock.now())
    yard.memory.__class__ = Behind
    yard.look(ITEM)

    assert yard.records(request)[0].state is RecordState.CLAIMED
    assert yard.tracker.performed == []


def test_actions_are_done_in_the_order_that_the_card_shows() -> None:
    yard = Yard()
    approved(yard)

    kinds = [type(action) for action, _ in yard.tracker.performed]

    assert kinds == [LinkAction, CommentAction, TransitionAction]


def test_the_ledger_tells_who_had_it_tried_again() -> None:
    yard = Yard()
    request = approved(yard, REFUSED)

    yard.retry("UPRIYA", request)
    yard.settle()

    entry = next(one for one in yard.memory.tables.ledger if one.kind == "retry.asked")
    assert told(entry.text) == "Priya had what failed tried again: actions: 1"
