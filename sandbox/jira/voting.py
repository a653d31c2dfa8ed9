"""Votes for an issue: everybody has one, but nobody for what they reported or for what is resolved."""

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import Issue


def list_votes(call: Call, key: str) -> Answer:
    """GET issue/{key}/votes: how many, and who."""
    issue = call.issue(key)
    return 200, {**call.lens.votes(issue), "voters": [call.lens.user(person) for person in sorted(issue.voters)]}


def add_vote(call: Call, key: str) -> Answer:
    """POST issue/{key}/votes."""
    issue = _votable(call, key)
    issue.voters.add(call.account.account_id)
    call.effect("vote.added", issue, call.account.account_id)
    return 204, None


def remove_vote(call: Call, key: str) -> Answer:
    """DELETE issue/{key}/votes."""
    issue = _votable(call, key)
    if call.account.account_id not in issue.voters:
        raise JiraError(404, "Cannot remove a vote for an issue that the user has not already voted for.")
    issue.voters.remove(call.account.account_id)
    call.effect("vote.removed", issue, call.account.account_id)
    return 204, None


def _votable(call: Call, key: str) -> Issue:
    issue = call.issue(key)
    if issue.reporter == call.account.account_id:
        raise JiraError(404, "You cannot vote for an issue you have reported.")
    if issue.resolution is not None:
        raise JiraError(404, "You cannot vote for an issue that has already been resolved.")
    return issue
