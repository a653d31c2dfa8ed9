"""Accounts: myself, one, many, search."""

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import Account
from sandbox.jira.render import Json


def myself(call: Call) -> Answer:
    """GET myself: one's own address is always told."""
    return 200, {**_shown(call, call.account), "emailAddress": call.account.email, "locale": "en_US"}


def get_user(call: Call) -> Answer:
    """GET user?accountId=."""
    account = call.jira.accounts.get(call.query.get("accountId", ""))
    if account is None:
        raise JiraError(404, "Specified user does not exist or you do not have required permissions")
    return 200, _shown(call, account)


def search_users(call: Call) -> Answer:
    """GET user/search?query=: a bare list."""
    return 200, _bare_page(call, _matching(call))


def search_assignable(call: Call) -> Answer:
    """GET user/assignable/search?project=|issueKey=&query=."""
    if key := call.query.get("issueKey"):
        project = call.issue(key).project
    else:
        project = call.project(call.query.get("project", ""))
    return 200, _bare_page(call, [a for a in _matching(call) if call.jira.may("browse", a, project)])


def search_viewers(call: Call) -> Answer:
    """GET user/viewissue/search?issueKey=|projectKey=&query=: who may browse."""
    if key := call.query.get("issueKey"):
        issue = call.issue(key)
        return 200, _bare_page(call, [a for a in _matching(call) if call.jira.may_browse(a, issue)])
    project = call.project(call.query.get("projectKey", ""))
    return 200, _bare_page(call, [a for a in _matching(call) if call.jira.may("browse", a, project)])


def search_assignable_in_many(call: Call) -> Answer:
    """GET user/assignable/multiProjectSearch?projectKeys=A,B&query=: who may be assigned in all of them."""
    keys = call.query.get("projectKeys", "").split(",")
    projects = [call.project(key) for key in keys]
    found = [a for a in _matching(call) if all(call.jira.may("browse", a, project) for project in projects)]
    return 200, _bare_page(call, found)


def all_users(call: Call) -> Answer:
    """GET users and users/search: everybody, also who left; a bare list."""
    return 200, _bare_page(call, [*call.jira.accounts.values()])


def many_users(call: Call) -> Answer:
    """GET user/bulk?accountId=&accountId=."""
    known = [call.jira.accounts[i] for i in call.query.getlist("accountId") if i in call.jira.accounts]
    page = call.page([_shown(call, account) for account in known], "values", size=10, largest=200)
    return 200, {**page, "isLast": page["startAt"] + len(page["values"]) >= page["total"]}


def _matching(call: Call) -> list[Account]:
    text = (call.query.get("query") or call.query.get("username") or "").lower()
    wanted = call.query.get("accountId")
    if wanted is not None:
        return [a for a in call.jira.accounts.values() if a.account_id == wanted]
    return [a for a in call.jira.accounts.values() if _fits(a, text)]


def _fits(account: Account, text: str) -> bool:
    words = [
        account.name.lower(),
        account.account_id.lower(),
        *([account.email.lower()] if account.email_visible else []),
    ]
    exact = text == account.email.lower()
    return exact or any(text in word for word in words)


def _bare_page(call: Call, accounts: list[Account]) -> list[Json]:
    start, most = call.number("startAt", 0, 10**9), call.number("maxResults", 50, 1000)
    return [_shown(call, account) for account in accounts[start : start + most]]


def _shown(call: Call, account: Account) -> Json:
    return call.lens.user(account.account_id) or {}
