"""Moves an issue by the workflow for the portal and for approvals: past screens, and past who may transition."""

from sandbox.desk.records import Outcome
from sandbox.jira.call import Call
from sandbox.jira.records import Issue
from sandbox.jira.transitions import carry_out


def move_to(call: Call, issue: Issue, outcome: Outcome) -> None:
    """Make a move that the issue's status allows, with its resolution; nothing where the status does not allow it."""
    found = next((move for move in call.jira.transitions_of(issue) if move.id == outcome.transition), None)
    if found is None:
        return
    resolution = next((named for named in call.jira.resolutions if named.name == outcome.resolution), None)
    carry_out(call, issue, found, {"resolution": resolution} if resolution else {})
