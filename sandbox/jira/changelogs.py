"""The changelogs of many issues at once, oldest entry first, in pages by token."""

import base64
import json
from itertools import groupby
from typing import Any

from sandbox.clock import epoch_ms
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import History, Issue
from sandbox.jira.render import Json

Placed = tuple[list[int], History]
INVALID = "Invalid request payload. Refer to the REST API documentation and try again."


def bulk_fetch(call: Call) -> Answer:
    """POST changelog/bulkfetch: up to 1000 issues, up to 10 field ids; what the caller may not browse is left out."""
    asked = call.body()
    names, fields = asked.get("issueIdsOrKeys"), asked.get("fieldIds") or []
    most = asked.get("maxResults") or 1000
    if not isinstance(names, list) or not 1 <= len(names) <= 1000:
        raise JiraError(400, "The number of issues must be from 1 to 1000.")
    if not isinstance(fields, list) or len(fields) > 10 or not isinstance(most, int) or not 1 <= most <= 10_000:
        raise JiraError(400, INVALID)
    found = {issue.id: issue for issue in (call.jira.issue(str(name)) for name in names) if issue}
    seen = [issue for issue in found.values() if call.jira.may_browse(call.account, issue)]
    entries = [(_place(issue, entry), entry) for issue in seen for entry in issue.history if _is(entry, fields)]
    entries.sort(key=lambda placed: placed[0])
    left = _after(asked.get("nextPageToken"), entries)
    page = left[:most]
    said: Json = {"issueChangeLogs": _by_issue(call, page)}
    if len(page) < len(left):
        said["nextPageToken"] = base64.urlsafe_b64encode(json.dumps(page[-1][0]).encode()).decode()
    return 200, said


def _place(issue: Issue, entry: History) -> list[int]:
    return [epoch_ms(entry.created), issue.id, entry.id]


def _is(entry: History, fields: list[Any]) -> bool:
    return not fields or any(change.field_id in fields for change in entry.changes)


def _after(token: Any, entries: list[Placed]) -> list[Placed]:
    if not token:
        return entries
    try:
        last = json.loads(base64.urlsafe_b64decode(str(token)))
        return [placed for placed in entries if placed[0] > last]
    except (ValueError, TypeError) as error:
        raise JiraError(400, "Invalid nextPageToken.") from error


def _by_issue(call: Call, page: list[Placed]) -> list[Json]:
    ordered = sorted(page, key=lambda placed: placed[0][1])
    return [
        {"issueId": str(issue), "changeHistories": [call.lens.history(entry) for _, entry in some]}
        for issue, some in groupby(ordered, key=lambda placed: placed[0][1])
    ]
