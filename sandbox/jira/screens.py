"""What may be written: editmeta of an issue, and createmeta in both of its forms."""

from collections.abc import Callable, Iterable

from sandbox.desk.forms import writable
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.catalog import FIELDS, schema_of
from sandbox.jira.fields import EDIT_SCREEN, create_screen
from sandbox.jira.records import Named, Project
from sandbox.jira.render import Json

REQUIRED = ("summary", "issuetype", "project")
MANY = ("labels", "components", "versions", "fixVersions")


def edit_meta(call: Call, key: str) -> Answer:
    """GET issue/{key}/editmeta; nothing for who may not edit."""
    issue = call.issue(key)
    if not call.may("edit", issue.project):
        return 200, {"fields": {}}
    told = {name: _field(call, issue.project, name) for name in sorted(EDIT_SCREEN)} | _custom(call, issue.project)
    return 200, {"fields": {**told, "comment": _comment()}}


def create_meta(call: Call) -> Answer:
    """GET issue/createmeta?projectKeys=&issuetypeNames=: fields only with expand=projects.issuetypes.fields."""
    projects = [project for project in call.jira.projects.values() if _wanted(call, project)]
    shown = [project for project in projects if call.may("create", project)]
    return 200, {"expand": "projects", "projects": [_project(call, project) for project in shown]}


def create_types(call: Call, key: str) -> Answer:
    """GET issue/createmeta/{project}/issuetypes, in pages."""
    _creatable(call, key)
    types = [{**call.lens.issue_type(named), "expand": "fields"} for named in call.jira.issue_types]
    return 200, call.page(types, "issueTypes", size=50, largest=200)


def create_fields(call: Call, key: str, kind: str) -> Answer:
    """GET issue/createmeta/{project}/issuetypes/{id}: its fields, in pages."""
    project = _creatable(call, key)
    if kind not in [named.id for named in call.jira.issue_types]:
        raise JiraError(404, f"The issue type with id {kind} does not exist.")
    fields = [{**about, "fieldId": name} for name, about in _creating(call, project).items()]
    return 200, call.page(fields, "fields", size=50, largest=200)


def _creatable(call: Call, key: str) -> Project:
    project = call.project(key)
    if not call.may("create", project):
        raise JiraError(403, "You do not have permission to create issues in this project.")
    return project


def _wanted(call: Call, project: Project) -> bool:
    keys, ids = _listed(call, "projectKeys"), _listed(call, "projectIds")
    return (not keys and not ids) or project.key in keys or project.id in ids


def _listed(call: Call, name: str) -> list[str]:
    return [word for text in call.query.getlist(name) for word in text.split(",") if word]


def _project(call: Call, project: Project) -> Json:
    told = {name: call.lens.project(project)[name] for name in ("self", "id", "key", "name", "avatarUrls")}
    names, ids = call.query.getlist("issuetypeNames"), call.query.getlist("issuetypeIds")
    types = [
        call.lens.issue_type(named)
        for named in call.jira.issue_types
        if (not names and not ids) or named.name in names or named.id in ids
    ]
    if call.expands("projects.issuetypes.fields"):
        types = [{**kind, "expand": "fields", "fields": _creating(call, project)} for kind in types]
    return {**told, "issuetypes": types}


def _creating(call: Call, project: Project) -> Json:
    names = sorted({*create_screen(call, project), "project"})
    return {name: _field(call, project, name) for name in names} | _custom(call, project)


def _field(call: Call, project: Project, name: str) -> Json:
    said: Json = {
        "required": name in REQUIRED,
        "schema": schema_of(name, FIELDS[name][1]),
        "name": FIELDS[name][0],
        "key": name,
        "hasDefaultValue": name in ("priority", "reporter"),
        "operations": ["add", "set", "remove"] if name in MANY else ["set"],
    }
    values = _allowed(call, project, name)
    return said if values is None else {**said, "allowedValues": values}


def _allowed(call: Call, project: Project, name: str) -> list[Json] | None:
    lens, jira = call.lens, call.jira
    if name == "project":
        return [lens.project(project)]
    if name == "issuetype":
        return [lens.issue_type(named) for named in jira.issue_types]
    if name == "security":
        seen = [level for level in project.security if jira.may_set_level(call.account, project, level)]
        return [{"id": level, "name": level} for level in seen]
    registers: dict[str, tuple[Callable[[Named], Json | None], Iterable[Named]]] = {
        "priority": (lens.priority, jira.priorities),
        "components": (lens.component, project.components),
        "versions": (lens.version_of_project, project.versions),
        "fixVersions": (lens.version_of_project, project.versions),
    }
    if name not in registers:
        return None
    shown, register = registers[name]
    return [told for named in register if (told := shown(named))]


def _custom(call: Call, project: Project) -> Json:
    return {
        name: {
            "required": False,
            "schema": {"type": field.kind, "customId": int(name.removeprefix("customfield_"))},
            "name": field.label,
            "key": name,
            "hasDefaultValue": False,
            "operations": ["set"],
        }
        for name, field in writable(call.world.desk, project).items()
    }


def _comment() -> Json:
    schema = {"type": "comments-page", "system": "comment"}
    return {
        "required": False,
        "schema": schema,
        "name": "Comment",
        "key": "comment",
        "hasDefaultValue": False,
        "operations": ["add"],
    }
