"""Entity properties of issues and comments: keys of up to 255 characters, JSON values of up to 32,768."""

import json
from typing import Any

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import Comment, Issue


def read_properties(body: dict[str, Any]) -> dict[str, Any]:
    """The `properties` list of a request as a dictionary; 400 when it is malformed."""
    listed = body.get("properties") or []
    if not isinstance(listed, list) or not all(isinstance(p, dict) and {"key", "value"} <= set(p) for p in listed):
        raise JiraError(400, "The properties must be a list of objects with key and value.")
    return {_key(entry["key"]): _value(entry["value"]) for entry in listed}


def list_issue_properties(call: Call, key: str) -> Answer:
    """GET issue/{key}/properties."""
    issue = call.issue(key)
    return _listing(call, issue.properties, f"issue/{issue.id}/properties")


def get_issue_property(call: Call, key: str, name: str) -> Answer:
    """GET issue/{key}/properties/{name}."""
    return _one(call.issue(key).properties, name)


def put_issue_property(call: Call, key: str, name: str) -> Answer:
    """PUT issue/{key}/properties/{name}: 201 when new, 200 when replaced."""
    issue = call.issue(key)
    _need_edit(call, issue)
    return _set(call, issue, issue.properties, name)


def delete_issue_property(call: Call, key: str, name: str) -> Answer:
    """DELETE issue/{key}/properties/{name}."""
    issue = call.issue(key)
    _need_edit(call, issue)
    return _unset(call, issue, issue.properties, name)


def list_comment_properties(call: Call, number: str) -> Answer:
    """GET comment/{id}/properties."""
    _, comment = _owner(call, number)
    return _listing(call, comment.properties, f"comment/{comment.id}/properties")


def get_comment_property(call: Call, number: str, name: str) -> Answer:
    """GET comment/{id}/properties/{name}."""
    return _one(_owner(call, number)[1].properties, name)


def put_comment_property(call: Call, number: str, name: str) -> Answer:
    """PUT comment/{id}/properties/{name}."""
    issue, comment = _owner(call, number)
    return _set(call, issue, comment.properties, name)


def delete_comment_property(call: Call, number: str, name: str) -> Answer:
    """DELETE comment/{id}/properties/{name}."""
    issue, comment = _owner(call, number)
    return _unset(call, issue, comment.properties, name)


def _owner(call: Call, number: str) -> tuple[Issue, Comment]:
    for issue in call.jira.issues.values():
        for comment in issue.comments:
            if str(comment.id) == number and call.jira.may_browse(call.account, issue):
                return issue, comment
    raise JiraError(404, f"Can not find a comment for the id: {number}.")


def _need_edit(call: Call, issue: Issue) -> None:
    if not call.may("edit", issue.project):
        raise JiraError(403, "You do not have permission to edit this issue.")


def _listing(call: Call, properties: dict[str, Any], path: str) -> Answer:
    return 200, {"keys": [{"self": call.lens.url(f"{path}/{name}"), "key": name} for name in properties]}


def _one(properties: dict[str, Any], name: str) -> Answer:
    if name not in properties:
        raise JiraError(404, f"The property {name} does not exist.")
    return 200, {"key": name, "value": properties[name]}


def _set(call: Call, issue: Issue, properties: dict[str, Any], name: str) -> Answer:
    fresh = _key(name) not in properties
    properties[name] = _value(call.payload)
    call.effect("property.set", issue, name)
    return (201 if fresh else 200), None


def _unset(call: Call, issue: Issue, properties: dict[str, Any], name: str) -> Answer:
    _one(properties, name)
    del properties[name]
    call.effect("property.deleted", issue, name)
    return 204, None


def _key(name: Any) -> str:
    if not isinstance(name, str) or not 0 < len(name) <= 255:
        raise JiraError(400, "The property key has to be between 1 and 255 characters long.")
    return name


def _value(value: Any) -> Any:
    if value is None or len(json.dumps(value)) > 32_768:
        raise JiraError(400, "The property value has to be JSON of at most 32768 characters.")
    return value
