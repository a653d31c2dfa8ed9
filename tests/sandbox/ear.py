"""A listener on a free port that keeps what it is told, and the small things that tests of the sandbox share."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

import requests

from sandbox.direct import direct_session
from sandbox.running import Sandbox

T = TypeVar("T")


@dataclass(frozen=True)
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]
    raw: bytes


@dataclass
class Ear:
    """Answers with the next of `answers` (status, content type, body), then with an empty 200.

    The answer is taken before the request counts as heard, so that a later answer is for a later request. While
    `is_open` is not set, it hears and does not answer, until it is closed.
    """

    answers: list[tuple[int, str, bytes]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    is_open: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        ear = self
        self.is_open.set()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, kind, body = ear.answers.pop(0) if ear.answers else (200, "text/plain", b"")
                ear.heard.append(Heard(self.path, {k.lower(): v for k, v in self.headers.items()}, raw))
                ear.is_open.wait()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                del code, size

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.is_open.set()
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True)
class Rest:
    """Jira's REST API as somebody; paths begin after the version."""

    base: str
    session: requests.Session

    def __call__(self, method: str, path: str, *, version: str = "2", **more: Any) -> requests.Response:
        return self.session.request(method, f"{self.base}/rest/api/{version}/{path}", timeout=10, **more)


def rest(sandbox: Sandbox, person: str, token: str = "sandbox") -> Rest:
    session = direct_session()
    session.auth = (f"{person}@example.com", token)
    return Rest(sandbox.world.places.jira, session)


def control(sandbox: Sandbox, method: str, path: str, body: Any = None) -> Any:
    with direct_session() as session:
        return session.request(method, f"{sandbox.world.places.page}/_sandbox/{path}", json=body, timeout=10).json()


def new_issue(call: Rest, project: str = "PAY", **fields: Any) -> str:
    about = {"project": {"key": project}, "issuetype": {"name": "Bug"}, "summary": "Payment hangs", **fields}
    answer = call("POST", "issue", json={"fields": about})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["key"])


def eventually(find: Callable[[], T], seconds: float = 30.0) -> T:
    """The first true thing that `find` gives."""
    end = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
    return found


def button(label: str = "Approve", action: str = "request.approve", value: str = "7") -> dict[str, Any]:
    return {"type": "button", "action_id": action, "value": value, "text": {"type": "plain_text", "text": label}}


def section(text: str = "a question") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    title = {"type": "plain_text", "text": "Why?"}
    submit = {"type": "plain_text", "text": "Send"}
    return {"type": "modal", "title": title, "submit": submit, "blocks": list(blocks) or [section()], **more}


def reason_input(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "text", "multiline": True}
    return {
        "type": "input",
        "block_id": "reason",
        "label": {"type": "plain_text", "text": "Why"},
        "element": element,
        **more,
    }
