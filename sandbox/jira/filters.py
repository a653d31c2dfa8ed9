"""Saved searches: of somebody, kept as favourites, seen by others where they are shared."""

from typing import Any
from urllib.parse import quote

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import Filter
from sandbox.jira.render import Json
from sandbox.jira.search import found_by


def post_filter(call: Call) -> Answer:
    """POST filter."""
    body = call.body()
    saved = Filter(id=call.jira.next_id(), owner=call.account.account_id, name=_name(call, body.get("name")))
    _take(call, saved, body)
    call.jira.filters[saved.id] = saved
    call.effect("filter.created", None, saved.id)
    return 200, _shown(call, saved)


def get_filter(call: Call, number: str) -> Answer:
    """GET filter/{id}."""
    return 200, _shown(call, _find(call, number))


def put_filter(call: Call, number: str) -> Answer:
    """PUT filter/{id}: the owner's alone."""
    saved, body = _own(call, number), call.body()
    if "name" in body:
        saved.name = _name(call, body["name"], saved)
    _take(call, saved, body)
    call.effect("filter.changed", None, saved.id)
    return 200, _shown(call, saved)


def delete_filter(call: Call, number: str) -> Answer:
    """DELETE filter/{id}: the owner's alone."""
    saved = _own(call, number)
    del call.jira.filters[saved.id]
    call.effect("filter.deleted", None, saved.id)
    return 204, None


def favourite_filters(call: Call) -> Answer:
    """GET filter/favourite: a bare list."""
    return 200, [_shown(call, saved) for saved in _visible(call) if call.account.account_id in saved.favoured_by]


def my_filters(call: Call) -> Answer:
    """GET filter/my: a bare list."""
    return 200, [_shown(call, saved) for saved in _visible(call) if saved.owner == call.account.account_id]


def search_filters(call: Call) -> Answer:
    """GET filter/search?filterName=&accountId=, in pages; the JQL only with expand=jql."""
    text, owner = call.query.get("filterName", "").lower(), call.query.get("accountId")
    found = [one for one in _visible(call) if text in one.name.lower() and owner in (None, one.owner)]
    names = ("self", "id", "name", *(name for name in ("jql", "owner", "description") if call.expands(name)))
    listed = [{name: _shown(call, one)[name] for name in names} for one in found]
    return 200, call.full_page(listed, "filter/search", largest=100)


def favour(call: Call, number: str) -> Answer:
    """PUT filter/{id}/favourite."""
    saved = _find(call, number)
    saved.favoured_by.add(call.account.account_id)
    return 200, _shown(call, saved)


def disfavour(call: Call, number: str) -> Answer:
    """DELETE filter/{id}/favourite."""
    saved = _find(call, number)
    saved.favoured_by.discard(call.account.account_id)
    return 200, _shown(call, saved)


def _take(call: Call, saved: Filter, body: Json) -> None:
    if "jql" in body or not saved.jql:
        found_by(call, str(body.get("jql") or ""))  # refused as the search would refuse it
        saved.jql = str(body["jql"])
    saved.description = str(body.get("description", saved.description) or "")
    shares = body.get("sharePermissions", saved.shares)
    if not isinstance(shares, list) or not all(isinstance(one, dict) and one.get("type") for one in shares):
        raise JiraError(400, errors={"sharePermissions": "Each share permission needs a type."})
    saved.shares = [{"id": call.jira.next_id(), "type": str(one["type"])} for one in shares]
    if isinstance(body.get("favourite"), bool):
        change = saved.favoured_by.add if body["favourite"] else saved.favoured_by.discard
        change(call.account.account_id)


def _name(call: Call, wanted: Any, mine: Filter | None = None) -> str:
    if not isinstance(wanted, str) or not wanted.strip():
        raise JiraError(400, errors={"filterName": "You must specify a name to save this filter as."})
    others = [one for one in call.jira.filters.values() if one.owner == call.account.account_id and one is not mine]
    if wanted.lower() in [one.name.lower() for one in others]:
        raise JiraError(400, errors={"filterName": "Filter with same name already exists."})
    return wanted


def _visible(call: Call) -> list[Filter]:
    me = call.account.account_id
    return [one for one in call.jira.filters.values() if one.owner == me or one.shares]


def _find(call: Call, number: str) -> Filter:
    found = next((one for one in _visible(call) if str(one.id) == number), None)
    if found is None:
        raise JiraError(400, "The selected filter is not available to you, perhaps it has been deleted.")
    return found


def _own(call: Call, number: str) -> Filter:
    saved = _find(call, number)
    if saved.owner != call.account.account_id:
        raise JiraError(400, "You are not allowed to edit this filter as you are not its owner.")
    return saved


def _shown(call: Call, saved: Filter) -> Json:
    base, favoured = call.lens.base, saved.favoured_by
    return {
        "self": call.lens.url(f"filter/{saved.id}"),
        "id": str(saved.id),
        "name": saved.name,
        "description": saved.description,
        "owner": call.lens.user(saved.owner),
        "jql": saved.jql,
        "viewUrl": f"{base}/issues/?filter={saved.id}",
        "searchUrl": f"{base}/rest/api/{call.lens.version}/search?jql={quote(saved.jql)}",
        "favourite": call.account.account_id in favoured,
        "favouritedCount": len(favoured),
        "sharePermissions": saved.shares,
        "editPermissions": [],
        "sharedUsers": {"size": 0, "items": [], "max-results": 1000, "start-index": 0, "end-index": 0},
        "subscriptions": {"size": 0, "items": [], "max-results": 1000, "start-index": 0, "end-index": 0},
    }
