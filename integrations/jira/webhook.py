"""Takes Jira's webhooks: checks the signature, translates, stores, and only then acknowledges.

It must not act on what it takes in, nor write any text of a payload into a log. A store that fails is left to become
a 500: Jira then sends the event again.

Source: https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging

import msgspec
from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from integrations.jira.custom import NAMED_NONE, CustomFields
from integrations.jira.translate import NotUnderstood, delivery_id, event
from integrations.settings import Secret
from orchestrator.ports import Clock, Intake
from rules.model import SYSTEM, Event

__all__ = ["blueprint", "is_signed"]

_LARGEST_BODY = 8 * 1024 * 1024
_LARGEST_KEPT = 64 * 1024

log = logging.getLogger(__name__)


def blueprint(
    intake: Intake, clock: Clock, secret: Secret | str | None, custom: CustomFields = NAMED_NONE
) -> Blueprint:
    """Give the route `POST /jira/webhook`.

    Args:
        intake: where events are stored.
        clock: domain time.
        secret: what Jira signs with; without one, nothing is taken.
        custom: the custom fields that the settings name.

    Answers 200 `{"stored": bool}` (False: it was there already), 422 for what is kept but not understood, and for what
    is not kept 400, 401, 413 or 503, each with `{"error": words}`.
    """
    routes = Blueprint("jira", __name__)
    key = (secret.reveal() if isinstance(secret, Secret) else secret or "").encode()

    @routes.post("/jira/webhook")
    def webhook() -> tuple[Response, int]:
        request.max_content_length = _LARGEST_BODY
        try:
            raw = request.get_data(cache=False)
        except RequestEntityTooLarge:
            return _refuse(413, "the body is larger than 8 MiB")
        refused = _refusal(raw, request.headers.get("X-Hub-Signature"), key)
        identifier = request.headers.get("X-Atlassian-Webhook-Identifier")
        return refused or _take(raw, identifier, intake, clock, custom)

    return routes


def is_signed(raw: bytes, signature: str, key: bytes) -> bool:
    """Tell whether `sha256=<hex>` is the body's HMAC under the key; takes the same time wherever they differ."""
    expected = "sha256=" + hmac.new(key, raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))


def _refusal(raw: bytes, signature: str | None, key: bytes) -> tuple[Response, int] | None:
    if not key:
        return _refuse(503, "JIRA_WEBHOOK_SECRET is not set, and unsigned webhooks are not taken")
    if signature is None:
        return _refuse(401, "the header X-Hub-Signature is missing: give the webhook a secret in Jira")
    if not is_signed(raw, signature, key):
        return _refuse(401, "the signature does not match: the secret in Jira is not JIRA_WEBHOOK_SECRET")
    return None


def _take(
    raw: bytes, identifier: str | None, intake: Intake, clock: Clock, custom: CustomFields
) -> tuple[Response, int]:
    try:
        body = _decoded(raw)
    except (msgspec.MsgspecError, ValueError):
        return _refuse(400, "the body is not JSON")
    except RecursionError:
        return _refuse(400, "the JSON is nested too deeply")
    if not isinstance(body, dict):
        return _refuse(400, "the JSON is not an object")
    delivery = delivery_id(identifier, raw)
    try:
        taken = event(body, delivery, clock.now(), custom)
    except NotUnderstood as reason:
        return _bury(raw, delivery, str(reason), intake, clock)
    return jsonify(stored=intake.put(taken)), 200


def _decoded(raw: bytes) -> object:
    """Decode JSON; half a character, which Jira leaves where it cuts a text short, becomes a question mark."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        if rb"\ud" not in raw.lower():
            raise
        return msgspec.json.decode(json.dumps(json.loads(raw), ensure_ascii=False).encode(errors="replace"))


def _bury(raw: bytes, delivery: str, reason: str, intake: Intake, clock: Clock) -> tuple[Response, int]:
    """Keep what is authentic but not understood; 422 tells Jira not to send it again."""
    kept = raw[:_LARGEST_KEPT].decode("utf-8", "replace")
    buried = Event(
        id=delivery,
        kind="signal",
        name="jira.not_understood",
        source="jira",
        subject=SYSTEM,
        received_at=clock.now(),
        payload={"body": kept, "error": reason},
        needs_look=False,
    )
    intake.bury(buried, reason)
    return _refuse(422, f"not understood, but kept for an operator: {reason}")


def _refuse(status: int, words: str) -> tuple[Response, int]:
    log.warning("A Jira webhook was answered %d: %s", status, words, extra={"status": status})
    return jsonify(error=words), status
