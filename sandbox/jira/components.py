"""Components of a project: listed, made, changed, removed, counted."""

from functools import partial

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.parts import change_part, details_in, find_part, make_part, remove_part, using
from sandbox.jira.records import Named, Project
from sandbox.jira.render import Json

KINDS: dict[str, type] = {"description": str, "assigneeType": str, "leadAccountId": str}
ASSIGNED_TO = ("PROJECT_DEFAULT", "COMPONENT_LEAD", "PROJECT_LEAD", "UNASSIGNED")


def list_components(call: Call, key: str) -> Answer:
    """GET project/{key}/components."""
    project = call.project(key)
    return 200, [component_json(call, project, part) for part in project.components]


def page_components(call: Call, key: str) -> Answer:
    """GET project/{key}/component?query=, in pages, each with its number of issues."""
    project, text = call.project(key), call.query.get("query", "").lower()
    found = [part for part in project.components if text in part.name.lower()]
    listed = [{**component_json(call, project, part), "issueCount": len([*using(call, part)])} for part in found]
    return 200, call.full_page(listed, f"project/{project.key}/component")


def post_component(call: Call) -> Answer:
    """POST component."""
    return 201, component_json(call, *make_part(call, "component", partial(_about, call)))


def get_component(call: Call, number: str) -> Answer:
    """GET component/{id}."""
    return 200, component_json(call, *find_part(call, "component", number))


def put_component(call: Call, number: str) -> Answer:
    """PUT component/{id}: its name and what else is named."""
    return 200, component_json(call, *change_part(call, "component", number, partial(_about, call)))


def delete_component(call: Call, number: str) -> Answer:
    """DELETE component/{id}?moveIssuesTo=: its issues get the other one, or none."""
    remove_part(call, "component", number, {"components": call.query.get("moveIssuesTo")})
    return 204, None


def count_issues(call: Call, number: str) -> Answer:
    """GET component/{id}/relatedIssueCounts."""
    _, part = find_part(call, "component", number)
    return 200, {"self": call.lens.url(f"component/{part.id}"), "issueCount": len([*using(call, part)])}


def component_json(call: Call, project: Project, part: Named) -> Json:
    """A component as its own endpoints tell it."""
    about = call.jira.details.get(part.id, {})
    kind = about.get("assigneeType", "PROJECT_DEFAULT")
    said = {**call.lens.component(part), "project": project.key, "projectId": int(project.id)}
    lead = {"lead": call.lens.user(about["leadAccountId"])} if about.get("leadAccountId") else {}
    return {**said, **lead, "assigneeType": kind, "realAssigneeType": kind, "isAssigneeTypeValid": True}


def _about(call: Call, body: Json) -> Json:
    about = details_in(body, KINDS)
    if about.get("assigneeType", ASSIGNED_TO[0]) not in ASSIGNED_TO:
        raise JiraError(400, errors={"assigneeType": "The assignee type is invalid."})
    if about.get("leadAccountId") and about["leadAccountId"] not in call.jira.accounts:
        raise JiraError(400, errors={"leadAccountId": f"The user {about['leadAccountId']} does not exist."})
    return about
