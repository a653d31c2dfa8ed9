"""Overhears every sandbox of a test run: what its services answer, and what it sends to the app. Changes nothing."""

import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from sandbox import running
from sandbox.faulty_door import WsgiApp
from sandbox.jira.webhooks import Webhooks
from sandbox.slack.outlet import Ack, Outlet
from sandbox.world import World
from tests.sandbox.published.judge import Said

Json = dict[str, Any]
Emit = Callable[[Webhooks, str, Json, Callable[[str], bool]], None]


class Overheard:
    """What was said and not yet judged."""

    def __init__(self) -> None:
        self.said: deque[Said] = deque()

    def listen(self, patch: pytest.MonkeyPatch) -> None:
        """Put an ear to every sandbox that is made from now on."""
        for service in ("jira", "confluence", "slack"):
            patch.setattr(running, f"{service}_app", self._eavesdropped(service, getattr(running, f"{service}_app")))
        patch.setattr(Outlet, "event", self._event(Outlet.event))
        patch.setattr(Outlet, "ask", self._ask(Outlet.ask))
        patch.setattr(Webhooks, "emit", self._emit(Webhooks.emit))

    def taken(self) -> list[Said]:
        """What was said since the last time."""
        return [self.said.popleft() for _ in range(len(self.said))]

    def _eavesdropped(self, service: str, make: Callable[[World], WsgiApp]) -> Callable[[World], WsgiApp]:
        return lambda world: self._ear(service, make(world))

    def _ear(self, service: str, app: WsgiApp) -> WsgiApp:
        def answer(environ: Json, start_response: Callable[..., Any]) -> Iterable[bytes]:
            heads: list[tuple[int, str]] = []

            def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                heads.append((int(status[:3]), dict(headers).get("Content-Type", "")))
                return start_response(status, headers, *more)

            raw = b"".join(app(environ, start))
            self._heard(service, environ, heads[0], raw)
            return [raw]

        return answer

    def _heard(self, service: str, environ: Json, head: tuple[int, str], raw: bytes) -> None:
        status, kind = head
        path = environ["SCRIPT_NAME"].removeprefix("/jira") + environ["PATH_INFO"]
        if service == "slack":
            if not path.startswith("/api/"):
                return
            path = path.removeprefix("/api/")
        if "json" in kind:
            self.said.append(Said(service, environ["REQUEST_METHOD"], path, status, raw))

    def _event(self, send: Callable[[Outlet, Json], None]) -> Callable[[Outlet, Json], None]:
        def event(outlet: Outlet, payload: Json) -> None:
            self._sent("event_envelope", payload)
            self._sent("event_any", payload["event"])
            send(outlet, payload)

        return event

    def _ask(self, send: Callable[[Outlet, str, Json], Ack]) -> Callable[[Outlet, str, Json], Ack]:
        def ask(outlet: Outlet, kind: str, payload: Json) -> Ack:
            self._sent("slash_command" if kind == "slash_commands" else payload["type"], payload)
            return send(outlet, kind, payload)

        return ask

    def _emit(self, send: Emit) -> Emit:
        def emit(hooks: Webhooks, event: str, payload: Json, fits: Callable[[str], bool]) -> None:
            self._sent(event, payload, "jira")
            send(hooks, event, payload, fits)

        return emit

    def _sent(self, kind: str, payload: Json, service: str = "slack") -> None:
        self.said.append(Said(service, "", kind, 0, json.dumps(payload).encode()))
