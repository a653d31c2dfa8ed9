"""Faults on purpose: statuses, delays, connections broken before or after the work. Never on control paths."""

import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any, Literal

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: which requests it meets (service, method, path) and what becomes of them."""

    service: Literal["jira", "slack"]
    path: str
    method: str | None = None
    times: int | None = None
    share: float | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    delay_ms: int = 0
    drop: Literal["before", "after"] | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"the path {self.path!r} is no regular expression: {error}") from error
        if self.status is not None:
            HTTPStatus(self.status)

    def meets(self, service: str, method: str, path: str) -> bool:
        """Whether this fault is about this request."""
        same = self.service == service and self.method in (None, method) and self.times != 0
        return same and re.search(self.path, path) is not None


class Faults:
    """The faults that are set; each request meets at most one, the earliest that fits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._dice = random.Random(1)  # noqa: S311 - faults should strike alike in every run

    def add(self, fault: Fault) -> None:
        """Set one more fault."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def listed(self) -> list[dict[str, Any]]:
        """All faults with how often they will still strike."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, service: str, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, counted."""
        with self._lock:
            for fault in self._faults:
                if fault.meets(service, method, path) and (fault.share is None or self._dice.random() < fault.share):
                    fault.times = None if fault.times is None else fault.times - 1
                    return fault
        return None


class FaultyDoor:
    """A WSGI wrapper that lets faults strike the requests to one service."""

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
        if fault.drop == "after":
            list(self._app(environ, lambda *_: None))
            return _hang_up(environ, start_response)
        if fault.status is None:
            return self._app(environ, start_response)
        return _answer(fault.status, fault.headers, fault.body, start_response)


def _answer(status: int, headers: dict[str, str], body: Any, start_response: Callable[..., Any]) -> list[bytes]:
    raw = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
    said = {"Content-Type": "application/json;charset=UTF-8", "Content-Length": str(len(raw)), **headers}
    start_response(f"{status} {HTTPStatus(status).phrase}", list(said.items()))
    return [raw]


def _hang_up(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    channel = environ["waitress.client_disconnected"].__self__  # the only way from a WSGI call to its connection
    channel.socket.shutdown(socket.SHUT_RDWR)
    start_response("200 OK", [("Content-Length", "0")])
    return []
