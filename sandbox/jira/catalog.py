"""What the site consists of: server, fields, statuses, priorities, types, resolutions, projects."""

from sandbox.desk.fields import known_fields
from sandbox.jira.call import Answer, Call
from sandbox.jira.records import Project
from sandbox.jira.render import Json, jira_time

FIELDS = {
    "summary": ("Summary", "string"),
    "description": ("Description", "string"),
    "environment": ("Environment", "string"),
    "issuetype": ("Issue Type", "issuetype"),
    "project": ("Project", "project"),
    "status": ("Status", "status"),
    "priority": ("Priority", "priority"),
    "resolution": ("Resolution", "resolution"),
    "resolutiondate": ("Resolved", "datetime"),
    "labels": ("Labels", "array"),
    "components": ("Components", "array"),
    "versions": ("Affects versions", "array"),
    "fixVersions": ("Fix versions", "array"),
    "assignee": ("Assignee", "user"),
    "reporter": ("Reporter", "user"),
    "creator": ("Creator", "user"),
    "created": ("Created", "datetime"),
    "updated": ("Updated", "datetime"),
    "duedate": ("Due date", "date"),
    "security": ("Security Level", "securitylevel"),
    "issuelinks": ("Linked Issues", "array"),
    "subtasks": ("Sub-tasks", "array"),
    "comment": ("Comment", "comments-page"),
    "parent": ("Parent", "issuelink"),
}


def server_info(call: Call) -> Answer:
    """GET serverInfo."""
    return 200, {
        "baseUrl": call.lens.base,
        "displayUrl": call.lens.base,
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100300,
        "buildDate": "2026-11-01T00:00:00.000+0000",
        "serverTime": jira_time(call.jira.clock.now()),
        "scmInfo": "sandbox",
        "serverTitle": "Jira",
        "serverTimeZone": "Etc/UTC",
    }


def list_fields(call: Call) -> Answer:
    """GET field."""
    desks = known_fields(call.world.desk)
    named = {name for name, *_ in desks}
    custom = sorted({name for issue in call.jira.issues.values() for name in issue.custom if name not in named})
    told = [_field(name, *FIELDS[name]) for name in FIELDS] + [_field(name, name, "any") for name in custom]
    return 200, told + [_field(name, words, kind, sort) for name, words, kind, sort in desks]


def list_statuses(call: Call) -> Answer:
    """GET status."""
    return 200, [call.lens.status(status) for status in call.jira.statuses.values()]


def list_priorities(call: Call) -> Answer:
    """GET priority."""
    return 200, [call.lens.priority(named) for named in call.jira.priorities]


def list_resolutions(call: Call) -> Answer:
    """GET resolution."""
    return 200, [call.lens.resolution(named) for named in call.jira.resolutions]


def list_issue_types(call: Call) -> Answer:
    """GET issuetype."""
    return 200, [call.lens.issue_type(named) for named in call.jira.issue_types]


def list_projects(call: Call) -> Answer:
    """GET project."""
    return 200, [call.lens.project(project) for project in _visible(call)]


def search_projects(call: Call) -> Answer:
    """GET project/search?query=&keys=."""
    text, keys = call.query.get("query", "").lower(), call.query.getlist("keys")
    found = [p for p in _visible(call) if text in f"{p.key} {p.name}".lower() and (not keys or p.key in keys)]
    page = call.page([call.lens.project(project) for project in found], "values", size=50)
    last = page["startAt"] + len(page["values"]) >= page["total"]
    return 200, {**page, "isLast": last, "self": call.lens.url("project/search")}


def get_project(call: Call, key: str) -> Answer:
    """GET project/{key}."""
    project = call.project(key)
    return 200, {
        **call.lens.project(project),
        "description": "",
        "assigneeType": "UNASSIGNED",
        "components": [call.lens.named("component", named) for named in project.components],
        "versions": [call.lens.named("version", named) for named in project.versions],
        "issueTypes": [call.lens.issue_type(named) for named in call.jira.issue_types],
        "roles": {},
    }


def project_statuses(call: Call, key: str) -> Answer:
    """GET project/{key}/statuses: the statuses of every issue type."""
    call.project(key)
    statuses = [call.lens.status(status) for status in call.jira.statuses.values()]
    types = [call.lens.issue_type(named) for named in call.jira.issue_types]
    wanted = ("self", "id", "name", "subtask")
    return 200, [{**{name: kind[name] for name in wanted}, "statuses": statuses} for kind in types]


def _field(identity: str, name: str, kind: str, sort: str | None = None) -> Json:
    custom = identity.startswith("customfield_")
    said = {"id": identity, "key": identity, "name": name, "custom": custom, "orderable": True, "navigable": True}
    schema: Json = {"type": kind, "system": identity}
    if sort:
        schema = {"type": kind, "custom": sort, "customId": int(identity.removeprefix("customfield_"))}
    return {**said, "searchable": True, "clauseNames": [identity], "schema": schema}


def _visible(call: Call) -> list[Project]:
    return [project for project in call.jira.projects.values() if call.may("browse", project)]
