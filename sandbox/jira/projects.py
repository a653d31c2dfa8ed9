"""Projects as administrators arrange them: made, changed, removed, and the schemes that clients ask for first."""

import re
from typing import Any

from sandbox.agile.state import Board
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import Project
from sandbox.jira.render import Json
from sandbox.jira.seeding import EVERYBODYS_ROLES

KEY = re.compile(r"[A-Z][A-Z0-9_]{1,9}")
TYPES = ("software", "service_desk", "business")
SCHEME = "Default {} scheme"


def post_project(call: Call) -> Answer:
    """POST project: key, name, projectTypeKey, leadAccountId, description; a software project gets a board."""
    body = call.body()
    _administering(call)
    key, kind = str(body.get("key", "")), str(body.get("projectTypeKey") or "software")
    errors = _mistakes(call, key, body.get("name"), kind)
    lead = str(body.get("leadAccountId") or call.account.account_id)
    if lead not in call.jira.accounts:
        errors["projectLead"] = "You must specify a valid project lead."
    if errors:
        raise JiraError(400, errors=errors)
    first = next(status for status in call.jira.statuses.values() if status.category == "new")
    project = Project(
        id=str(call.jira.next_id()),
        key=key,
        name=str(body["name"]),
        type=kind,
        first_status=first,
        roles=dict(EVERYBODYS_ROLES),
        lead=lead,
        description=str(body.get("description") or ""),
    )
    call.jira.projects[key] = project
    if kind == "software":
        boards = call.jira.agile.boards
        number = max(boards, default=0) + 1
        boards[number] = Board(id=number, name=f"{key} board", kind="scrum", project=key)
    call.effect("project.created", None, project.id)
    return 201, {"self": call.lens.url(f"project/{project.id}"), "id": int(project.id), "key": key}


def put_project(call: Call, key: str) -> Answer:
    """PUT project/{key}: name, description, leadAccountId."""
    project, body = call.project(key), call.body()
    _administering(call)
    lead = str(body.get("leadAccountId") or project.lead or "")
    if lead and lead not in call.jira.accounts:
        raise JiraError(400, errors={"projectLead": "You must specify a valid project lead."})
    project.name = str(body.get("name") or project.name)
    project.description = str(body.get("description", project.description) or "")
    project.lead = lead or None
    call.effect("project.changed", None, project.id)
    return 200, {**call.lens.project(project), "description": project.description, **call.lens.lead(project)}


def delete_project(call: Call, key: str) -> Answer:
    """DELETE project/{key}, with all that is in it; not one that has a service desk here."""
    project = call.project(key)
    _administering(call)
    if call.world.desk.desk_of(project) is not None:
        raise JiraError(400, "The sandbox keeps its service desks.")
    for issue in [one for one in call.jira.issues.values() if one.project is project]:
        call.jira.remove_issue(issue)
    boards = call.jira.agile.boards
    for number in [board.id for board in boards.values() if board.project == project.key]:
        del boards[number]
    del call.jira.projects[project.key]
    call.effect("project.deleted", None, project.id)
    return 204, None


def permission_schemes(call: Call) -> Answer:
    """GET permissionscheme: the one that there is."""
    said = {"id": 0, "self": call.lens.url("permissionscheme/0"), "name": SCHEME.format("permission"), "expand": ""}
    return 200, {"permissionSchemes": [said]}


def security_schemes(call: Call) -> Answer:
    """GET issuesecurityschemes: the one that there is."""
    said = {"id": 10_000, "self": call.lens.url("issuesecurityschemes/10000"), "name": SCHEME.format("security")}
    return 200, {"issueSecuritySchemes": [said]}


def categories(call: Call) -> Answer:
    """GET projectCategory: none."""
    return 200, []


def _administering(call: Call) -> None:
    if not call.jira.administers(call.account):
        raise JiraError(403, "You do not have permission to administer projects.")


def _mistakes(call: Call, key: str, name: Any, kind: str) -> dict[str, str]:
    said: Json = {}
    if not KEY.fullmatch(key):
        said["projectKey"] = "Project keys must start with a capital letter, followed by capitals or digits."
    elif taken := call.jira.project(key):
        said["projectKey"] = f"Project '{taken.name}' uses this project key."
    if not isinstance(name, str) or not name.strip():
        said["projectName"] = "You must specify a valid project name."
    elif name.lower() in [project.name.lower() for project in call.jira.projects.values()]:
        said["projectName"] = "A project with that name already exists."
    if kind not in TYPES:
        said["projectTypeKey"] = "An invalid project type was specified."
    return said
