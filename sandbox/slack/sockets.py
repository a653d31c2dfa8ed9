"""Socket Mode: a websocket server on a port of its own; each request goes to exactly one of the connected sockets."""

import json
import secrets
import socket as sockets
import threading
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

MOST_SOCKETS = 10


@dataclass(slots=True, kw_only=True, eq=False)
class _Socket:
    connection: ServerConnection
    pending: dict[str, Future[Any]] = field(default_factory=dict)


class SocketHub:
    """The connected sockets of the app."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._lock = threading.Lock()
        self._tickets: set[str] = set()
        self._sockets: list[_Socket] = []
        self._server: Server | None = None
        self.url = ""

    def start(self, host: str, port: int) -> None:
        """Listen; port 0 chooses a free one."""
        self._server = serve(self._converse, host, port, compression=None, ping_interval=None)
        self.url = f"ws://{host}:{self._server.socket.getsockname()[1]}"
        threading.Thread(target=self._server.serve_forever, name="slack-sockets", daemon=True).start()

    def stop(self) -> None:
        """Close every socket and stop listening."""
        self.disconnect_all("link_disabled")
        if self._server is not None:
            self._server.shutdown()

    def new_link(self) -> str:
        """A URL for one connection, as apps.connections.open answers it."""
        ticket = secrets.token_urlsafe(16)
        with self._lock:
            self._tickets.add(ticket)
        return f"{self.url}/link/?ticket={ticket}&app_id={self._app_id}"

    def count(self) -> int:
        """How many sockets are connected."""
        with self._lock:
            return len(self._sockets)

    def disconnect_all(self, reason: str) -> None:
        """Tell every socket to go, as Slack does before it refreshes a connection."""
        with self._lock:
            leaving = list(self._sockets)
        for socket in leaving:
            self._send(socket, {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            socket.connection.close()

    def hang_up(self) -> None:
        """Cut the next socket's connection without a word, as a network does."""
        socket = self._next_socket()
        if socket is not None:
            self._forget(socket)
            socket.connection.socket.shutdown(sockets.SHUT_RDWR)

    def request(self, kind: str, payload: Any, *, accepts: bool, attempt: int, reason: str) -> Future[Any] | None:
        """Send an envelope to the next socket; the future of its acknowledgement, None when no socket is connected."""
        envelope: dict[str, Any] = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = accepts
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        while (socket := self._next_socket()) is not None:
            answer: Future[Any] = Future()
            socket.pending[envelope["envelope_id"]] = answer
            if self._send(socket, envelope):
                return answer
            self._forget(socket)
        return None

    def _next_socket(self) -> _Socket | None:
        with self._lock:
            if not self._sockets:
                return None
            self._sockets.append(self._sockets.pop(0))
            return self._sockets[-1]

    def _send(self, socket: _Socket, message: dict[str, Any]) -> bool:
        try:
            socket.connection.send(json.dumps(message))
        except ConnectionClosed:
            return False
        return True

    def _forget(self, socket: _Socket) -> None:
        with self._lock:
            if socket in self._sockets:
                self._sockets.remove(socket)

    def _admit(self, connection: ServerConnection) -> bool:
        path = connection.request.path if connection.request else ""
        ticket = (parse_qs(urlsplit(path).query).get("ticket") or [""])[0]
        with self._lock:
            known = ticket in self._tickets and len(self._sockets) < MOST_SOCKETS
            self._tickets.discard(ticket)
        return known

    def _converse(self, connection: ServerConnection) -> None:
        if not self._admit(connection):
            connection.close(1008, "invalid ticket")
            return
        socket = _Socket(connection=connection)
        if not self._greet(socket):
            return
        try:
            for raw in connection:
                self._hear(socket, raw)
        except ConnectionClosed:
            pass  # Slack's own client leaves without a close frame
        finally:
            self._forget(socket)

    def _greet(self, socket: _Socket) -> bool:
        """Say hello first; who has heard it is sent what happens from then on."""
        about = {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060}
        hello = {"type": "hello", "connection_info": {"app_id": self._app_id}, "debug_info": about}
        with self._lock:
            is_there = self._send(socket, {**hello, "num_connections": len(self._sockets) + 1})
            if is_there:
                self._sockets.append(socket)
        return is_there

    def _hear(self, socket: _Socket, raw: str | bytes) -> None:
        try:
            message = json.loads(raw)
        except ValueError:
            return
        answer = socket.pending.pop(str(message.get("envelope_id")), None) if isinstance(message, dict) else None
        if answer is not None:
            answer.set_result(message.get("payload"))
