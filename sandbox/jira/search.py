"""JQL search: bounded queries only, pages by token, and the old search that is gone."""

import base64
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from heapq import nlargest, nsmallest
from typing import Any

from sandbox.clock import epoch_ms
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.issues import chosen_fields, expansions
from sandbox.jira.jql import JqlError, Test, check_values, parse, sort_key, test_of
from sandbox.jira.queries import scope_of
from sandbox.jira.records import Issue
from sandbox.jira.render import Json

UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)

Key = Callable[[Issue], Any]
Order = tuple[tuple[Key, bool], ...]
IMPLIED: Order = ((lambda issue: epoch_ms(issue.created), True), (lambda issue: issue.id, False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query that is ready: the test of an issue, and the keys to sort by, each with whether it goes down."""

    test: Test
    order: Order
    reconciled: frozenset[int] = frozenset()


def search_by_get(call: Call) -> Answer:
    """GET search/jql."""
    asked: Json = {
        "jql": call.query.get("jql", ""),
        "nextPageToken": call.query.get("nextPageToken"),
        "maxResults": call.number("maxResults", 50, 5000),
        "fields": [word for text in call.query.getlist("fields") for word in text.split(",") if word],
        "expand": call.query.get("expand", ""),
        "reconcileIssues": [word for text in call.query.getlist("reconcileIssues") for word in text.split(",") if word],
        "properties": [word for text in call.query.getlist("properties") for word in text.split(",") if word],
    }
    return 200, _search(call, asked)


def search_by_post(call: Call) -> Answer:
    """POST search/jql."""
    asked = call.body()
    fields = asked.get("fields") or []
    if not isinstance(fields, list):
        raise JiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return 200, _search(call, {**asked, "fields": fields, "expand": asked.get("expand") or ""})


def approximate_count(call: Call) -> Answer:
    """POST search/approximate-count."""
    return 200, {"count": len(_found(call, _parsed(call, call.body().get("jql"))))}


def found_by(call: Call, jql: str) -> list[Issue]:
    """All that a query finds for the caller, in its order."""
    return _found(call, _parsed(call, jql))


def old_search(call: Call) -> Answer:
    """GET and POST search: removed."""
    raise JiraError(410, GONE)


def _search(call: Call, asked: dict[str, Any]) -> Json:
    query = replace(_parsed(call, asked.get("jql")), reconciled=_reconciled(asked.get("reconcileIssues") or []))
    most = asked.get("maxResults") or 50
    if not isinstance(most, int) or most < 1:
        raise JiraError(400, "The maxResults parameter must be a number from 1 to 5000.")
    left = _found(call, query, asked.get("nextPageToken"), min(most, 5000) + 1)
    page = left[: min(most, 5000)]
    there = [call.jira.issues[issue.id] for issue in page if issue.id in call.jira.issues]
    said: Json = {"issues": [_shown(call, issue, asked) for issue in there], "isLast": len(page) == len(left)}
    if not said["isLast"]:
        place = [key(page[-1]) for key, _ in query.order]
        said["nextPageToken"] = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    return said


def _shown(call: Call, issue: Issue, asked: dict[str, Any]) -> Json:
    fields = [str(word) for word in asked["fields"]]
    said = call.lens.issue(issue, chosen_fields(call, issue, fields))
    if not fields or fields == ["id"]:
        said = {"id": said["id"]}
    said |= expansions(call, issue, set(str(asked["expand"]).split(",")))
    if names := asked.get("properties"):
        said["properties"] = {name: value for name, value in issue.properties.items() if name in names}
    return said


def _reconciled(numbers: Any) -> frozenset[int]:
    try:
        ids = frozenset(int(number) for number in numbers)
    except (TypeError, ValueError) as error:
        raise JiraError(400, "The reconcileIssues must be a list of issue ids.") from error
    if len(ids) > 50:
        raise JiraError(400, "The number of reconcileIssues must be at most 50.")
    return ids


def _parsed(call: Call, jql: Any) -> Asked:
    """A query that is bounded, and that the caller may ask."""
    if not isinstance(jql, str):
        raise JiraError(400, "The JQL query must be a string.")
    scope = scope_of(call.world, call.account)
    try:
        query = parse(jql)
        order = tuple((sort_key(key.field, scope), key.direction == "desc") for key in query.order)
        if query.where is None:
            raise JiraError(400, UNBOUNDED)
        test = test_of(query.where, scope)
        check_values(query.where, scope)
    except JqlError as error:
        raise JiraError(400, str(error)) from error
    return Asked(test=test, order=(*order, *IMPLIED))


def _found(call: Call, asked: Asked, token: Any = None, enough: int = sys.maxsize) -> list[Issue]:
    """What a query finds after the place that a token holds, in order; the first so many, and maybe more."""
    left = _after(token, call.jira.index.seen(call.jira.issues, asked.reconciled), asked.order)
    found = [issue for issue in left if asked.test(issue)]
    seen = _first([issue for issue in found if call.jira.may_browse(call.account, issue)], asked.order[0], enough)
    for key, down in reversed(asked.order):
        seen.sort(key=key, reverse=down)
    return seen


def _first(issues: list[Issue], order: tuple[Key, bool], enough: int) -> list[Issue]:
    """Leave out, before all are sorted, what comes after so many others by the first key alone."""
    if len(issues) <= enough:
        return issues
    key, down = order
    last = (nlargest if down else nsmallest)(enough, map(key, issues))[-1]
    return [issue for issue in issues if (key(issue) >= last if down else key(issue) <= last)]


def _after(token: Any, issues: Iterable[Issue], order: Order) -> Iterable[Issue]:
    """What comes after the place that a token holds, so that issues which move while somebody pages hide no others."""
    if not token:
        return issues
    try:
        last = json.loads(base64.urlsafe_b64decode(str(token)))
        places = [(key, down, its) for (key, down), its in zip(order, last, strict=True)]
        return [issue for issue in issues if _is_after(issue, places)]
    except (ValueError, TypeError) as error:
        raise JiraError(400, "Invalid nextPageToken.") from error


def _is_after(issue: Issue, places: list[tuple[Key, bool, Any]]) -> bool:
    for key, down, its in places:
        mine = key(issue)
        if mine != its:
            return bool(mine > its) != down
    return False
