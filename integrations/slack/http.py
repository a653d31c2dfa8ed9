"""Takes Slack's HTTP requests: `POST /slack/events` for events, commands and clicks alike.

It checks size, signature and form, in this order and before anything is parsed; all else is the Bolt app's. Signatures
are measured with real time.
"""

import json
from typing import Final
from urllib.parse import parse_qs

from flask import Blueprint, Response, make_response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier

_LARGEST_BODY: Final = 1024 * 1024


def blueprint(app: App, signing_secret: str) -> Blueprint:
    """Give the route. Answers 413 for more than 1 MiB, 401 for a signature that is wrong or older than five minutes."""
    handler = SlackRequestHandler(app)
    verifier = SignatureVerifier(signing_secret)
    slack = Blueprint("slack", __name__)

    @slack.post("/slack/events")
    def events() -> Response:
        request.max_content_length = _LARGEST_BODY
        body = request.get_data()
        if not _is_signed(verifier, body):
            return make_response({"error": "the signature is missing, wrong or too old"}, 401)
        if not _is_readable(body):
            return make_response({"error": "the body is neither a JSON object nor one of Slack's forms"}, 400)
        return handler.handle(request)

    return slack


def _is_signed(verifier: SignatureVerifier, body: bytes) -> bool:
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and signature.isascii()):
        return False
    try:
        return verifier.is_valid(body, timestamp, signature)
    except UnicodeDecodeError:  # Slack signs text
        return False


def _is_readable(body: bytes) -> bool:
    """Tell whether Bolt can parse the body, which it does without expecting anything else than Slack's own."""
    try:
        written = body.decode()
        if request.mimetype == "application/json":
            return isinstance(json.loads(written), dict)
        form = parse_qs(written, keep_blank_values=True, strict_parsing=True, max_num_fields=100)
        return isinstance(json.loads(form["payload"][-1]), dict) if "payload" in form else bool(form)
    except (ValueError, RecursionError):
        return False
