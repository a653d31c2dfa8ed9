"""What may come to the door and must not hurt: a clear answer, nothing lost, nothing done by mistake."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, text

from tests.sandbox.ear import new_issue
from tests.scenarios.town import SIGNING_SECRET, SLACK, WEBHOOK_SECRET, YARD, Town, eventually

pytestmark = pytest.mark.long

Send = Callable[[Town], int]
FIELDS = {
    "summary": "The moon is not clickable",
    "status": {"id": "1", "name": "Open", "statusCategory": {"key": "new"}},
    "project": {"id": "1", "key": "PAY"},
    "issuetype": {"id": "1", "name": "Bug"},
    "created": "2026-03-02T12:00:00.000+0000",
    "updated": "2026-03-02T12:00:00.000+0000",
}
GOOD: dict[str, Any] = {
    "webhookEvent": "jira:issue_updated",
    "timestamp": 1_795_000_000_000,
    "issue": {"id": "99", "key": "PAY-99", "fields": FIELDS},
    "user": {"accountId": "sbx-dana"},
}


def jira(body: bytes, *, secret: str | None = WEBHOOK_SECRET, identifier: str = "d-1") -> Send:
    headers = {"Content-Type": "application/json", "X-Atlassian-Webhook-Identifier": identifier}
    if secret is not None:
        headers["X-Hub-Signature"] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return lambda town: town.post("/jira/webhook", body, headers).status_code


def slack(body: bytes, *, secret: str | None = SIGNING_SECRET, age: float = 0.0, form: bool = False) -> Send:
    def send(town: Town) -> int:
        at = str(int(time.time() - age))
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": at}
        if secret is not None:
            signed = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
            headers["X-Slack-Signature"] = f"v0={signed}"
        return town.post("/slack/events", body, headers).status_code

    return send


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def said(words: str) -> dict[str, Any]:
    return GOOD | {"issue": GOOD["issue"] | {"fields": FIELDS | {"summary": words}}}


def happened(event: dict[str, Any], id_: str = "Ev1") -> bytes:
    return dumped({"type": "event_callback", "event_id": id_, "team_id": "T0YARD0001", "event": event})


def pressed(value: str, action: str = "request.approve") -> bytes:
    body = {
        "type": "block_actions",
        "trigger_id": f"13.37.{abs(hash(value))}",
        "user": {"id": SLACK["mika"]},
        "channel": {"id": YARD},
        "container": {"channel_id": YARD, "message_ts": "1.1"},
        "actions": [{"type": "button", "action_id": action, "value": value}],
    }
    return urlencode({"payload": json.dumps(body)}).encode()


MESSAGE = {"type": "message", "channel": YARD, "user": SLACK["dana"], "ts": "1.5", "text": "hello"}
HUGE = b'{"issue": "' + b"x" * (10 * 1024 * 1024) + b'"}'

#: what comes, the answer, and what is kept of it: how many events in which state
TABLE: list[tuple[str, Send, int, dict[str, int]]] = [
    ("a Jira webhook without a signature", jira(dumped(GOOD), secret=None), 401, {}),
    ("a Jira webhook with a wrong signature", jira(dumped(GOOD), secret="guessed"), 401, {}),
    ("a Jira webhook of 10 MB", jira(HUGE), 413, {}),
    ("a Jira webhook that is not JSON", jira(b"<xml/>"), 400, {}),
    ("a Jira webhook that is a list", jira(b"[1, 2]"), 400, {}),
    ("a Jira webhook nested without end", jira(b"[" * 100_000), 400, {}),
    ("a Jira webhook without an issue", jira(dumped({"webhookEvent": "jira:issue_updated"})), 422, {"buried": 1}),
    ("a Jira webhook without an event", jira(dumped({"issue": {"id": "1"}})), 200, {"handled": 1}),
    (
        "a Jira webhook with an id beyond numbers",
        jira(dumped(GOOD | {"issue": GOOD["issue"] | {"id": "9" * 40}})),
        422,
        {"buried": 1},
    ),
    ("an unknown Jira event", jira(dumped({"webhookEvent": "jira:moon_rose"}), identifier="d-2"), 200, {"handled": 1}),
    ("a Jira webhook", jira(dumped(GOOD), identifier="d-3"), 200, {"handled": 1}),
    ("the same Jira webhook again", jira(dumped(GOOD), identifier="d-3"), 200, {}),
    ("half a character in a Jira text", jira(dumped(said("a\ud83d")), identifier="d-4"), 200, {"handled": 1}),
    ("NUL in a Jira text", jira(dumped(said("a\x00b")), identifier="d-5"), 200, {"handled": 1}),
    ("a Slack event without a signature", slack(happened(MESSAGE), secret=None), 401, {}),
    ("a Slack event with a wrong signature", slack(happened(MESSAGE), secret="guessed"), 401, {}),
    ("a Slack event of ten minutes ago", slack(happened(MESSAGE), age=600), 401, {}),
    ("a Slack event of 10 MB", slack(HUGE), 413, {}),
    ("a Slack event that is not JSON", slack(b"<xml/>"), 400, {}),
    ("a Slack event", slack(happened(MESSAGE, "Ev2")), 200, {"handled": 1}),
    ("the same Slack event again", slack(happened(MESSAGE, "Ev2")), 200, {}),
    ("an unknown Slack event", slack(happened({"type": "moon_rose"}, "Ev3")), 200, {"handled": 1}),
    ("a Slack message without anything", slack(happened({"type": "message"}, "Ev4")), 200, {"buried": 1}),
    (
        "NUL and half a character in a Slack text",
        slack(happened(MESSAGE | {"text": "\x00\ud800"}, "Ev5")),
        200,
        {"handled": 1},
    ),
    ("a click on a damaged button", slack(pressed("{"), form=True), 200, {"buried": 1}),
    ("a click on a foreign button", slack(pressed("{}", "someone.else"), form=True), 200, {"buried": 1}),
    (
        "a vote on an unknown request",
        slack(pressed(json.dumps({"subject": "item:99", "request": "nobody"})), form=True),
        200,
        {"handled": 1},
    ),
    (
        "a vote on a subject that is none",
        slack(pressed(json.dumps({"subject": "moon:1", "request": "nobody"})), form=True),
        200,
        {"buried": 1},
    ),
]


def kept(town: Town) -> dict[str, int]:
    engine = create_engine(town.database_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT state, count(*) AS events FROM events GROUP BY state")).all()
    engine.dispose()
    return {row.state: row.events for row in rows}


def test_whatever_comes_gets_a_clear_answer_and_does_nothing_by_mistake(settle: Callable[..., Town]) -> None:
    town = settle(over_http=True)
    eventually(town.at_rest)

    came = []
    for name, send, *_ in TABLE:
        before = kept(town)
        status = send(town)
        eventually(town.at_rest, why=f"{name} left something under way")
        after = kept(town)
        more = {state: after[state] - before.get(state, 0) for state in after if after[state] != before.get(state, 0)}
        came.append((name, status, more))

    assert came == [(name, status, states) for name, _, status, states in TABLE]
    assert {one["kind"] for one in town.effects()} == {"ephemeral.posted"}  # words for who pressed
    assert town.get("/health/ready").status_code == 200


def test_a_vote_on_an_expired_request_changes_nothing_and_its_giver_is_told(settle: Callable[..., Town]) -> None:
    town = settle(over_http=True)
    dana = town.as_person("dana")
    same = {"summary": "Gift cards cannot be split over two orders", "description": "GiftCardSplitter raises E_SPLIT."}
    new_issue(dana, "PAY", **same)
    key = new_issue(dana, "WEB", **same)
    approve = town.button(town.card(key, "request.approve"), "request.approve")
    town.ask("clock", advance_seconds=25 * 3600)
    town.card(key, "Expired")

    assert slack(pressed(approve["value"]), form=True)(town) == 200

    eventually(lambda: [one for one in town.private("mika") if "xpired" in one["text"]], why=lambda: town.story(key))
    eventually(town.at_rest)
    assert town.effects("link.created", "comment.created", "transition.done") == []
    assert [one["data"]["outcome"]["kind"] for one in town.told(key, "outcome.recorded")] == ["expired"]
