"""Many issues by their ids or keys at once."""

from sandbox.jira.call import NOT_THERE, Answer, Call, JiraError
from sandbox.jira.issues import chosen_fields, expansions
from sandbox.jira.records import Issue
from sandbox.jira.render import Json

MOST = 100


def bulk_fetch(call: Call) -> Answer:
    """POST issue/bulkfetch: up to 100 issues by ascending id; those that cannot be seen are errors, not a refusal."""
    asked = call.body()
    names = asked.get("issueIdsOrKeys")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise JiraError(400, "The issueIdsOrKeys must be a list of ids or keys.")
    if len(set(names)) > MOST:
        raise JiraError(400, f"The number of issues must be at most {MOST}.")
    found, errors = {}, []
    for name in dict.fromkeys(names):
        issue = call.jira.issue(name.upper())
        if issue is None or not call.jira.may_browse(call.account, issue):
            errors.append({"id": name, "errorMessage": NOT_THERE})
        else:
            found[issue.id] = issue
    shown = [_shown(call, found[number], asked) for number in sorted(found)]
    return 200, {"issues": shown, "issueErrors": errors}


def _shown(call: Call, issue: Issue, asked: Json) -> Json:
    fields = [str(word) for word in asked.get("fields") or ["*navigable"]]
    said = call.lens.issue(issue, chosen_fields(call, issue, fields))
    said |= expansions(call, issue, {str(word) for word in asked.get("expand") or ()})
    if names := asked.get("properties"):
        said["properties"] = {name: value for name, value in issue.properties.items() if name in names}
    return said
