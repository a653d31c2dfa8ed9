"""Versions of a project: listed, made, changed, released, put in order, removed, counted."""

from datetime import date
from typing import Any

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.parts import administered, change_part, details_in, find_part, make_part, remove_part, using
from sandbox.jira.records import Named, Project
from sandbox.jira.render import Json

KINDS: dict[str, type] = {
    "description": str,
    "released": bool,
    "archived": bool,
    "startDate": str,
    "releaseDate": str,
}


def list_versions(call: Call, key: str) -> Answer:
    """GET project/{key}/versions."""
    project = call.project(key)
    return 200, [version_json(call, project, part) for part in project.versions]


def page_versions(call: Call, key: str) -> Answer:
    """GET project/{key}/version?query=&status=, in pages."""
    project, text = call.project(key), call.query.get("query", "").lower()
    kinds = {word for word in call.query.get("status", "").split(",") if word}
    told = [version_json(call, project, part) for part in project.versions]
    found = [one for one in told if text in one["name"].lower() and (not kinds or _state(one) in kinds)]
    return 200, call.full_page(found, f"project/{project.key}/version")


def post_version(call: Call) -> Answer:
    """POST version."""
    return 201, version_json(call, *make_part(call, "version", _about))


def get_version(call: Call, number: str) -> Answer:
    """GET version/{id}."""
    return 200, version_json(call, *find_part(call, "version", number))


def put_version(call: Call, number: str) -> Answer:
    """PUT version/{id}: its name and what else is named."""
    return 200, version_json(call, *change_part(call, "version", number, _about))


def delete_version(call: Call, number: str) -> Answer:
    """DELETE version/{id}?moveFixIssuesTo=&moveAffectedIssuesTo=."""
    query = call.query
    return _remove(call, number, query.get("moveFixIssuesTo"), query.get("moveAffectedIssuesTo"))


def remove_and_swap(call: Call, number: str) -> Answer:
    """POST version/{id}/removeAndSwap."""
    body = call.body()
    return _remove(call, number, body.get("moveFixIssuesTo"), body.get("moveAffectedIssuesTo"))


def move_version(call: Call, number: str) -> Answer:
    """POST version/{id}/move: `after` the address of another, or to a `position`."""
    (project, part), body = find_part(call, "version", number), call.body()
    administered(call, project)
    place, last = project.versions.index(part), len(project.versions) - 1
    places = {"First": 0, "Last": last, "Earlier": max(place - 1, 0), "Later": min(place + 1, last)}
    others = [one for one in project.versions if one is not part]
    if after := body.get("after"):
        _, before = find_part(call, "version", _number(after))
        goal = others.index(before) + 1
    elif body.get("position") in places:
        goal = places[body["position"]]
    else:
        raise JiraError(400, "One of 'after' and 'position' must be given.")
    project.versions[:] = [*others[:goal], part, *others[goal:]]
    call.effect("version.moved", None, part.id)
    return 200, version_json(call, project, part)


def count_related(call: Call, number: str) -> Answer:
    """GET version/{id}/relatedIssueCounts."""
    _, part = find_part(call, "version", number)
    fixed, affected = [*using(call, part, ("fix_versions",))], [*using(call, part, ("versions",))]
    return 200, {
        "self": call.lens.url(f"version/{part.id}"),
        "issuesFixedCount": len(fixed),
        "issuesAffectedCount": len(affected),
        "issueCountWithCustomFieldsShowingVersion": 0,
        "customFieldUsage": [],
    }


def count_unresolved(call: Call, number: str) -> Answer:
    """GET version/{id}/unresolvedIssueCount."""
    _, part = find_part(call, "version", number)
    issues = [issue for issue, _ in using(call, part, ("fix_versions",))]
    left = sum(issue.resolution is None for issue in issues)
    here = call.lens.url(f"version/{part.id}")
    return 200, {"self": here, "issuesUnresolvedCount": left, "issuesCount": len(issues)}


def version_json(call: Call, project: Project, part: Named) -> Json:
    """A version as its own endpoints tell it; overdue is what should be released by now."""
    said = {**call.lens.version_of_project(part), "projectId": int(project.id)}
    if "releaseDate" in said and not said["released"]:
        said["overdue"] = date.fromisoformat(said["releaseDate"]) < call.jira.clock.now().date()
    return said


def _remove(call: Call, number: str, fixed_in: Any, affects: Any) -> Answer:
    instead = {"fix_versions": fixed_in, "versions": affects}
    remove_part(call, "version", number, {name: other and _number(other) for name, other in instead.items()})
    return 204, None


def _number(place: Any) -> str:
    """The number of a version that is given by it or by its address."""
    return str(place).rpartition("/")[2]


def _about(body: Json) -> Json:
    about = details_in(body, KINDS)
    for name in ("startDate", "releaseDate"):
        try:
            date.fromisoformat(about.get(name, "2000-01-01"))
        except ValueError as error:
            raise JiraError(400, errors={name: "The date must be in the form 2026-01-31."}) from error
    return about


def _state(version: Json) -> str:
    return "archived" if version["archived"] else "released" if version["released"] else "unreleased"
