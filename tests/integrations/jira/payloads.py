"""Payloads as Jira writes them, in our own words; each test says what is different in its own."""

from __future__ import annotations

from typing import Any

PERSON = {"self": "https://example.test/user", "accountId": "acc-dana", "displayName": "Dana", "active": True}
OPEN = {"id": "1", "name": "Open", "statusCategory": {"id": 2, "key": "new", "name": "To Do"}}
CLOSED = {"id": "6", "name": "Closed", "statusCategory": {"id": 3, "key": "done", "name": "Done"}}


def issue(**fields: Any) -> dict[str, Any]:
    """Give a whole issue; a field given replaces the usual one."""
    usual = {
        "project": {"id": "1", "key": "PAY"},
        "summary": "Card is refused",
        "description": "It says *E42*.",
        "issuetype": {"id": "1", "name": "Bug"},
        "status": OPEN,
        "created": "2026-11-20T08:00:00.000-0700",
        "updated": "2026-11-20T08:00:01.500-0700",
        "resolutiondate": None,
        "priority": {"id": "3", "name": "Major"},
        "resolution": None,
        "reporter": PERSON,
        "assignee": None,
        "components": [{"id": "7", "name": "checkout"}],
        "versions": [{"id": "8", "name": "1.4"}],
        "labels": ["cards"],
        "security": None,
        "issuelinks": [],
    }
    return {"id": "10021", "key": "PAY-12", "fields": usual | fields}


def link(link_id: str, direction: str, other: int, key: str, kind: str = "Duplicate") -> dict[str, Any]:
    """Give a link as an issue shows it; direction is `outward` or `inward`."""
    return {"id": link_id, "type": {"id": "1", "name": kind}, f"{direction}Issue": {"id": str(other), "key": key}}


def issue_webhook(happened: str = "jira:issue_updated", **fields: Any) -> dict[str, Any]:
    """Give the webhook of an issue that somebody moved to Closed."""
    item = {"field": "Status", "fieldtype": "jira", "from": "1", "fromString": "Open", "to": "6", "toString": "Closed"}
    return {
        "timestamp": 1795165201500,
        "webhookEvent": happened,
        "user": PERSON,
        "issue": issue(**fields),
        "changelog": {"id": "900", "items": [item]},
    }


def comment_webhook(happened: str = "comment_created", **comment: Any) -> dict[str, Any]:
    """Give the webhook of a comment, with its reduced issue."""
    said = {"id": "77", "author": PERSON, "updateAuthor": PERSON, "body": "Same here", "jsdPublic": True} | comment
    reduced = {"summary": "Card is refused", "status": OPEN, "assignee": None}
    return {
        "timestamp": 1795165201500,
        "webhookEvent": happened,
        "comment": said,
        "issue": {"id": "10021", "key": "PAY-12", "fields": reduced},
    }


def link_webhook(happened: str = "issuelink_created") -> dict[str, Any]:
    """Give the webhook of a link from 10021 to 10022."""
    ends = {"id": 5, "sourceIssueId": 10021, "destinationIssueId": 10022, "issueLinkType": {"name": "Duplicate"}}
    return {"timestamp": 1795165201500, "webhookEvent": happened, "issueLink": ends}
