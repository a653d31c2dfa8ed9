"""Sprints: made, started, closed, removed, and filled with issues."""

from datetime import UTC, datetime
from typing import Any

from sandbox.agile.boards import agile_of, find_board, issue_page, narrowed
from sandbox.agile.render import sprint_json
from sandbox.agile.state import Sprint
from sandbox.clock import epoch_ms
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.payloads import tell_updated
from sandbox.jira.records import SPRINT, Change, Issue
from sandbox.jira.render import Json

NEXT = {"future": "active", "active": "closed"}
MOST = 50


def post_sprint(call: Call) -> Answer:
    """POST sprint: name, originBoardId, and dates and a goal if wanted."""
    body = call.body()
    board = find_board(call, str(body.get("originBoardId")))
    if not _manages(call, board.project):
        raise JiraError(403, "You do not have permission to manage sprints.")
    sprint = Sprint(id=call.jira.next_id(), name=_name(body), board=board.id, goal=str(body.get("goal") or ""))
    sprint.start, sprint.end = _dates(body, sprint)
    agile_of(call).sprints[sprint.id] = sprint
    return 201, _told(call, sprint, "created")


def get_sprint(call: Call, number: str) -> Answer:
    """GET sprint/{id}."""
    return 200, sprint_json(call.lens.base, _find(call, number))


def change_sprint(call: Call, number: str) -> Answer:
    """POST sprint/{id}, where what is not named stays: names, dates, and the state, future to active to closed."""
    sprint, body = _managed(call, number), call.body()
    wanted = body.get("state", sprint.state)
    name = _name(body) if "name" in body else sprint.name
    start, end = _dates(body, sprint)
    if wanted not in (sprint.state, NEXT.get(sprint.state)):
        raise JiraError(400, f"A sprint that is {sprint.state} cannot become {wanted}.")
    if wanted == "active" and (start is None or end is None):
        raise JiraError(400, errors={"startDate": "A sprint needs a start and an end date to be started."})
    others = [s for s in agile_of(call).sprints.values() if s.board == sprint.board and s is not sprint]
    if wanted == "active" and any(other.state == "active" for other in others):
        raise JiraError(400, "Another sprint of this board is active, and parallel sprints are not enabled.")
    moved = wanted != sprint.state
    sprint.name, sprint.start, sprint.end, sprint.state = name, start, end, wanted
    sprint.goal = str(body.get("goal", sprint.goal) or "")
    if moved and wanted == "closed":
        sprint.completed = call.jira.clock.now()
    words = {"active": "started", "closed": "closed"}[wanted] if moved else "updated"
    return 200, _told(call, sprint, words)


def put_sprint(call: Call, number: str) -> Answer:
    """PUT sprint/{id}: all of it; a name and a state are needed."""
    body = call.body()
    if missing := [name for name in ("name", "state") if name not in body]:
        raise JiraError(400, errors={name: f"The {name} is required." for name in missing})
    return change_sprint(call, number)


def delete_sprint(call: Call, number: str) -> Answer:
    """DELETE sprint/{id}: its issues go back to the backlog."""
    sprint = _managed(call, number)
    if sprint.state == "active":
        raise JiraError(400, "An active sprint cannot be deleted.")
    for issue in [i for i in call.jira.issues.values() if sprint in agile_of(call).sprints_of(i)]:
        _set(call, issue, [number for number in issue.custom[SPRINT] if number != sprint.id])
    del agile_of(call).sprints[sprint.id]
    _told(call, sprint, "deleted")
    return 204, None


def sprint_issues(call: Call, number: str) -> Answer:
    """GET sprint/{id}/issue?jql=&fields=."""
    return 200, issue_page(call, narrowed(call, f"sprint = {_find(call, number).id}"))


def board_sprint_issues(call: Call, board: str, number: str) -> Answer:
    """GET board/{id}/sprint/{id}/issue?jql=&fields=."""
    place, sprint = find_board(call, board), _find(call, number)
    return 200, issue_page(call, narrowed(call, f'sprint = {sprint.id} AND project = "{place.project}"'))


def move_to_sprint(call: Call, number: str) -> Answer:
    """POST sprint/{id}/issue: up to 50 issues into a sprint that is not closed; 204."""
    sprint = _find(call, number)
    if sprint.state == "closed":
        raise JiraError(400, "Issues can only be moved to open or active sprints.")
    for issue in _issues(call):
        past = [s.id for s in agile_of(call).sprints_of(issue) if s.state == "closed"]
        _set(call, issue, [*past, sprint.id])
    return 204, None


def move_to_backlog(call: Call) -> Answer:
    """POST backlog/issue: up to 50 issues out of sprints that are open or to come; 204."""
    for issue in _issues(call):
        _set(call, issue, [s.id for s in agile_of(call).sprints_of(issue) if s.state == "closed"])
    return 204, None


def _issues(call: Call) -> list[Issue]:
    names = call.body().get("issues")
    if not isinstance(names, list) or not 0 < len(names) <= MOST:
        raise JiraError(400, f"The issues must be a list of 1 to {MOST} ids or keys.")
    issues = [call.issue(str(name)) for name in names]
    if any(not call.may("edit", issue.project) for issue in issues):
        raise JiraError(403, "You do not have permission to edit all of these issues.")
    return issues


def _set(call: Call, issue: Issue, numbers: list[int]) -> None:
    sprints, before = agile_of(call).sprints, issue.custom.get(SPRINT) or []
    issue.custom[SPRINT] = numbers
    ids, names = zip(
        *((", ".join(map(str, some)), ", ".join(sprints[n].name for n in some)) for some in (before, numbers)),
        strict=True,
    )
    ends = {"before": ids[0], "before_text": names[0], "after": ids[1], "after_text": names[1]}
    entry = call.jira.log(issue, call.account, [Change(field="Sprint", field_id=SPRINT, **ends)])
    if entry:
        call.effect("issue.edited", issue, issue.id)
    tell_updated(call, issue, entry)


def _told(call: Call, sprint: Sprint, what: str) -> Json:
    said = sprint_json(call.lens.base, sprint)
    call.effect(f"sprint.{what}", None, sprint.id)
    payload = {"timestamp": epoch_ms(call.jira.clock.now()), "webhookEvent": f"sprint_{what}", "sprint": said}
    call.world.webhooks.emit(f"sprint_{what}", payload, lambda jql: not jql)
    return said


def _find(call: Call, number: str) -> Sprint:
    sprint = agile_of(call).sprints.get(int(number)) if number.isdecimal() else None
    if sprint is None:
        raise JiraError(404, "Sprint does not exist or you do not have permission to view it.")
    find_board(call, str(sprint.board))
    return sprint


def _managed(call: Call, number: str) -> Sprint:
    sprint = _find(call, number)
    if not _manages(call, find_board(call, str(sprint.board)).project):
        raise JiraError(403, "You do not have permission to manage sprints.")
    return sprint


def _manages(call: Call, project: str) -> bool:
    return call.may("sprint", call.jira.projects[project])


def _name(body: Json) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 30:
        raise JiraError(400, errors={"name": "A sprint's name has 1 to 30 characters."})
    return name.strip()


def _dates(body: Json, sprint: Sprint) -> tuple[datetime | None, datetime | None]:
    start, end = (
        _moment(name, body[name]) if name in body else known
        for name, known in (("startDate", sprint.start), ("endDate", sprint.end))
    )
    if start and end and end <= start:
        raise JiraError(400, errors={"endDate": "The end date must be after the start date."})
    return start, end


def _moment(name: str, value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise JiraError(400, errors={name: f"Error parsing the date {value!r}."}) from error
