"""Approvals as a matter of record: which ones an issue has, who is asked, and how the votes stand. Reads only.

An issue has one approval for each time that it entered a status which asks for one.
"""

from dataclasses import dataclass
from datetime import datetime

from sandbox.desk.records import ApprovalStep, Vote
from sandbox.desk.state import Decision, DeskState, Poll
from sandbox.desk.timeline import statuses_of
from sandbox.jira.records import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval; `live` while the issue still waits in the status for which it was asked."""

    id: str
    step: ApprovalStep
    created: datetime
    asked: tuple[str, ...]
    votes: tuple[Vote, ...]
    decision: Decision
    live: bool

    @property
    def completed(self) -> datetime | None:
        """When the last vote decided."""
        return self.votes[-1].at if self.decision != "pending" else None

    def may_answer(self, account: str) -> bool:
        """Whether this person's answer would count now."""
        waiting = self.live and self.decision == "pending"
        return waiting and account in self.asked and not self.answered_by(account)

    def answered_by(self, account: str) -> bool:
        """Whether this person has answered."""
        return any(vote.account == account for vote in self.votes)


def approvals_of(state: DeskState, issue: Issue) -> list[Approval]:
    """All approvals of an issue, oldest first."""
    desk = state.desk_of(issue.project)
    if desk is None or not desk.steps:
        return []
    steps = {step.status: step for step in desk.steps}
    visits = statuses_of(state.jira, issue)
    return [
        _approval(state, issue, steps[status.name], place, since, live=place == len(visits) - 1)
        for place, (since, status) in enumerate(visits)
        if status.name in steps
    ]


def withheld(state: DeskState, issue: Issue) -> frozenset[str]:
    """The ids of the moves that only an approval's outcome may make."""
    waiting = [a for a in approvals_of(state, issue) if a.live and a.asked and a.decision == "pending"]
    return frozenset(move.transition for a in waiting for move in (a.step.approved, a.step.declined))


def decision_of(step: ApprovalStep, poll: Poll) -> Decision:
    """How votes stand: one decline declines; else so many (or such a part) of those asked must approve."""
    if any(not vote.approved for vote in poll.votes):
        return "declined"
    by_part = -(-(step.percent or 100) * len(poll.asked) // 100)
    needed = by_part if step.number is None else min(step.number, len(poll.asked))
    return "approved" if len(poll.votes) >= needed > 0 else "pending"


def asked_now(state: DeskState, step: ApprovalStep, issue: Issue) -> tuple[str, ...]:
    """The approvers of the issue's field, without those whom the step excludes."""
    out = {
        issue.reporter if "reporter" in step.excluded else None,
        issue.assignee if "assignee" in step.excluded else None,
    }
    return tuple(person for person in state.approvers(issue) if person not in out)


def _approval(
    state: DeskState, issue: Issue, step: ApprovalStep, place: int, since: datetime, *, live: bool
) -> Approval:
    identity = str(issue.id * 1000 + place)
    poll = state.polls.get(identity) or Poll()
    settled = poll.decision != "pending" or not live
    voted = tuple(vote.account for vote in poll.votes)
    asked = poll.asked if settled and poll.asked else asked_now(state, step, issue)
    return Approval(
        id=identity,
        step=step,
        created=since,
        asked=tuple(dict.fromkeys((*asked, *voted))),
        votes=tuple(poll.votes),
        decision=poll.decision,
        live=live,
    )
