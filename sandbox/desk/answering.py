"""Approvals over HTTP: list, read, and answer as the caller; the deciding answer moves the issue."""

from sandbox.desk.approving import Approval, approvals_of, asked_now, decision_of
from sandbox.desk.call import DeskError, find_issue, page, state_of, window
from sandbox.desk.moving import move_to
from sandbox.desk.records import Vote
from sandbox.desk.state import Poll
from sandbox.jira.call import Answer, Call
from sandbox.jira.records import Issue

ANSWERS = {"approve": True, "decline": False}


def list_approvals(call: Call, key: str) -> Answer:
    """GET request/{key}/approval."""
    _, issue = find_issue(call, key)
    approvals = approvals_of(state_of(call), issue)
    return 200, page(call, approvals, lambda approval: window(call).approval(issue, approval))


def get_approval(call: Call, key: str, number: str) -> Answer:
    """GET request/{key}/approval/{id}."""
    _, issue = find_issue(call, key)
    return 200, window(call).approval(issue, _found(call, issue, number))


def answer_approval(call: Call, key: str, number: str) -> Answer:
    """POST request/{key}/approval/{id}: 403 for who is not asked, 409 for what is answered or over."""
    _, issue = find_issue(call, key)
    approval, word = _found(call, issue, number), call.body().get("decision")
    if not isinstance(word, str) or word not in ANSWERS:
        raise DeskError(400, "The decision must be approve or decline.", "sd.approval.error.decision")
    _check(approval, call.account.account_id)
    state = state_of(call)
    poll = state.polls.setdefault(number, Poll())
    poll.asked = asked_now(state, approval.step, issue)
    poll.votes.append(Vote(account=call.account.account_id, approved=ANSWERS[word], at=call.jira.touch(issue)))
    poll.decision = decision_of(approval.step, poll)
    call.effect("approval.answered", issue, number)
    if poll.decision != "pending":
        move_to(call, issue, approval.step.approved if poll.decision == "approved" else approval.step.declined)
    return 200, window(call).approval(issue, _found(call, issue, number))


def _check(approval: Approval, me: str) -> None:
    if me not in approval.asked:
        raise DeskError(403, "You are not an approver of this request.", "sd.approval.error.not.approver")
    if approval.answered_by(me):
        raise DeskError(409, "You have already answered this approval.", "sd.approval.error.already.answered")
    if not approval.may_answer(me):
        raise DeskError(409, "The approval has already been completed.", "sd.approval.error.already.completed")


def _found(call: Call, issue: Issue, number: str) -> Approval:
    found = next((approval for approval in approvals_of(state_of(call), issue) if approval.id == number), None)
    if found is None:
        raise DeskError(404, "The approval you are trying to view does not exist.", "sd.approval.error.not.found")
    return found
