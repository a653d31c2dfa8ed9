"""Boards and sprints as Jira Software's JSON. Reads only."""

from typing import Any

from sandbox.agile.state import AgileState, Board, Sprint
from sandbox.clock import iso_z
from sandbox.jira.records import SPRINT, Issue, Project

Json = dict[str, Any]


def place(base: str, path: str) -> str:
    """The address of a resource."""
    return f"{base}/rest/agile/1.0/{path}"


def board_json(base: str, board: Board, project: Project) -> Json:
    """A board with where it belongs."""
    location = {
        "projectId": int(project.id),
        "displayName": f"{project.name} ({project.key})",
        "projectName": project.name,
        "projectKey": project.key,
        "projectTypeKey": project.type,
        "name": f"{project.name} ({project.key})",
    }
    said = {"id": board.id, "self": place(base, f"board/{board.id}"), "name": board.name, "type": board.kind}
    return {**said, "location": location, "isPrivate": False}


def sprint_json(base: str, sprint: Sprint) -> Json:
    """A sprint; dates only where it has them."""
    dates = {"startDate": sprint.start, "endDate": sprint.end, "completeDate": sprint.completed}
    return {
        "id": sprint.id,
        "self": place(base, f"sprint/{sprint.id}"),
        "state": sprint.state,
        "name": sprint.name,
        **{name: iso_z(moment) for name, moment in dates.items() if moment},
        "originBoardId": sprint.board,
        "goal": sprint.goal,
    }


def agile_fields(state: AgileState, issue: Issue) -> Json:
    """The field Sprint of an issue, as Jira shows it there."""
    if issue.project.key not in {board.project for board in state.boards.values()}:
        return {}
    sprints = [_in_issue(sprint) for sprint in state.sprints_of(issue)]
    return {SPRINT: sprints or None}


def _in_issue(sprint: Sprint) -> Json:
    said = {name: value for name, value in sprint_json("", sprint).items() if name not in ("self", "originBoardId")}
    return {**said, "boardId": sprint.board}
