"""Who watches an issue. Whoever reports an issue or comments on it watches it from then on."""

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import Account, Issue


def list_watchers(call: Call, key: str) -> Answer:
    """GET issue/{key}/watchers."""
    issue = call.issue(key)
    people = [call.lens.user(person) for person in sorted(issue.watchers)]
    return 200, {**call.lens.watches(issue), "watchers": people}


def add_watcher(call: Call, key: str) -> Answer:
    """POST issue/{key}/watchers: the body is an account id as a JSON string; none is the caller."""
    issue = call.issue(key)
    account = _person(call, issue, call.payload)
    if account.account_id not in issue.watchers:
        issue.watchers.add(account.account_id)
        call.effect("watcher.added", issue, account.account_id)
    return 204, None


def remove_watcher(call: Call, key: str) -> Answer:
    """DELETE issue/{key}/watchers?accountId=."""
    issue = call.issue(key)
    if not call.query.get("accountId"):
        raise JiraError(400, "The accountId query parameter is required.")
    account = _person(call, issue, call.query["accountId"])
    if account.account_id not in issue.watchers:
        raise JiraError(404, f"The user {account.name} does not watch this issue.")
    issue.watchers.remove(account.account_id)
    call.effect("watcher.removed", issue, account.account_id)
    return 204, None


def _person(call: Call, issue: Issue, wanted: object) -> Account:
    if wanted is not None and not isinstance(wanted, str):
        raise JiraError(400, "The body must be an account id as a JSON string.")
    account = call.account if not wanted else call.jira.accounts.get(wanted)
    if account is None:
        raise JiraError(404, f"The user with the account id {wanted} does not exist.")
    if not call.jira.may_browse(account, issue):
        raise JiraError(400, f"The user {account.name} does not have permission to view this issue.")
    if account is not call.account and not call.may("edit", issue.project):
        raise JiraError(403, "You do not have the permission to manage the watcher list.")
    return account
