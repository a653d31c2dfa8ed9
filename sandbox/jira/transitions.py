"""The workflow: which moves an issue has, and doing one, with the fields that its screen requires."""

from typing import Any

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.comments import add_comment, comments_to_add
from sandbox.jira.fields import read_fields, set_fields
from sandbox.jira.payloads import tell_updated
from sandbox.jira.properties import read_properties
from sandbox.jira.records import Change, Issue, Transition
from sandbox.jira.render import Json


def list_transitions(call: Call, key: str) -> Answer:
    """GET issue/{key}/transitions; fields with expand=transitions.fields."""
    issue = call.issue(key)
    wanted = call.query.get("transitionId")
    moves = [move for move in call.moves(issue) if wanted in (None, move.id)]
    return 200, {"expand": "transitions", "transitions": told_moves(call, moves)}


def do_transition(call: Call, key: str) -> Answer:
    """POST issue/{key}/transitions: 204; 400 when the move is not open to the caller or a required field is missing."""
    issue, body = call.issue(key), call.body()
    move = _wanted_move(call, issue, body.get("transition"))
    fields = body.get("fields") or {}
    if "resolution" in fields and not call.may("resolve", issue.project):
        raise JiraError(400, errors={"resolution": "Field 'resolution' cannot be set. It is not on the screen."})
    missing = {name: f"{name.capitalize()} is required." for name in move.screen if not fields.get(name)}
    if missing:
        raise JiraError(400, errors=missing)
    values = read_fields(call, issue.project, fields, move.screen)
    comments = comments_to_add(call, issue, body.get("update") or {})
    properties = read_properties(body)
    issue.properties.update(properties)
    carry_out(call, issue, move, values)
    for text, extra in comments:
        add_comment(call, issue, text, extra)
    return 204, None


def carry_out(call: Call, issue: Issue, move: Transition, values: dict[str, Any]) -> None:
    """Move an issue and set fields with it, whoever may and whatever the screen says; log it and tell it."""
    entry = call.jira.log(issue, call.account, _move(call, issue, move, values))
    call.effect("transition.done", issue, move.id)
    tell_updated(call, issue, entry, "issue_generic")


def told_moves(call: Call, moves: list[Transition]) -> list[Json]:
    """Moves, with the fields of their screens only when the request asks for them."""
    told = [call.lens.transition(move) for move in moves]
    if call.expands("transitions.fields"):
        return told
    return [{name: value for name, value in move.items() if name != "fields"} for move in told]


def _wanted_move(call: Call, issue: Issue, wanted: Any) -> Transition:
    identity = wanted.get("id") if isinstance(wanted, dict) else None
    if not identity:
        raise JiraError(400, "Missing 'transition' identifier")
    found = next((move for move in call.moves(issue) if move.id == str(identity)), None)
    if found is None:
        raise JiraError(400, f"Transition id '{identity}' is not valid for this issue.")
    return found


def _move(call: Call, issue: Issue, move: Transition, values: dict[str, Any]) -> list[Change]:
    before, after = issue.status, call.jira.statuses[move.to]
    if after.category != "done" and issue.resolution is not None:
        values = {**values, "resolution": None}
    issue.status = after
    changes = [
        Change(
            field="status",
            field_id="status",
            before=before.id,
            before_text=before.name,
            after=after.id,
            after_text=after.name,
        ),
        *set_fields(call, issue, values),
    ]
    if "resolution" in values:
        issue.resolved_at = call.jira.clock.now() if issue.resolution and after.category == "done" else None
    return changes
