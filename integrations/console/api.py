"""The bot's HTTP API: the trail of an issue, and a stream of what is new. Both read only, and need the token.

It must not tell whether an issue exists to who has no token, and repeats nothing of what it was sent.
"""

from __future__ import annotations

import hmac
import logging
import re

import msgspec
from flask import Blueprint, Response, request

from integrations.console.broadcast import Broadcast, NoRoom
from integrations.console.reading import UNREADABLE, Telling
from integrations.console.telling import Trail, items_named, told
from integrations.settings import Secret

__all__ = ["blueprint"]

_ENTRIES, _MOST_ENTRIES = 200, 1000
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}-[0-9]{1,18}")
_NUMBER = re.compile(r"[0-9]{1,18}")

log = logging.getLogger(__name__)


class _RefusedError(Exception):
    """What is wrong with a request, and the status that says so."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def blueprint(telling: Telling, broadcast: Broadcast, token: Secret | None) -> Blueprint:
    """Give the routes `GET /api/trail/{key}` and `GET /api/stream`.

    Args:
        telling: the ledger.
        broadcast: its news.
        token: what `Authorization: Bearer` must hold; without one, nothing is told.

    Every refusal is `{"error": words}`: 400 for a number that is none, 401 for the token, 404 for an issue that is not
    known, 503 where there is no token, no room for another stream, or no store.
    """
    routes = Blueprint("api", __name__, url_prefix="/api")

    @routes.before_request
    def admit() -> None:
        _admit(request.headers.get("Authorization", ""), token)

    @routes.get("/trail/<path:key>")
    def trail(key: str) -> Response:
        limit = _number("limit", request.args.get("limit"), 1, _MOST_ENTRIES)
        full = _number("full", request.args.get("full"), 0, 1)
        return _json(200, _trail(telling, key, _ENTRIES if limit is None else limit, full=full == 1))

    @routes.get("/stream")
    def stream() -> Response:
        return _stream(broadcast)

    @routes.errorhandler(_RefusedError)
    def refuse(refused: _RefusedError) -> Response:
        log.info("A request to %s was answered %d: %s", request.endpoint, refused.status, refused)
        response = _json(refused.status, {"error": str(refused)})
        if refused.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def fail(error: Exception) -> Response:
        log.warning("A request to %s failed, the store is not readable: %s", request.endpoint, type(error).__name__)
        return _json(503, {"error": "the store does not answer"})

    for kind in UNREADABLE:
        routes.register_error_handler(kind, fail)
    return routes


def _admit(authorization: str, token: Secret | None) -> None:
    if token is None:
        raise _RefusedError(503, "YARDMASTER_API_TOKEN is not set, and nothing is told without it")
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise _RefusedError(401, "the header Authorization: Bearer is missing")
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.reveal().encode()):
        raise _RefusedError(401, "the token is not YARDMASTER_API_TOKEN")


def _trail(telling: Telling, key: str, limit: int, *, full: bool) -> Trail:
    item = telling.item_of(key.upper()) if _KEY.fullmatch(key) else None
    if item is None:
        raise _RefusedError(404, "there is no such issue that we know")
    rows = telling.trail(item.id, limit)
    keys = telling.keys_of(items_named(rows))
    return Trail(key=item.key, item=item.id, entries=tuple(told(row, keys, full=full) for row in rows))


def _stream(broadcast: Broadcast) -> Response:
    """Begin after `Last-Event-ID`, which a browser that comes back sends beside its first `after`; else now."""
    heard = request.headers.get("Last-Event-ID") or None
    name, given = ("after", request.args.get("after")) if heard is None else ("Last-Event-ID", heard)
    after = _number(name, given, 0, 10**18)
    try:
        listener = broadcast.listen(after)
    except NoRoom:
        raise _RefusedError(503, "there is no room for another stream now") from None
    hung_up = request.environ.get("waitress.client_disconnected", lambda: False)
    response = Response(listener.stream(hung_up), mimetype="text/event-stream")
    response.call_on_close(listener.close)
    response.headers.update({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    return response


def _number(name: str, written: str | None, least: int, most: int) -> int | None:
    if written is None:
        return None
    if not _NUMBER.fullmatch(written) or not least <= int(written) <= most:
        raise _RefusedError(400, f"{name} must be a whole number from {least} to {most}")
    return int(written)


def _json(status: int, content: object) -> Response:
    body = msgspec.json.encode(content)
    return Response(body, status=status, mimetype="application/json", headers={"Cache-Control": "no-store"})
