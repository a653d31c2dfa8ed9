"""Undo takes back what is still there, field by field, and names what stays."""

import pytest

from orchestrator.ports import GatewayError
from rules.actions import CommentAction, LinkAction, TransitionAction
from rules.requests import Request, RequestState
from tests.fakes.tracker import BUSY, CLOSED, OPEN
from tests.fakes.yard import Yard


def done() -> tuple[Yard, Request]:
    yard = Yard()
    yard.repeat()
    return yard, yard.approve()


def undone(yard: Yard, request: Request, user: str = "UMIKA") -> str:
    yard.undo(user, request)
    yard.settle()
    return yard.said()


def test_undo_takes_back_status_comment_and_link() -> None:
    yard, request = done()

    undone(yard, request)

    assert yard.tracker.issues[2].status == OPEN
    assert yard.tracker.issues[2].resolution is None
    assert yard.tracker.comments == []
    assert yard.tracker.issues[2].links == ()
    assert "Undone by Mika." in yard.card()
    assert yard.outcomes() == ["confirmed", "undone"]


def test_undo_names_what_stays_for_good() -> None:
    yard, request = done()

    assert "Jira's history and mails that were sent stay" in undone(yard, request)


def test_a_status_that_somebody_changed_since_stays_and_is_named() -> None:
    yard, request = done()
    yard.tracker.change(2, "j-dana", status=BUSY)

    told = undone(yard, request)

    assert yard.tracker.issues[2].status == BUSY
    assert yard.tracker.comments == []
    assert "The status was changed since by somebody else, so it stays." in told


def test_a_status_without_a_way_back_stays_and_is_named() -> None:
    yard, request = done()
    yard.tracker.transitions_of = {}

    told = undone(yard, request)

    assert yard.tracker.issues[2].status == CLOSED
    assert "Jira offers no transition back" in told


def test_a_link_that_somebody_removed_since_is_named() -> None:
    yard, request = done()
    yard.tracker.unlink(2, 1, "j-dana")

    assert "The link was removed since by somebody else." in undone(yard, request)


def test_a_link_that_was_there_before_us_stays() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.stop("agent", "duplicates")
    yard.vote("UMIKA", request)
    yard.settle()
    yard.memory.tables.switches.clear()
    original = yard.tracker.item

    def linked_at_the_last_moment(item: int) -> object:
        if yard.memory.tables.actions and not yard.tracker.issues[2].links:
            yard.tracker.link(2, 1, "Duplicate", "j-tom")
        return original(item)

    yard.tracker.item = linked_at_the_last_moment  # type: ignore[assignment, method-assign]
    yard.resume()

    told = undone(yard, request)

    assert "The link was there before, so it stays." in told
    assert len(yard.tracker.issues[2].links) == 1


def test_undo_twice_is_refused() -> None:
    yard, request = done()
    undone(yard, request)

    assert undone(yard, request, "UPRIYA") == "It is being undone already, or was."
    assert len(yard.tracker.performed) == 6


def test_two_people_who_undo_at_once_undo_once() -> None:
    yard, request = done()

    yard.undo("UMIKA", request)
    yard.undo("UPRIYA", request)
    yard.settle()

    assert len(yard.tracker.performed) == 6
    assert yard.outcomes().count("undone") == 1


def test_what_is_still_being_done_cannot_be_undone_yet() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.vote("UMIKA", request)
    yard.tracker.lost = 1
    yard.settle()

    assert undone(yard, request) == "It is still being done. Try again in a moment."


@pytest.mark.parametrize("user", ["UTOM", "UNOBODY"])
def test_who_may_not_decide_may_not_undo(user: str) -> None:
    yard, request = done()

    undone(yard, request, user)

    assert len(yard.tracker.performed) == 3
    assert yard.outcomes() == ["confirmed"]


def test_nothing_is_undone_while_work_is_stopped() -> None:
    yard, request = done()
    yard.stop()

    assert undone(yard, request) == "Not undone: work is stopped for everything."


@pytest.mark.parametrize("state", ["pending", "rejected"])
def test_what_was_not_done_cannot_be_undone(state: str) -> None:
    yard = Yard()
    request = yard.repeat()
    if state == "rejected":
        yard.vote("UMIKA", request, "reject")
        yard.settle()

    assert undone(yard, request) == "There is nothing left that could be undone."


def test_an_undo_is_not_itself_undone() -> None:
    yard, request = done()
    undone(yard, request)
    undoing = next(one for one in yard.all_requests() if one.undoes)

    assert undone(yard, undoing) == "There is nothing left that could be undone."


def test_an_undo_whose_workflow_is_gone_is_refused() -> None:
    yard, request = done()
    yard.memory.rules = type(yard.memory.rules)(
        **{name: getattr(yard.memory.rules, name) for name in yard.memory.rules.__struct_fields__} | {"workflows": {}}
    )

    assert undone(yard, request) == "The rules no longer know its workflow."


def test_an_undo_that_fails_in_part_says_so_and_can_be_tried_again_by_whoever_began_it() -> None:
    yard, request = done()
    yard.tracker.failures = [GatewayError("Jira says no", retryable=False)]
    undone(yard, request)
    assert "Undo by Mika is not complete: Jira says no" in yard.card()
    assert "[Try again]" in yard.card()
    undoing = next(one for one in yard.all_requests() if one.undoes)

    yard.retry("UMIKA", undoing)
    yard.settle()

    assert yard.tracker.issues[2].status == OPEN
    assert "Undone by Mika." in yard.card()


def test_what_failed_is_not_tried_again_after_the_rest_was_undone() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.failures = [GatewayError("Jira says no", retryable=False)]
    yard.vote("UMIKA", request)
    yard.settle()
    undone(yard, request)

    yard.retry("UMIKA", request)
    yard.settle()

    assert yard.said() == "It was undone since, so nothing is tried again."
    assert not any(isinstance(action, LinkAction) for action, _ in yard.tracker.performed)


def test_a_person_who_reopens_what_we_closed_is_recorded_once() -> None:
    yard, request = done()

    yard.tracker.change(2, "j-dana", status=OPEN)
    yard.settle()
    yard.tracker.change(2, "j-dana", labels=("again",))
    yard.settle()

    reopened = [one for (_, kind, *_), one in yard.memory.tables.outcomes.items() if kind == "reopened"]
    assert [(one.decision, one.by) for one in reopened] == [(request.asks[0].decision, "j-dana")]
    assert yard.kinds().count("outcome.recorded") == 2


def test_a_late_webhook_from_before_we_closed_it_is_no_reopening() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.change(2, "j-dana", labels=("late",))
    late = yard.tracker.webhooks.pop()
    yard.vote("UMIKA", request)
    yard.settle()
    ours, yard.tracker.webhooks = yard.tracker.webhooks, [late]

    yard.settle()
    yard.tracker.webhooks = ours
    yard.settle()

    assert "reopened" not in yard.outcomes()


def test_an_undo_of_ours_is_no_reopening() -> None:
    yard, request = done()
    undone(yard, request)

    yard.tracker.change(2, "j-dana", labels=("again",))
    yard.settle()

    assert "reopened" not in yard.outcomes()


def test_every_kind_of_action_of_a_coupling_is_taken_back_in_reverse() -> None:
    yard, request = done()
    kinds = [LinkAction, CommentAction, TransitionAction]

    undone(yard, request)

    assert [type(one.action) for one in yard.records(request)] == kinds
    undoing = next(one for one in yard.all_requests(RequestState.APPROVED) if one.undoes)
    assert [record.action.item for record in yard.records(undoing)] == [2, 2, 2]
    assert isinstance(yard.records(undoing)[0].action, TransitionAction)


def test_who_may_not_browse_the_issue_may_not_undo_what_was_done_to_it() -> None:
    yard, request = done()
    yard.tracker.hidden[2] = {"j-mika"}

    assert "WEB-2" not in undone(yard, request)
    assert yard.tracker.issues[2].status == CLOSED


def test_what_was_done_is_undone_although_the_known_issue_is_gone_by_now() -> None:
    yard, request = done()
    yard.tracker.delete(1, "j-tom")

    told = undone(yard, request)

    assert "The link was removed since by somebody else." in told
    assert yard.tracker.issues[2].status == OPEN
