"""Lets faults strike the requests to one service: a WSGI wrapper. Never on control paths."""

import json
import socket
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from sandbox.faults import Fault, Faults

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
JSON = "application/json;charset=UTF-8"
BEARER = {"WWW-Authenticate": 'Bearer error="invalid_token", error_description="The access token expired"'}
NOT_KNOWN = {"errorMessages": ["Client must be authenticated to access this resource."], "errors": {}}
SCIM_REFUSAL = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "401", "detail": "Token expired"}
OAUTH_REFUSAL = {"error": "invalid_token", "error_description": "Token is expired. You can either do re-authorization."}
#: How each service refuses a token that has run out: status, headers, body.
EXPIRED: dict[str, tuple[int, dict[str, str], Any]] = {
    "jira": (401, {"WWW-Authenticate": 'Basic realm="Jira"'}, NOT_KNOWN),
    "confluence": (401, {"WWW-Authenticate": 'Basic realm="Confluence"'}, NOT_KNOWN),
    "slack": (200, {}, {"ok": False, "error": "token_expired"}),
    "atlassian": (401, {}, {"code": 401, "message": "Unauthorized"}),
    "directory": (401, BEARER | {"Content-Type": "application/scim+json"}, SCIM_REFUSAL),
    "finance": (401, BEARER, OAUTH_REFUSAL),
    "pipeline": (401, BEARER, OAUTH_REFUSAL),
}


class FaultyDoor:
    """A service's application, struck by the faults that are set for it."""

    def __init__(self, app: WsgiApp, faults: Faults, service: str) -> None:
        self._app = app
        self._faults = faults
        self._service = service

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, as WSGI wants it."""
        fault = self._faults.take(self._service, environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if fault is None:
            return self._app(environ, start_response)
        time.sleep(fault.delay_ms / 1000)
        if fault.drop == "before":
            return _hang_up(environ, start_response)
        if fault.drop is not None:
            return self._break_off(fault, environ, start_response)
        if fault.expired_token:
            return _answer(*EXPIRED[self._service], start_response)
        if fault.status is None:
            return self._app(environ, start_response)
        return _answer(fault.status, _retry_after(fault) | fault.headers, fault.body, start_response)

    def _break_off(self, fault: Fault, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said: list[Any] = []
        raw = b"".join(self._app(environ, lambda *head: said.append(head)))
        if fault.drop == "after" or len(raw) < 2:
            return _hang_up(environ, start_response)
        start_response(*said[0])  # its Content-Length promises the whole, so that the server hangs up after the half
        return [raw[: len(raw) // 2]]


def _retry_after(fault: Fault) -> dict[str, str]:
    if fault.retry_after_s is None:
        return {}
    if not fault.retry_after_as_date:
        return {"Retry-After": str(fault.retry_after_s)}
    moment = datetime.now(UTC) + timedelta(seconds=fault.retry_after_s)
    return {"Retry-After": format_datetime(moment, usegmt=True)}


def _answer(status: int, headers: dict[str, str], body: Any, start_response: Callable[..., Any]) -> list[bytes]:
    raw = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
    said = {"Content-Type": JSON, "Content-Length": str(len(raw)), **headers}
    start_response(f"{status} {HTTPStatus(status).phrase}", list(said.items()))
    return [raw]


def _hang_up(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    channel = environ["waitress.client_disconnected"].__self__  # the only way from a WSGI call to its connection
    channel.socket.shutdown(socket.SHUT_RDWR)
    start_response("200 OK", [("Content-Length", "0")])
    return []
