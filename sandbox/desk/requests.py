"""Customer requests: list, read, status, participants, and the moves that the portal offers."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sandbox.desk.approving import approvals_of
from sandbox.desk.call import (
    DeskError,
    account_ids,
    find_desk,
    find_request,
    page,
    state_of,
    window,
)
from sandbox.desk.clocks import clocks_of
from sandbox.desk.conversation import mark, read_text, visible_comments
from sandbox.desk.forms import set_custom
from sandbox.desk.moving import move_to
from sandbox.desk.records import Outcome, RequestType, ServiceDesk
from sandbox.desk.state import PARTICIPANTS
from sandbox.desk.timeline import statuses_of
from sandbox.jira.call import Answer, Call
from sandbox.jira.comments import add_comment
from sandbox.jira.payloads import tell_updated
from sandbox.jira.records import Issue, Status, Transition
from sandbox.jira.render import Json

Found = tuple[ServiceDesk, RequestType, Issue]
USUAL = ("OWNED_REQUESTS", "PARTICIPATED_REQUESTS", "ALL_ORGANIZATIONS")
OWNERSHIPS = frozenset({*USUAL, "ORGANIZATION", "APPROVER", "ALL_REQUESTS"})


def list_requests(call: Call) -> Answer:
    """GET request: one's own, those one takes part in, one's organizations', or what requestOwnership says."""
    wanted = call.query.getlist("requestOwnership") or [*USUAL]
    if unknown := set(wanted) - OWNERSHIPS:
        raise DeskError(400, f"Unknown requestOwnership: {', '.join(sorted(unknown))}", "sd.error.ownership")
    tests = [_owns(call, ownership) for ownership in wanted]
    found = [hit for hit in _all_requests(call) if any(test(hit[2]) for test in tests) and _matches(call, hit)]
    found.sort(key=lambda hit: (hit[2].updated, hit[2].id), reverse=True)
    return 200, page(call, found, lambda hit: shown_request(call, *hit))


def get_request(call: Call, key: str) -> Answer:
    """GET request/{key}, with expand."""
    return 200, shown_request(call, *find_request(call, key))


def list_statuses(call: Call, key: str) -> Answer:
    """GET request/{key}/status: the statuses that the request has had, newest first."""
    _, _, issue = find_request(call, key)
    return 200, page(call, _newest_first(call, issue), lambda stay: window(call).status(stay[1], stay[0]))


def list_transitions(call: Call, key: str) -> Answer:
    """GET request/{key}/transition: the moves that the portal offers customers now."""
    desk, _, issue = find_request(call, key)
    moves = [move for move, _ in _portal_moves(call, desk, issue)]
    return 200, page(call, moves, lambda move: {"id": move.id, "name": move.name})


def do_transition(call: Call, key: str) -> Answer:
    """POST request/{key}/transition with an optional `additionalComment`, which clients send with a null body too."""
    desk, _, issue = find_request(call, key)
    body = call.body()
    found = [outcome for move, outcome in _portal_moves(call, desk, issue) if move.id == str(body.get("id"))]
    if not found:
        raise DeskError(400, "The transition is not valid for the request.", "sd.error.transition.invalid")
    extra = body.get("additionalComment")
    text = extra.get("body") if isinstance(extra, dict) else None
    said = None if text is None else read_text(text)
    move_to(call, issue, found[0])
    if said is not None:
        add_comment(call, issue, said, mark(public=True))
    return 204, None


def list_participants(call: Call, key: str) -> Answer:
    """GET request/{key}/participant."""
    _, _, issue = find_request(call, key)
    return 200, _participants(call, issue)


def add_participants(call: Call, key: str) -> Answer:
    """POST request/{key}/participant with accountIds."""
    return _change_participants(call, key, lambda now, given: [*now, *(p for p in given if p not in now)])


def remove_participants(call: Call, key: str) -> Answer:
    """DELETE request/{key}/participant with accountIds."""
    return _change_participants(call, key, lambda now, given: [person for person in now if person not in given])


def shown_request(call: Call, desk: ServiceDesk, kind: RequestType, issue: Issue) -> Json:
    """A request with what `expand` asks for."""
    eyes, state, place = window(call), state_of(call), f"request/{issue.id}"
    agent = call.account.account_id in desk.agents

    def inner(name: str, items: Sequence[Any], show: Callable[[Any], Any]) -> Json:
        return page(call, items, show, f"{place}/{name}")

    more: dict[str, tuple[str, Callable[[], Any]]] = {
        "serviceDesk": ("serviceDesk", lambda: eyes.desk(desk)),
        "requestType": ("requestType", lambda: eyes.request_type(desk, kind)),
        "participant": ("participants", lambda: inner("participant", state.participants(issue), eyes.user)),
        "status": ("status", lambda: inner("status", _newest_first(call, issue), lambda s: eyes.status(s[1], s[0]))),
        "comment": (
            "comments",
            lambda: inner("comment", visible_comments(call, desk, issue), lambda c: eyes.comment(issue, c)),
        ),
        "sla": (
            "sla",
            lambda: inner("sla", clocks_of(state, issue) if agent else [], lambda clock: eyes.clock(issue, clock)),
        ),
        "attachment": ("attachments", lambda: inner("attachment", [], eyes.user)),
        "action": ("actions", _actions),
    }
    expanded = {name: show() for word, (name, show) in more.items() if call.expands(word)}
    return {**eyes.request(desk, kind, issue), **expanded}


def _actions() -> Json:
    able = ("addComment", "addParticipant", "removeParticipant")
    return {**{name: {"allowed": True} for name in able}, "addAttachment": {"allowed": False}}


def _all_requests(call: Call) -> list[Found]:
    state, found = state_of(call), []
    for issue in call.jira.issues.values():
        desk, kind = state.desk_of(issue.project), state.request_type(issue)
        if desk is not None and kind is not None:
            found.append((desk, kind, issue))
    return found


def _owns(call: Call, ownership: str) -> Callable[[Issue], bool]:
    state, me = state_of(call), call.account.account_id
    named = call.query.get("organizationId")

    def shares(issue: Issue) -> bool:
        return any(me in group.members for group in state.organizations_of(issue))

    def shares_named(issue: Issue) -> bool:
        return any(me in group.members and group.id == named for group in state.organizations_of(issue))

    def approves(issue: Issue) -> bool:
        asked = [approval for approval in approvals_of(state, issue) if me in approval.asked]
        status = call.query.get("approvalStatus")
        if status == "MY_PENDING_APPROVAL":
            return any(approval.may_answer(me) for approval in asked)
        if status == "MY_HISTORY_APPROVAL":
            return any(not approval.may_answer(me) for approval in asked)
        return bool(asked)

    def any_of_these(issue: Issue) -> bool:
        return me in state.involved(issue)

    return {
        "OWNED_REQUESTS": lambda issue: issue.reporter == me,
        "PARTICIPATED_REQUESTS": lambda issue: me in state.participants(issue),
        "ALL_ORGANIZATIONS": shares,
        "ORGANIZATION": shares_named,
        "APPROVER": approves,
        "ALL_REQUESTS": any_of_these,
    }[ownership]


def _matches(call: Call, hit: Found) -> bool:
    desk, kind, issue = hit
    query, closed = call.query, issue.status.category == "done"
    wanted = {"CLOSED_REQUESTS": closed, "OPEN_REQUESTS": not closed}.get(query.get("requestStatus", ""), True)
    place, form = query.get("serviceDeskId"), query.get("requestTypeId")
    return (
        wanted
        and query.get("searchTerm", "").strip("*").lower() in issue.summary.lower()
        and (not place or find_desk(call, place) is desk)
        and (not form or form == kind.id)
    )


def _newest_first(call: Call, issue: Issue) -> list[tuple[datetime, Status]]:
    return statuses_of(call.jira, issue)[::-1]


def _portal_moves(call: Call, desk: ServiceDesk, issue: Issue) -> list[tuple[Transition, Outcome]]:
    offered = {outcome.transition: outcome for outcome in desk.portal_moves}
    return [(move, offered[move.id]) for move in call.moves(issue) if move.id in offered]


def _participants(call: Call, issue: Issue) -> Json:
    return page(call, state_of(call).participants(issue), window(call).user)


def _change_participants(call: Call, key: str, change: Callable[[list[str], list[str]], list[str]]) -> Answer:
    _, _, issue = find_request(call, key)
    given = account_ids(call, call.body())
    now = change(state_of(call).participants(issue), given)
    entry = call.jira.log(issue, call.account, set_custom(call, issue, {PARTICIPANTS: now}))
    call.effect("request.participants", issue, issue.id)
    tell_updated(call, issue, entry)
    return 200, _participants(call, issue)
