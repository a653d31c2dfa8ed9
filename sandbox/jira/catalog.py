"""What the site consists of: server, fields, statuses, priorities, types, resolutions, projects."""

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.queries import custom_fields
from sandbox.jira.records import Named, Project
from sandbox.jira.render import CATEGORIES, Json, jira_time
from sandbox.jira.roles import role_links
from sandbox.jira.versions import version_json

DASHBOARD = "10000"

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
    "watches": ("Watchers", "watches"),
    "votes": ("Votes", "votes"),
    "attachment": ("Attachment", "array"),
    "timespent": ("Time Spent", "number"),
    "worklog": ("Log Work", "array"),
}
ITEMS = {
    "labels": "string",
    "components": "component",
    "versions": "version",
    "fixVersions": "version",
    "issuelinks": "issuelinks",
    "subtasks": "issuelinks",
    "worklog": "worklog",
    "attachment": "attachment",
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
    return 200, all_fields(call)


def all_fields(call: Call) -> list[Json]:
    """Every field of the site, Jira's own first."""
    told = [_field(name, *FIELDS[name]) for name in FIELDS]
    return told + [_field(name, *about) for name, about in sorted(custom_fields(call.world).items())]


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


def get_status(call: Call, name: str) -> Answer:
    """GET status/{id or name}."""
    found = next((one for one in call.jira.statuses.values() if name in (one.id, one.name)), None)
    if found is None:
        raise JiraError(404, f"The status with id '{name}' does not exist")
    return 200, call.lens.status(found)


def get_priority(call: Call, number: str) -> Answer:
    """GET priority/{id}."""
    return 200, call.lens.priority(_numbered(call.jira.priorities, number, "priority"))


def get_resolution(call: Call, number: str) -> Answer:
    """GET resolution/{id}."""
    return 200, call.lens.resolution(_numbered(call.jira.resolutions, number, "resolution"))


def get_issue_type(call: Call, number: str) -> Answer:
    """GET issuetype/{id}."""
    return 200, call.lens.issue_type(_numbered(call.jira.issue_types, number, "issue type"))


def list_categories(call: Call) -> Answer:
    """GET statuscategory: a bare list."""
    return 200, [call.lens.category(key) for key in CATEGORIES]


def get_category(call: Call, name: str) -> Answer:
    """GET statuscategory/{id or key}."""
    found = next((key for key, (number, *_) in CATEGORIES.items() if name in (key, str(number))), None)
    if found is None:
        raise JiraError(404, f"The status category '{name}' does not exist")
    return 200, call.lens.category(found)


def list_dashboards(call: Call) -> Answer:
    """GET dashboard: the one that every site has."""
    return 200, call.page([_dashboard(call)], "dashboards", size=20, largest=1000)


def get_dashboard(call: Call, number: str) -> Answer:
    """GET dashboard/{id}."""
    if number != DASHBOARD:
        raise JiraError(404, f"The dashboard with id '{number}' does not exist.")
    return 200, _dashboard(call)


def list_projects(call: Call) -> Answer:
    """GET project."""
    return 200, [call.lens.project(project) for project in _visible(call)]


def search_projects(call: Call) -> Answer:
    """GET project/search?query=&keys=&action=: with `create` and `edit` those where the caller may do that."""
    action = call.query.get("action", "view")
    if action not in ("view", "browse", "edit", "create"):
        raise JiraError(400, "The action must be one of view, browse, edit, create.")
    text, keys = call.query.get("query", "").lower(), call.query.getlist("keys")
    open_to = [p for p in _visible(call) if call.may("browse" if action in ("view", "browse") else action, p)]
    found = [p for p in open_to if text in f"{p.key} {p.name}".lower() and (not keys or p.key in keys)]
    return 200, call.full_page([call.lens.project(project) for project in found], "project/search", largest=100)


def get_project(call: Call, key: str) -> Answer:
    """GET project/{key}."""
    project = call.project(key)
    return 200, {
        **call.lens.project(project),
        "description": project.description,
        **call.lens.lead(project),
        "assigneeType": "UNASSIGNED",
        "components": [call.lens.component(named) for named in project.components],
        "versions": [version_json(call, project, named) for named in project.versions],
        "issueTypes": [call.lens.issue_type(named) for named in call.jira.issue_types],
        "roles": role_links(call, project),
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
    schema = schema_of(identity, kind)
    number = identity.removeprefix("customfield_")
    if sort:
        schema = {"type": kind, "custom": sort, "customId": int(number)}
    names = [f"cf[{number}]", name] if custom else [identity]
    return {**said, "searchable": True, "clauseNames": names, "schema": schema}


def list_labels(call: Call) -> Answer:
    """GET label, in pages."""
    labels = sorted({label for issue in call.jira.issues.values() for label in issue.labels})
    return 200, call.full_page(labels, "label", largest=1000)


def schema_of(identity: str, kind: str) -> Json:
    """The schema of one of Jira's own fields."""
    items = {"items": ITEMS[identity]} if kind == "array" and identity in ITEMS else {}
    return {"type": kind, **items, "system": identity}


def _numbered(register: list[Named], number: str, what: str) -> Named:
    found = next((named for named in register if named.id == number), None)
    if found is None:
        raise JiraError(404, f"The {what} with id '{number}' does not exist")
    return found


def _dashboard(call: Call) -> Json:
    return {
        "id": DASHBOARD,
        "name": "Default dashboard",
        "isFavourite": False,
        "popularity": 0,
        "self": call.lens.url(f"dashboard/{DASHBOARD}"),
        "view": f"{call.lens.base}/secure/Dashboard.jspa?selectPageId={DASHBOARD}",
        "sharePermissions": [{"type": "global"}],
        "editPermissions": [],
        "isWritable": False,
        "systemDashboard": True,
    }


def _visible(call: Call) -> list[Project]:
    return [project for project in call.jira.projects.values() if call.may("browse", project)]
