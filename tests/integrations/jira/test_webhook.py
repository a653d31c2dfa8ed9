"""The webhook at the door: what is taken, what is kept, and what is refused with which words."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from integrations.jira.webhook import blueprint
from integrations.settings import Secret
from rules.canonical import plain
from rules.model import SYSTEM, Event
from tests.integrations.jira.payloads import issue_webhook

SECRET = "made-up"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


class MemoryIntake:
    """Keeps events as the real intake does: once by id, in JSON form."""

    def __init__(self) -> None:
        self.stored: dict[str, Event] = {}
        self.buried: dict[str, tuple[Event, str]] = {}

    def put(self, event: Event) -> bool:
        plain(event)
        return self.stored.setdefault(event.id, event) is event

    def bury(self, event: Event, reason: str) -> bool:
        plain(event)
        return self.buried.setdefault(event.id, (event, reason))[0] is event


class FullIntake(MemoryIntake):
    def put(self, event: Event) -> bool:
        raise OSError(f"no room for {event.name}")


class Door:
    """A Flask application with the webhook, and Jira's side of it."""

    def __init__(self, intake: MemoryIntake, secret: Secret | str | None = SECRET) -> None:
        self.intake = intake
        app = Flask(__name__)
        app.register_blueprint(blueprint(intake, FixedClock(), secret))
        self.client = app.test_client()

    def post(self, raw: bytes, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.post("/jira/webhook", data=raw, headers=headers or {})

    def send(self, body: object, **headers: str) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.post(raw, {"X-Hub-Signature": sign(raw)} | named)

    @property
    def is_empty(self) -> bool:
        return not self.intake.stored and not self.intake.buried


def sign(raw: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@pytest.fixture
def door() -> Door:
    return Door(MemoryIntake())


def test_a_signed_event_is_stored_before_it_is_acknowledged(door: Door) -> None:
    answer = door.send(issue_webhook(), X_Atlassian_Webhook_Identifier="d-1")

    (stored,) = door.intake.stored.values()
    assert (answer.status_code, answer.json) == (200, {"stored": True})
    assert (stored.name, stored.received_at) == ("jira.issue_updated", NOW)
    assert stored.id.startswith("d-1:")


def test_a_duplicate_is_acknowledged_and_changes_nothing(door: Door) -> None:
    door.send(issue_webhook(), X_Atlassian_Webhook_Identifier="d-1")
    before = dict(door.intake.stored)

    answer = door.send(issue_webhook(), X_Atlassian_Webhook_Identifier="d-1", X_Atlassian_Webhook_Retry="1")

    assert (answer.status_code, answer.json) == (200, {"stored": False})
    assert door.intake.stored == before


def test_another_event_under_a_known_identifier_is_not_taken_for_a_duplicate(door: Door) -> None:
    door.send(issue_webhook(), X_Atlassian_Webhook_Identifier="d-1")

    answer = door.send(issue_webhook(summary="another"), X_Atlassian_Webhook_Identifier="d-1")

    assert answer.json == {"stored": True}


def test_the_secret_may_come_wrapped() -> None:
    assert Door(MemoryIntake(), Secret(SECRET)).send(issue_webhook()).status_code == 200


def test_the_vendors_own_example_of_a_signature_is_accepted() -> None:
    # https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks
    door = Door(MemoryIntake(), "It's a Secret to Everybody")
    signature = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"

    answer = door.post(b"Hello World!", {"X-Hub-Signature": signature})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "signature",
    [None, "", "sha256=", sign(b"{}", "other"), sign(b"{ }"), sign(b"{}")[7:], sign(b"{}").upper(), "sha256=\xe4\xf6"],
)
def test_a_missing_or_wrong_signature_is_refused(door: Door, signature: str | None) -> None:
    answer = door.post(b"{}", {} if signature is None else {"X-Hub-Signature": signature})

    assert answer.status_code == 401
    assert "signature" in answer.get_json()["error"].lower()
    assert door.is_empty


@pytest.mark.parametrize("secret", [None, "", Secret("")])
def test_without_a_secret_nothing_is_taken(secret: Secret | str | None) -> None:
    door = Door(MemoryIntake(), secret)

    answer = door.post(b"{}", {"X-Hub-Signature": sign(b"{}", "")})

    assert answer.status_code == 503
    assert "JIRA_WEBHOOK_SECRET" in answer.get_json()["error"]
    assert door.is_empty


NO_JSON = [b"", b"not json", b'{"a":', b'{"a":"\xff"}', b'{"a":NaN}', b'{"a":"\\ud800"']
NO_OBJECT = [b"[]", b'"x"', b"null", b"[" * 100_000, b'{"a":' * 100_000]


@pytest.mark.parametrize("raw", [*NO_JSON, *NO_OBJECT])
def test_what_is_no_json_object_is_refused(door: Door, raw: bytes) -> None:
    answer = door.send(raw)

    assert answer.status_code == 400
    assert "JSON" in answer.get_json()["error"]
    assert door.is_empty


def test_a_body_over_8_mib_is_refused(door: Door) -> None:
    answer = door.send(b" " * (8 * 1024 * 1024 + 1))

    assert answer.status_code == 413
    assert "8 MiB" in answer.get_json()["error"]
    assert door.is_empty


def test_a_body_of_several_mib_is_taken(door: Door) -> None:
    assert door.send(issue_webhook(description="x" * 5_000_000)).status_code == 200


def test_what_is_authentic_but_not_understood_is_kept_and_jira_does_not_send_it_again(door: Door) -> None:
    raw = json.dumps({"webhookEvent": "jira:issue_created", "issue": {"note": "n\0" + "x" * 100_000}}).encode()

    answer = door.send(raw)

    ((buried, reason),) = door.intake.buried.values()
    assert answer.status_code == 422
    assert "kept" in answer.get_json()["error"]
    assert reason in answer.get_json()["error"]
    assert (buried.name, buried.subject, buried.needs_look) == ("jira.not_understood", SYSTEM, False)
    assert buried.payload == {"body": raw[: 64 * 1024].decode(), "error": reason}
    assert not door.intake.stored


def test_an_event_of_an_unknown_kind_is_kept_for_the_record(door: Door) -> None:
    answer = door.send({"webhookEvent": "sprint_started"})

    (stored,) = door.intake.stored.values()
    assert answer.json == {"stored": True}
    assert (stored.name, stored.needs_look) == ("jira.sprint_started", False)


def test_when_the_store_fails_jira_is_told_to_send_again() -> None:
    assert Door(FullIntake()).send(issue_webhook()).status_code == 500


def test_only_post_is_answered(door: Door) -> None:
    assert door.client.get("/jira/webhook").status_code == 405


def test_logs_hold_no_text_of_a_payload(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bodies: list[Any] = [issue_webhook(summary="private"), issue_webhook(status="private"), b'{"private":', {}]

    for body in bodies:
        door.send(body)
    door.post(b'{"a":"private"}', {"X-Hub-Signature": "private"})

    assert caplog.records
    assert "private" not in caplog.text


def test_half_a_character_where_jira_cut_a_text_short_does_not_lose_the_event(door: Door) -> None:
    answer = door.send(b'{"webhookEvent":"jira:moon_rose","text":"cut \\ud83d"}')

    assert answer.status_code == 200
    assert not door.is_empty
