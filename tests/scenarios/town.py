"""A whole installation for a story: sandbox, database, and the bot's own processes, which speak real HTTP."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import requests
from sqlalchemy import create_engine, text

from benchmarks.installation import free_port
from sandbox.direct import direct_session
from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control, rest

T = TypeVar("T")
Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
_UNDER_WAY = text("""
SELECT count(*) FILTER (WHERE state = 'waiting') + (SELECT count(*) FROM procrastinate_jobs) AS left, count(*) AS events
FROM events
""")
RULES = ROOT / "sandbox" / "seeds" / "rules"
YARD = "C0YARD0001"
SLACK = {"dana": "U0DANA0001", "mika": "U0MIKA0001", "priya": "U0PRIYA001", "tom": "U0TOM00001", "gus": "U0GUEST001"}
WEBHOOK_SECRET = "webhook-secret"
SIGNING_SECRET = "signing-secret"
GRANT_KEY = base64.urlsafe_b64encode(b"thirty-two bytes for the tests..").decode()


def eventually(
    find: Callable[[], T | None], seconds: float = 120.0, why: str | Callable[[], str] = "it never happened"
) -> T:
    """The first true thing that `find` gives."""
    end = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end, why if isinstance(why, str) else why()
        time.sleep(0.05)
    return found


def wednesday(now: datetime) -> datetime:
    """Give the next Wednesday, 10:00 in UTC, when everybody is at work: nobody is asked in another's place."""
    return (now + timedelta(days=(2 - now.weekday() - 1) % 7 + 1)).replace(hour=10, minute=0)


def quiet_rules(place: Path) -> Path:
    """Copy the sandbox's rules, but for those by which teams are told something unasked."""
    return shutil.copytree(RULES, place, ignore=shutil.ignore_patterns("watch.yml"))


@dataclass
class Town:
    """One installation; `over_http`: Slack talks to the door instead of over a socket.

    Without a `webhook` Jira reaches nobody; `poll`: every so many seconds Jira is asked what changed.
    """

    sandbox: Sandbox
    database_url: str
    over_http: bool = False
    webhook: bool = True
    poll: int | None = None
    rules: Path = RULES
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    words: Any = field(default_factory=tempfile.TemporaryFile)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Start the door and a worker, connect Jira and Slack with them, and have the bot learn what Jira holds."""
        self.connect()
        self.start("door")
        self.start("worker")
        self.start("backfill")
        assert self.processes.pop("backfill").wait(120) == 0
        self.wait_until_ready()

    def connect(self) -> None:
        """Tell Jira, and Slack where it sends requests, where the door is."""
        if self.webhook:
            hook = {"url": f"{self.url}/jira/webhook", "secret": WEBHOOK_SECRET}
            control(self.sandbox, "POST", "connect", {"webhook": hook})
        if self.over_http:
            there = {"request_url": f"{self.url}/slack/events", "signing_secret": SIGNING_SECRET}
            control(self.sandbox, "POST", "connect", {"slack": there})

    def start(self, name: str) -> None:
        started = subprocess.Popen(self.command_line(name), env=self.environ(), stderr=self.words, cwd=ROOT)
        self.processes[name] = started

    @staticmethod
    def command_line(name: str) -> list[str]:
        return [sys.executable, str(ROOT / "app.py"), name]

    def kill(self, name: str) -> None:
        """SIGKILL: no goodbye, no cleaning up."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def close(self) -> str:
        """Stop everything; gives what the processes said."""
        for process in self.processes.values():
            process.terminate()
        codes = {name: process.wait(60) for name, process in self.processes.items()}
        self.words.seek(0)
        said = str(self.words.read().decode())
        self.words.close()
        assert set(codes.values()) <= {0}, f"{codes}: {said}"
        return said

    def said(self) -> str:
        """What the processes have written to their logs so far; read beside them, since they share the file."""
        return os.pread(self.words.fileno(), 10_000_000, 0).decode()

    def wait_until_ready(self) -> None:
        eventually(lambda: self.get("/health/ready").status_code == 200, why="the bot did not get ready")
        if not self.over_http:  # the door is ready without it
            eventually(self.sandbox.world.outlet.hub.count, why="the bot did not connect to Slack")

    def get(self, path: str) -> requests.Response:
        with direct_session() as session:
            try:
                return session.get(f"{self.url}{path}", headers={"Authorization": "Bearer t0ken"}, timeout=10)
            except requests.ConnectionError:
                away = requests.Response()
                away.status_code = 599
                return away

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> requests.Response:
        with direct_session() as session:
            return session.post(f"{self.url}{path}", data=body, headers=headers, timeout=10)

    def as_person(self, name: str) -> Rest:
        return rest(self.sandbox, name)

    def ask(self, path: str, **body: Any) -> Any:
        return control(self.sandbox, "POST", path, body)

    def effects(self, *kinds: str) -> list[Json]:
        """What the bot did, in order."""
        found = control(self.sandbox, "GET", "effects")
        ours = [one for one in found if one["actor"] in ("yardmaster", "yardmaster@example.com")]
        return [one for one in ours if not kinds or one["kind"] in kinds]

    def trail(self, key: str) -> list[Json]:
        answer = self.get(f"/api/trail/{key}")
        return list(answer.json()["entries"]) if answer.status_code == 200 else []

    def told(self, key: str, kind: str) -> list[Json]:
        return [entry for entry in self.trail(key) if entry["kind"] == kind]

    def issue(self, key: str) -> Json:
        answer = self.as_person("yardmaster")("GET", f"issue/{key}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def status(self, key: str) -> str:
        return str(self.issue(key)["fields"]["status"]["name"])

    def messages(self, channel: str = YARD) -> list[Json]:
        return list(control(self.sandbox, "GET", f"slack/messages?channel={channel}"))

    def card(self, key: str, words: str = "") -> Json:
        """The newest card about an issue, once it says `words`."""

        def find() -> Json | None:
            return next(
                (
                    one
                    for one in reversed(self.messages())
                    if key in json.dumps(one) and words in json.dumps(one, ensure_ascii=False)
                ),
                None,
            )

        return eventually(find, why=lambda: f"no card about {key} says {words!r}\n{self.story(key)}")

    def story(self, key: str) -> str:
        """What happened to an issue, for the words of a failure."""
        told = [f"{entry['kind']}: {entry['text']}" for entry in self.trail(key)]
        shown = [f"to {name}: {one['text']}" for name in SLACK for one in self.private(name)]
        return "\n".join([*told, *shown, *(str(one["text"]) for one in self.messages())])

    def wait_until_closed(self, key: str, seconds: float = 120.0) -> None:
        eventually(lambda: self.status(key) == "Closed", seconds, why=lambda: f"{key} is open\n{self.story(key)}")

    def press(self, person: str, card: Json, action: str, **more: Any) -> Json:
        """Press the first button of that action on a card."""
        element = self.button(card, action)
        where = {"user": SLACK[person], "channel": more.pop("channel", YARD), "ts": card["ts"]}
        pressed = self.ask("slack/press", **where, action_id=element["action_id"], value=element["value"], **more)
        assert pressed["ok"], pressed
        return dict(pressed)

    @staticmethod
    def button(card: Json, action: str) -> Json:
        """The first button of that action on a card."""
        buttons = [element for block in card["blocks"] for element in block.get("elements", ())]
        return next(one for one in buttons if str(one.get("action_id", "")).partition(":")[0] == action)

    def command(self, person: str, words: str) -> Json:
        return dict(self.ask("slack/command", user=SLACK[person], channel=YARD, command="/yard", text=words))

    def private(self, person: str) -> list[Json]:
        """What was shown to one person alone in #yard, oldest first."""
        screen = control(self.sandbox, "GET", f"slack/screen?user={SLACK[person]}")
        return list(screen["ephemerals"])

    def write(self, person: str, words: str) -> None:
        assert self.ask("slack/message", user=SLACK[person], channel=YARD, text=words)["ok"]

    def at_rest(self) -> bool:
        """Whether nothing is under way: no delivery, no waiting event, no look.

        These are not seen in one moment. So nothing may be under way in the store before and after there is no
        delivery, and no event may have come between, which a look and a delivery hand on to each other.
        """
        engine = create_engine(self.database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            before = connection.execute(_UNDER_WAY).one()
            is_idle = bool(control(self.sandbox, "GET", "idle")["idle"])
            after = connection.execute(_UNDER_WAY).one()
        engine.dispose()
        return is_idle and before == after and after.left == 0

    def environ(self) -> dict[str, str]:
        places = self.sandbox.world.places
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SLACK_", "JIRA_", "ATLASSIAN_", "YARDMASTER_"))
        }
        http = {"SLACK_SIGNING_SECRET": SIGNING_SECRET} if self.over_http else {"SLACK_APP_TOKEN": "xapp-sandbox"}
        secret = {"JIRA_WEBHOOK_SECRET": WEBHOOK_SECRET} if self.webhook else {}
        poll = {"YARDMASTER_POLL": str(self.poll)} if self.poll else {}
        return (
            kept
            | http
            | secret
            | poll
            | {
                "JIRA_URL": places.jira,
                "JIRA_EMAIL": "yardmaster@example.com",
                "JIRA_API_TOKEN": "sandbox",
                "SLACK_BOT_TOKEN": "xoxb-sandbox",
                "SLACK_API_URL": f"{places.slack}/api",
                "YARDMASTER_DATABASE_URL": self.database_url,
                "YARDMASTER_CLOCK_URL": f"{places.page}/_sandbox/clock",
                "YARDMASTER_RULES": str(self.rules),
                "YARDMASTER_API_TOKEN": "t0ken",
                "YARDMASTER_PORT": str(self.port),
                "YARDMASTER_LOG_LEVEL": "WARNING",
                "ATLASSIAN_CLIENT_ID": "sandbox",
                "ATLASSIAN_CLIENT_SECRET": "sandbox",
                "ATLASSIAN_AUTH_URL": f"{places.page}/atlassian/auth",
                "ATLASSIAN_API_URL": f"{places.page}/atlassian/api",
                "YARDMASTER_GRANT_KEYS": GRANT_KEY,
                "YARDMASTER_PUBLIC_URL": self.url,
            }
        )
