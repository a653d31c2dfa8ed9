"""Whole signed HTTP requests as Jira and Slack send them, made up; ready bytes, so that sending is all."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from benchmarks.made_issues import MadeIssues
from rules.model import Snapshot

JIRA_SECRET = "the-secret-of-the-webhook"  # noqa: S105 - of a server that lives for one measurement
SLACK_SECRET = "the-secret-of-the-app"  # noqa: S105 - the same
_BOT = {"team_id": "T0BENCH001", "user_id": "U0BENCHBOT", "is_bot": True, "is_enterprise_install": False}
_CATEGORY_IDS = {"new": 2, "indeterminate": 4, "done": 3}


def jira_requests(issues: Sequence[Snapshot], base: str) -> list[bytes]:
    """Give one webhook for each issue, as if it had been created now."""
    return [_signed_by_jira(_created(issue, base), str(UUID(int=issue.id))) for issue in issues]


def slack_requests(first: int, number: int, keys: Sequence[str]) -> list[bytes]:
    """Give `number` messages, numbered from `first` on, each of which names two issues and so asks for a look."""
    return [_signed_by_slack(_message(place, keys)) for place in range(first, first + number)]


def new_issues(made: MadeIssues, first: int, number: int) -> Iterator[Snapshot]:
    """Give made-up issues that are open and were created now."""
    now = datetime.now().astimezone().isoformat(timespec="milliseconds")
    for issue in made.from_(first, number):
        fresh = {"created": now, "updated": now, "resolved_at": None, "status": _OPEN}
        yield Snapshot(id=issue.id, key=issue.key, updated=datetime.fromisoformat(now), fields=issue.fields | fresh)


_OPEN = {"id": "1", "name": "Open", "category": "new"}


def _created(issue: Snapshot, base: str) -> dict[str, Any]:
    reporter = _account(issue.fields["reporter"], base)
    return {
        "timestamp": int(time.time() * 1000),
        "webhookEvent": "jira:issue_created",
        "issue_event_type_name": "issue_created",
        "user": reporter,
        "issue": {
            "id": str(issue.id),
            "self": f"{base}/rest/api/2/{issue.id}",
            "key": issue.key,
            "fields": _fields(issue.fields, reporter, base),
        },
    }


def _fields(fields: dict[str, Any], reporter: dict[str, Any], base: str) -> dict[str, Any]:
    status = fields["status"]
    category = {"id": _CATEGORY_IDS[status["category"]], "key": status["category"], "name": status["name"]}
    return {
        "summary": fields["summary"]["text"],
        "description": fields["description"]["text"],
        "issuetype": {"self": f"{base}/rest/api/2/issuetype/1", "id": "1", "name": fields["type"], "subtask": False},
        "project": {"self": f"{base}/rest/api/2/project/1", "id": "1", "key": fields["project"], "name": "Made up"},
        "status": {"self": f"{base}/status/1", "id": status["id"], "name": status["name"], "statusCategory": category},
        "priority": {"self": f"{base}/rest/api/2/priority/3", "id": "3", "name": "Medium"},
        "components": [{"id": "7", "name": name} for name in fields["components"]],
        "creator": reporter,
        "reporter": reporter,
        "assignee": None,
        "labels": [],
        "versions": [],
        "issuelinks": [],
        "attachment": [],
        "resolution": None,
        "resolutiondate": None,
        "created": fields["created"].replace("+00:00", "+0000"),
        "updated": fields["updated"].replace("+00:00", "+0000"),
        **{f"customfield_{10_000 + place}": None for place in range(30)},
    }


def _account(id_: str, base: str) -> dict[str, Any]:
    return {
        "self": f"{base}/rest/api/2/user?accountId={id_}",
        "accountId": id_,
        "displayName": "Somebody Made-Up",
        "active": True,
        "timeZone": "Etc/UTC",
        "accountType": "atlassian",
    }


def _message(place: int, keys: Sequence[str]) -> dict[str, Any]:
    one, other = keys[place % len(keys)], keys[(place + 1) % len(keys)]
    ts = f"{1_700_000_000 + place}.{place % 1_000_000:06}"
    words = f"Is {one} not the same as {other}? Both began after the upgrade, and both go away by themselves."
    return {
        "token": "made-up",
        "team_id": _BOT["team_id"],
        "api_app_id": "A0BENCH001",
        "event": {
            "type": "message",
            "channel": "C0BENCH001",
            "channel_type": "channel",
            "user": "U0SOMEBODY",
            "text": words,
            "ts": ts,
            "event_ts": ts,
            "client_msg_id": str(UUID(int=place)),
            "team": _BOT["team_id"],
        },
        "type": "event_callback",
        "event_id": f"Ev{place:09}",
        "event_time": int(time.time()),
        "authorizations": [_BOT],
        "is_ext_shared_channel": False,
    }


def _signed_by_jira(body: dict[str, Any], identifier: str) -> bytes:
    raw = json.dumps(body, separators=(",", ":")).encode()
    digest = hmac.new(JIRA_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    headers = {
        "User-Agent": "Atlassian Webhook HTTP Client",
        "X-Atlassian-Webhook-Identifier": identifier,
        "X-Hub-Signature": f"sha256={digest}",
    }
    return _request("/jira/webhook", raw, headers)


def _signed_by_slack(body: dict[str, Any]) -> bytes:
    raw, now = json.dumps(body, separators=(",", ":")).encode(), str(int(time.time()))
    digest = hmac.new(SLACK_SECRET.encode(), b"v0:" + now.encode() + b":" + raw, hashlib.sha256).hexdigest()
    headers = {
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={digest}",
    }
    return _request("/slack/events", raw, headers)


def _request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    said = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
    return "\r\n".join(lines).encode() + body
