"""Issues: create, read, edit, delete, assign, and their changelog."""

from dataclasses import replace
from typing import Any

from sandbox.desk.forms import set_custom, take_custom
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.catalog import all_fields
from sandbox.jira.comments import add_comment, comments_to_add
from sandbox.jira.fields import EDIT_SCREEN, OFF_SCREEN, create_screen, read_fields, read_updates, set_fields
from sandbox.jira.payloads import tell_created, tell_deleted, tell_updated
from sandbox.jira.properties import read_properties
from sandbox.jira.records import Issue, Project
from sandbox.jira.render import Json
from sandbox.jira.rendered import rendered_fields
from sandbox.jira.transitions import told_moves

NO_SUCH_PROJECT = "Specify a valid project ID or key"


def create_issue(call: Call) -> Answer:
    """POST issue."""
    body = call.body()
    fields = dict(body.get("fields") or {})
    project = _project_for(call, fields.pop("project", None))
    custom = take_custom(call, project, fields)
    values = read_fields(call, project, fields, create_screen(call, project))
    required = {"summary": "You must specify a summary of the issue.", "issuetype": "Specify an issue type"}
    if missing := {name: text for name, text in required.items() if name not in values}:
        raise JiraError(400, errors=missing)
    if body.get("update"):
        raise JiraError(400, errors={name: OFF_SCREEN.format(name) for name in body["update"]})
    properties = read_properties(body)
    issue = make_issue(call, project, values, properties=properties, custom=custom)
    return 201, {"id": str(issue.id), "key": issue.key, "self": call.lens.url(f"issue/{issue.id}")}


def create_issues(call: Call) -> Answer:
    """POST issue/bulk: up to 50; those that are wrong are told beside those that are made, 400 when all are."""
    wanted = call.body().get("issueUpdates")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 50:
        raise JiraError(400, "From 1 to 50 issues can be created at once.")
    made, wrong = [], []
    for place, one in enumerate(wanted):
        try:
            made.append(create_issue(replace(call, payload=one))[1])
        except JiraError as error:
            wrong.append({"status": error.status, "elementErrors": error.body, "failedElementNumber": place})
    return (201 if made else 400), {"issues": made, "errors": wrong}


def make_issue(call: Call, project: Project, values: dict[str, Any], **more: dict[str, Any]) -> Issue:
    """A new issue of the caller's, told to everybody; `more` fills its `properties` and `custom` fields."""
    issue = _new_issue(call, project, values)
    set_fields(call, issue, values)
    issue.properties.update(more.get("properties", {}))
    issue.custom.update(more.get("custom", {}))
    issue.watchers.add(call.account.account_id)
    call.jira.add_issue(issue)
    call.effect("issue.created", issue, issue.id)
    tell_created(call.world, issue, call.account.account_id)
    return issue


def get_issue(call: Call, key: str) -> Answer:
    """GET issue/{key}: fields, expand=changelog|transitions, properties."""
    issue = call.issue(key)
    wanted = [word for text in call.query.getlist("fields") or ["*all"] for word in text.split(",") if word]
    said = call.lens.issue(issue, chosen_fields(call, issue, wanted))
    wanted_too = {word for text in call.query.getlist("expand") for word in text.split(",")}
    said |= expansions(call, issue, wanted_too)
    if "renderedFields" in wanted_too:
        said["renderedFields"] = rendered_fields(call.lens, issue, said["fields"])
    names = [word for text in call.query.getlist("properties") for word in text.split(",") if word]
    if names:
        said["properties"] = {k: v for k, v in issue.properties.items() if k in names or "*all" in names}
    return 200, said


def edit_issue(call: Call, key: str) -> Answer:
    """PUT issue/{key}: fields, update, properties."""
    issue, body = call.issue(key), call.body()
    if not call.may("edit", issue.project):
        raise JiraError(403, "You do not have permission to edit issues in this project.")
    update = body.get("update") or {}
    doubled = sorted(set(update) & set(body.get("fields") or {}))
    if doubled:
        raise JiraError(400, errors={name: f"Field '{name}' cannot be set and updated at once." for name in doubled})
    fields = {**(body.get("fields") or {}), **read_updates(call, issue, update)}
    custom = take_custom(call, issue.project, fields)
    values = read_fields(call, issue.project, fields, EDIT_SCREEN)
    comments = comments_to_add(call, issue, update)
    properties = read_properties(body)
    entry = call.jira.log(issue, call.account, [*set_fields(call, issue, values), *set_custom(call, issue, custom)])
    issue.properties.update(properties)
    call.effect("issue.edited", issue, issue.id)
    tell_updated(call, issue, entry, "issue_assigned" if {*values, *custom} == {"assignee"} else "issue_updated")
    for text, extra in comments:
        add_comment(call, issue, text, extra)
    return (
        (200, call.lens.issue(issue, call.lens.fields(issue)))
        if call.query.get("returnIssue") == "true"
        else (204, None)
    )


def assign_issue(call: Call, key: str) -> Answer:
    """PUT issue/{key}/assignee."""
    issue = call.issue(key)
    if not call.may("edit", issue.project):
        raise JiraError(403, "You do not have permission to assign issues.")
    wanted = call.body().get("accountId")
    values = read_fields(call, issue.project, {"assignee": wanted and {"accountId": wanted}}, EDIT_SCREEN)
    entry = call.jira.log(issue, call.account, set_fields(call, issue, values))
    call.effect("issue.assigned", issue, issue.id)
    tell_updated(call, issue, entry, "issue_assigned")
    return 204, None


def delete_issue(call: Call, key: str) -> Answer:
    """DELETE issue/{key}; subtasks need deleteSubtasks=true."""
    issue = call.issue(key)
    if not call.may("delete", issue.project):
        raise JiraError(403, "You do not have permission to delete issues in this project.")
    children = call.jira.children_of(issue)
    if children and call.query.get("deleteSubtasks") != "true":
        raise JiraError(400, f"The issue '{issue.key}' has subtasks. You must specify the 'deleteSubtasks' parameter.")
    for gone in [*children, issue]:
        tell_deleted(call, gone)
        call.jira.remove_issue(gone)
        call.effect("issue.deleted", gone, gone.id)
    return 204, None


def get_changelog(call: Call, key: str) -> Answer:
    """GET issue/{key}/changelog, oldest first, in pages."""
    issue = call.issue(key)
    page = call.page([call.lens.history(entry) for entry in issue.history], "values", size=100)
    last = page["startAt"] + len(page["values"]) >= page["total"]
    return 200, {**page, "isLast": last, "self": call.lens.url(f"issue/{issue.key}/changelog")}


def chosen_fields(call: Call, issue: Issue, wanted: list[str]) -> Json:
    """The fields that a request named: names, `*all`, `*navigable`, and `-name` to leave one out."""
    shunned = {word[1:] for word in wanted if word.startswith("-")}
    named = {word for word in wanted if not word.startswith("-")}
    some = named if named and not named & {"*all", "*navigable"} else None
    every = call.lens.fields(issue, some)
    if some is None or "comment" in some:
        every["comment"] = call.lens.comments(issue)
    if some is None or "worklog" in some:
        every["worklog"] = call.lens.worklogs(issue)
    if "*all" in named or not named:
        return {name: value for name, value in every.items() if name not in shunned}
    if "*navigable" in named:
        named |= set(every) - {"comment", "worklog"}
    return {name: value for name, value in every.items() if name in named - shunned}


def expansions(call: Call, issue: Issue, wanted: set[str]) -> Json:
    """What `expand` adds to an issue: changelog, transitions, names, schema."""
    said: Json = {}
    if "changelog" in wanted:
        recent = issue.history[::-1][:40]
        entries = [call.lens.history(entry) for entry in recent]
        said["changelog"] = {
            "startAt": 0,
            "maxResults": len(entries),
            "total": len(issue.history),
            "histories": entries,
        }
    if {"transitions", "transitions.fields"} & wanted:
        said["transitions"] = told_moves(call, call.moves(issue))
    about = {"names": lambda field: field["name"], "schema": lambda field: field["schema"]}
    for name in about.keys() & wanted:
        said[name] = {field["id"]: about[name](field) for field in all_fields(call)}
    return said


def _project_for(call: Call, wanted: Any) -> Project:
    name = wanted.get("key", wanted.get("id")) if isinstance(wanted, dict) else None
    project = call.jira.project(str(name)) if name else None
    if project is None or not call.jira.may("browse", call.account, project):
        raise JiraError(400, errors={"project": NO_SUCH_PROJECT})
    if not call.may("create", project):
        raise JiraError(400, errors={"project": "You do not have permission to create issues in this project."})
    return project


def _new_issue(call: Call, project: Project, values: dict[str, Any]) -> Issue:
    now = call.jira.clock.now()
    medium = next((named for named in call.jira.priorities if named.name == "Medium"), None)
    return Issue(
        id=call.jira.next_id(),
        key=f"{project.key}-{project.last_number + 1}",
        project=project,
        summary=values["summary"],
        type=values["issuetype"],
        status=project.first_status,
        priority=medium,
        creator=call.account.account_id,
        reporter=call.account.account_id,
        created=now,
        updated=now,
    )
