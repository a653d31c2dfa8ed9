"""Boards: listed, shown, their columns, their issues and their backlog."""

from sandbox.agile.render import board_json, place, sprint_json
from sandbox.agile.state import AgileState, Board
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.issues import chosen_fields, expansions
from sandbox.jira.records import Issue, Project
from sandbox.jira.render import Json
from sandbox.jira.search import found_by

COLUMNS = (("To Do", "new"), ("In Progress", "indeterminate"), ("Done", "done"))


def agile_of(call: Call) -> AgileState:
    """The state to work on."""
    return call.jira.agile


def list_boards(call: Call) -> Answer:
    """GET board?projectKeyOrId=&type=&name=: those whose project the caller may browse."""
    wanted = call.query.get("projectKeyOrId")
    project = call.project(wanted) if wanted else None
    kinds = [word for text in call.query.getlist("type") for word in text.split(",")]
    name = call.query.get("name", "").lower()
    boards = [
        board
        for board in agile_of(call).boards.values()
        if call.may("browse", _project(call, board))
        and (project is None or board.project == project.key)
        and (not kinds or board.kind in kinds)
        and name in board.name.lower()
    ]
    return 200, listing(call, [_shown(call, board) for board in boards])


def get_board(call: Call, number: str) -> Answer:
    """GET board/{id}."""
    return 200, _shown(call, find_board(call, number))


def post_board(call: Call) -> Answer:
    """POST board: name, type, and a location that is a project (the filter is its)."""
    body = call.body()
    location, kind = body.get("location"), body.get("type")
    wanted = location.get("projectKeyOrId") if isinstance(location, dict) else None
    if kind not in ("scrum", "kanban") or not wanted or not str(body.get("name") or "").strip():
        raise JiraError(400, "A board needs a name, the type scrum or kanban, and the project that it is in.")
    boards = agile_of(call).boards
    name, project = str(body["name"]), call.project(str(wanted))
    board = Board(id=max(boards, default=0) + 1, name=name, kind=kind, project=project.key)
    boards[board.id] = board
    call.effect("board.created", None, board.id)
    return 201, _shown(call, board)


def delete_board(call: Call, number: str) -> Answer:
    """DELETE board/{id}; its issues stay."""
    board = find_board(call, number)
    del agile_of(call).boards[board.id]
    call.effect("board.deleted", None, board.id)
    return 204, None


def get_configuration(call: Call, number: str) -> Answer:
    """GET board/{id}/configuration: a column for each category of statuses."""
    board = find_board(call, number)
    statuses = call.jira.statuses.values()
    columns = [
        {
            "name": name,
            "statuses": [{"id": s.id, "self": call.lens.url(f"status/{s.id}")} for s in statuses if s.category == kind],
        }
        for name, kind in COLUMNS
    ]
    return 200, {
        "id": board.id,
        "name": board.name,
        "type": board.kind,
        "self": place(call.lens.base, f"board/{board.id}/configuration"),
        "location": {"type": "project", "projectKeyOrId": board.project},
        "filter": {"id": str(10_000 + board.id), "self": call.lens.url(f"filter/{10_000 + board.id}")},
        "columnConfig": {"columns": columns, "constraintType": "none"},
        "estimation": {"type": "issueCount"},
        "ranking": {"rankCustomFieldId": 10019},
    }


def board_projects(call: Call, number: str) -> Answer:
    """GET board/{id}/project."""
    board = find_board(call, number)
    return 200, listing(call, [call.lens.project(_project(call, board))])


def board_sprints(call: Call, number: str) -> Answer:
    """GET board/{id}/sprint?state=active,future."""
    board = find_board(call, number)
    if board.kind == "kanban":
        raise JiraError(400, "The board does not support sprints")
    states = [word for text in call.query.getlist("state") for word in text.split(",") if word]
    if unknown := [word for word in states if word not in ("future", "active", "closed")]:
        raise JiraError(400, f"Invalid value '{unknown[0]}' for query parameter 'state'.")
    sprints = [s for s in agile_of(call).sprints.values() if s.board == board.id and (not states or s.state in states)]
    return 200, listing(call, [sprint_json(call.lens.base, sprint) for sprint in sprints])


def board_issues(call: Call, number: str) -> Answer:
    """GET board/{id}/issue?jql=&fields=."""
    board = find_board(call, number)
    return 200, issue_page(call, _within(call, board))


def board_backlog(call: Call, number: str) -> Answer:
    """GET board/{id}/backlog?jql=&fields=: not done, and in no sprint that is open or to come."""
    board = find_board(call, number)
    return 200, issue_page(call, [issue for issue in _within(call, board) if agile_of(call).waits(issue)])


def get_issue(call: Call, key: str) -> Answer:
    """GET issue/{key}, as Jira Software shows it."""
    return 200, _issue(call, call.issue(key))


def find_board(call: Call, number: str) -> Board:
    """A board whose project the caller may browse; else 404."""
    board = agile_of(call).boards.get(int(number)) if number.isdecimal() else None
    if board is None or not call.may("browse", _project(call, board)):
        raise JiraError(404, f"Board with id '{number}' does not exist or you do not have permission to view it.")
    return board


def listing(call: Call, items: list[Json]) -> Json:
    """A page of boards or sprints."""
    page = call.page(items, "values", size=50, largest=50)
    return {**page, "isLast": page["startAt"] + len(page["values"]) >= len(items)}


def issue_page(call: Call, issues: list[Issue]) -> Json:
    """A page of issues with the fields that the request names."""
    page = call.page(issues, "issues", size=50, largest=100)
    return {**page, "expand": "schema,names", "issues": [_issue(call, issue) for issue in page["issues"]]}


def narrowed(call: Call, jql: str) -> list[Issue]:
    """The issues of a query that also fit the `jql` of the request."""
    more, _, order = call.query.get("jql", "").partition("ORDER BY")
    both = f"({jql}) AND ({more})" if more.strip() else jql
    return found_by(call, f"{both} ORDER BY {order}" if order else f"{both} ORDER BY created ASC")


def _within(call: Call, board: Board) -> list[Issue]:
    return narrowed(call, f'project = "{board.project}"')


def _issue(call: Call, issue: Issue) -> Json:
    wanted = [word for text in call.query.getlist("fields") or ["*all"] for word in text.split(",") if word]
    said = call.lens.issue(issue, chosen_fields(call, issue, wanted))
    return said | expansions(call, issue, {word for text in call.query.getlist("expand") for word in text.split(",")})


def _project(call: Call, board: Board) -> Project:
    return call.jira.projects[board.project]


def _shown(call: Call, board: Board) -> Json:
    return board_json(call.lens.base, board, _project(call, board))
