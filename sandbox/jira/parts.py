"""What components and versions have in common: they are parts of a project that issues name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sandbox.jira.call import Call, JiraError
from sandbox.jira.records import Issue, Named, Project

LISTS = ("components", "versions", "fix_versions")


def administered(call: Call, project: Project) -> Project:
    """A project that the caller may arrange; else 403."""
    if not call.jira.administers(call.account):
        raise JiraError(403, "You do not have permission to administer this project.")
    return project


def project_of(call: Call, body: dict[str, Any]) -> Project:
    """The project that a new part is for, by `projectId` or by its key in `project`."""
    wanted = body.get("projectId") or body.get("project")
    project = call.jira.project(str(wanted)) if wanted else None
    if project is None or not call.may("browse", project):
        raise JiraError(404, "The project specified does not exist or you do not have permission to see it.")
    return administered(call, project)


def find_part(call: Call, what: str, number: str) -> tuple[Project, Named]:
    """A `component` or a `version` by its id, with its project; else 404."""
    for project in call.jira.projects.values():
        for part in getattr(project, f"{what}s"):
            if part.id == number and call.may("browse", project):
                return project, part
    raise JiraError(404, f"The {what} with id {number} does not exist.")


def name_for(register: list[Named], wanted: Any, what: str, mine: Named | None = None) -> str:
    """A name that a part may have: some, and not one that another of the project has."""
    if not isinstance(wanted, str) or not wanted.strip() or len(wanted) > 255:
        raise JiraError(400, errors={"name": f"You must specify a valid {what} name"})
    if any(part.name.lower() == wanted.lower() for part in register if part is not mine):
        raise JiraError(400, errors={"name": f"A {what} with this name already exists in this project."})
    return wanted.strip()


def details_in(body: dict[str, Any], kinds: dict[str, type]) -> dict[str, Any]:
    """What a request says about a part, of the properties that it may have; 400 where one is of a wrong kind."""
    said = {name: body[name] for name in kinds if body.get(name) is not None}
    if wrong := [name for name, value in said.items() if not isinstance(value, kinds[name])]:
        raise JiraError(400, errors=dict.fromkeys(wrong, "The value is not valid."))
    return said


def make_part(call: Call, what: str, about_in: Callable[[dict[str, Any]], dict[str, Any]]) -> tuple[Project, Named]:
    """A new part of the project that the request names: `what` it is, and what else is said about it."""
    body = call.body()
    project = project_of(call, body)
    about, listed = about_in(body), getattr(project, f"{what}s")
    part = Named(id=str(call.jira.next_id()), name=name_for(listed, body.get("name"), what))
    listed.append(part)
    call.jira.details[part.id] = about
    call.effect(f"{what}.created", None, part.id)
    return project, part


def change_part(
    call: Call, what: str, number: str, about_in: Callable[[dict[str, Any]], dict[str, Any]]
) -> tuple[Project, Named]:
    """A part with the name that the request gives it, and what else is named there; issues name it so too."""
    (project, part), body = find_part(call, what, number), call.body()
    administered(call, project)
    about, listed = about_in(body), getattr(project, f"{what}s")
    changed = replace(part, name=name_for(listed, body.get("name", part.name), what, part))
    replace_in_issues(call, part, changed)
    _replace(project, what, part, changed)
    call.jira.details[part.id] = {**call.jira.details.get(part.id, {}), **about}
    call.effect(f"{what}.changed", None, part.id)
    return project, changed


def remove_part(call: Call, what: str, number: str, instead: Mapping[str, str | None]) -> None:
    """Take a part away; by the issues' list in which it stands, the number of the one that comes in its place."""
    project, part = find_part(call, what, number)
    administered(call, project)
    for register, other in instead.items():
        by = find_part(call, what, other)[1] if other else None
        replace_in_issues(call, part, by, (register,))
    _replace(project, what, part, None)
    call.jira.details.pop(part.id, None)
    call.effect(f"{what}.deleted", None, part.id)


def _replace(project: Project, what: str, part: Named, by: Named | None) -> None:
    listed: list[Named] = getattr(project, f"{what}s")
    place = listed.index(part)
    listed[place : place + 1] = [by] if by else []


def replace_in_issues(call: Call, part: Named, by: Named | None, lists: tuple[str, ...] = LISTS) -> None:
    """Have another part, or none, wherever an issue names it."""
    for issue, name in using(call, part, lists):
        kept = [by if one == part else one for one in getattr(issue, name)]
        setattr(issue, name, list(dict.fromkeys(one for one in kept if one is not None)))
        call.jira.index.touch(issue.id)


def using(call: Call, part: Named, lists: tuple[str, ...] = LISTS) -> Iterator[tuple[Issue, str]]:
    """The issues that name a part, each with the list in which."""
    for issue in call.jira.issues.values():
        for name in lists:
            if part in getattr(issue, name):
                yield issue, name
