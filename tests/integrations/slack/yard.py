"""What the Slack tests share: a sandbox in a process of its own, the real door, an intake that remembers."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import yaml
from flask import Flask
from slack_bolt import App
from werkzeug.serving import make_server

from integrations.slack.client import bolt_app, web_client
from integrations.slack.http import blueprint
from integrations.slack.listeners import attach
from integrations.slack.manifest import scopes
from orchestrator.messages import Message
from rules.model import Event, Line

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[3]


def shared(path: str) -> Path:
    """Give a path among the shared specs and fixtures; skips the test where they are absent."""
    home = Path(os.environ.get("YARDMASTER_SHARED", ROOT.parent / "shared"))
    if not (home / path).exists():
        pytest.skip(f"{path} is not among the shared files: set YARDMASTER_SHARED")
    return home / path


class NotStored(Exception):
    """The store is away."""


class RememberingIntake:
    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        self.buried: dict[str, tuple[Event, str]] = {}
        self.is_away = False

    def put(self, event: Event) -> bool:
        if self.is_away:
            raise NotStored
        fresh = event.id not in self.events
        self.events.setdefault(event.id, event)
        return fresh

    def bury(self, event: Event, reason: str) -> bool:
        if self.is_away:
            raise NotStored
        fresh = event.id not in self.buried
        self.buried.setdefault(event.id, (event, reason))
        return fresh

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events.values() if event.name == name]


class RememberingDoorman:
    def __init__(self) -> None:
        self.thrown: list[Event] = []

    def throw_switch(self, event: Event) -> Message:
        self.thrown.append(event)
        return Message(title=Line(text="Everything is stopped"))


class StoppedClock:
    def now(self) -> datetime:
        return NOW


class Door:
    """The door with its Bolt app, as a WSGI app, and what it stored."""

    def __init__(self, api_url: str, token: str = "xoxb-sandbox") -> None:
        self.intake = RememberingIntake()
        self.doorman = RememberingDoorman()
        self.bolt: App = bolt_app(web_client(token, api_url), SECRET)
        attach(self.bolt, self.intake, self.doorman, StoppedClock())
        self.flask = Flask("door")
        self.flask.register_blueprint(blueprint(self.bolt, SECRET))

    def send(
        self,
        body: bytes,
        content_type: str,
        *,
        at: float | None = None,
        secret: str = SECRET,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send a signed request; gives status and body."""
        stamp = str(int(time.time() if at is None else at))
        signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        told = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signed}", **(headers or {})}
        answer = self.flask.test_client().post("/slack/events", data=body, headers=told, content_type=content_type)
        return answer.status_code, answer.get_json(silent=True) or answer.get_data(as_text=True)

    def send_json(self, body: object, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        return self.send(json.dumps(body).encode(), "application/json", headers=headers)

    def send_form(self, **fields: str) -> tuple[int, Any]:
        return self.send(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def send_click(self, body: object) -> tuple[int, Any]:
        return self.send_form(payload=json.dumps(body))

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Listen on a free port; gives the address for Slack's requests."""
        server = make_server("127.0.0.1", 0, self.flask, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/slack/events"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class Sandbox:
    """A local Slack with people in it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.api_url = f"{url}/api/"

    def tell(self, what: str, /, **asked: Any) -> Any:
        return requests.post(f"{self.url}/_sandbox/{what}", json=asked, timeout=10).json()

    def look(self, path: str, **query: str) -> Any:
        return requests.get(f"{self.url}/_sandbox/{path}", params=query, timeout=10).json()

    def fail(self, method: str, **fault: Any) -> None:
        answer = self.tell("faults", service="slack", path=method, **fault)
        assert answer["ok"], answer

    def heal(self) -> None:
        requests.delete(f"{self.url}/_sandbox/faults", timeout=10).raise_for_status()

    def messages(self, channel: str) -> list[Any]:
        told = self.look("slack/messages", channel=channel)
        return list(told["messages"] if isinstance(told, dict) else told)

    def effects(self, kind: str) -> list[Any]:
        told = self.look("effects")
        return [each for each in (told["effects"] if isinstance(told, dict) else told) if each["kind"] == kind]


@contextmanager
def running_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Run one whose app has the scopes of our manifest and no others."""
    seed = yaml.safe_load((ROOT / "sandbox" / "seeds" / "yard.yml").read_text(encoding="utf-8"))
    granted = scopes((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    seed["slack"] |= {"rate_limit": False, "scopes": list(granted)}
    written = tmp_path / "seed.yml"
    written.write_text(yaml.safe_dump(seed, allow_unicode=True, sort_keys=False), encoding="utf-8")
    ports = [word for port in ("page", "jira", "slack") for word in (f"--{port}-port", "0")]
    command = [sys.executable, "-m", "sandbox", *ports, "--seed", str(written)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        try:
            yield Sandbox(json.loads(process.stdout.readline())["slack"])
        finally:
            process.terminate()


def until(what: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something to be there; gives it."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return found
