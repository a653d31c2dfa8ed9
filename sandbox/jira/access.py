"""Who may do what, as Jira tells it: mypermissions and the bulk check."""

from typing import Any

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import Account, Project

PERMISSIONS = {
    "BROWSE_PROJECTS": "browse",
    "CREATE_ISSUES": "create",
    "EDIT_ISSUES": "edit",
    "ASSIGN_ISSUES": "edit",
    "ADD_COMMENTS": "comment",
    "DELETE_OWN_COMMENTS": "uncomment",
    "TRANSITION_ISSUES": "transition",
    "RESOLVE_ISSUES": "resolve",
    "LINK_ISSUES": "link",
    "VIEW_VOTERS_AND_WATCHERS": "browse",
    "MANAGE_WATCHERS": "edit",
    "DELETE_ISSUES": "delete",
    "MODIFY_REPORTER": "report",
    "WORK_ON_ISSUES": "work",
    "MANAGE_SPRINTS_PERMISSION": "sprint",
}
GLOBAL = {"ADMINISTER", "USER_PICKER"}


def my_permissions(call: Call) -> Answer:
    """GET mypermissions?permissions=A,B, in a project or an issue where one is named."""
    wanted = [word for word in call.query.get("permissions", "").split(",") if word]
    if not wanted:
        raise JiraError(400, "The 'permissions' query parameter is required.")
    unknown = [word for word in wanted if word not in PERMISSIONS and word not in GLOBAL]
    if unknown:
        raise JiraError(400, f"Unrecognized permission(s): {', '.join(unknown)}")
    projects = _projects_meant(call)
    said = {}
    for number, word in enumerate(wanted):
        has = _has(call, word, projects)
        kind = "PROJECT" if word in PERMISSIONS else "GLOBAL"
        name = word.replace("_", " ").capitalize()
        said[word] = {
            "id": str(number),
            "key": word,
            "name": name,
            "type": kind,
            "description": "",
            "havePermission": has,
        }
    return 200, {"permissions": said}


def check_permissions(call: Call) -> Answer:
    """POST permissions/check: which projects and issues an account has project permissions for."""
    body = call.body()
    account = call.jira.accounts.get(str(body.get("accountId") or call.account.account_id))
    if account not in (None, call.account) and not call.jira.administers(call.account):
        raise JiraError(403, "You may only ask for your own permissions.")
    if account is None:
        raise JiraError(400, f"The account id {body.get('accountId')} does not exist.")
    granted = []
    for asked in body.get("projectPermissions") or []:
        if not isinstance(asked, dict) or not isinstance(asked.get("permissions"), list):
            raise JiraError(400, "Each entry of projectPermissions needs a list of permissions.")
        granted += [_grants(call, account, word, asked) for word in asked["permissions"]]
    return 200, {"globalPermissions": [], "projectPermissions": granted}


def _grants(call: Call, account: Account, word: str, asked: dict[str, Any]) -> dict[str, Any]:
    if word not in PERMISSIONS:
        raise JiraError(400, f"Unrecognized permission: {word}")
    issues = [call.jira.issue(str(number)) for number in asked.get("issues") or []]
    projects = [call.jira.project(str(number)) for number in asked.get("projects") or []]
    permission, jira = PERMISSIONS[word], call.jira
    return {
        "permission": word,
        "issues": [
            i.id for i in issues if i and jira.may_browse(account, i) and jira.may(permission, account, i.project)
        ],
        "projects": [int(p.id) for p in projects if p and jira.may(permission, account, p)],
    }


def _has(call: Call, word: str, projects: list[Project]) -> bool:
    if word in GLOBAL:
        return word != "ADMINISTER" or call.jira.administers(call.account)
    return any(call.may(PERMISSIONS[word], project) for project in projects)


def _projects_meant(call: Call) -> list[Project]:
    if key := call.query.get("issueKey") or call.query.get("issueId"):
        return [call.issue(key).project]
    if key := call.query.get("projectKey") or call.query.get("projectId"):
        return [call.project(key)]
    return list(call.jira.projects.values())
