"""A whole installation to measure: database, sandbox, and the bot's own processes as an operator starts them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import randbelow
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

import requests
from sqlalchemy import Engine, create_engine

from benchmarks.database import own_database
from benchmarks.payloads import JIRA_SECRET, SLACK_SECRET
from benchmarks.vendors import CountedRequests, TimedEffects, vendors
from sandbox.direct import direct_session
from sandbox.running import Sandbox

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_S = 240.0
_LOWEST, _SHARES, _SHARE = 15_000, 100, 170


def free_port() -> int:
    """Give a port that nobody listens on now, below those that systems give to whoever asks for any port.

    So nobody gets it between the choice and its use but who chooses like this, and processes that were started one
    soon after the other choose apart.
    """
    first = _LOWEST + os.getpid() % _SHARES * _SHARE
    while True:
        port = first + randbelow(_SHARE)
        with suppress(OSError), socket.socket() as held:
            held.bind(("127.0.0.1", port))
            return port


def own_environ() -> dict[str, str]:
    """Give this process's environment without any setting of Jira, Slack or Yardmaster."""
    ours = ("SLACK_", "JIRA_", "YARDMASTER_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Everything that runs; `engine` reads and writes the bot's own database."""

    url: str
    engine: Engine
    sandbox: Sandbox
    requests: CountedRequests
    effects: TimedEffects
    rules: Path
    port: int = field(default_factory=free_port)

    @property
    def door(self) -> str:
        """Give the address of the door."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def program(self, name: str) -> Iterator[None]:
        """Run `yardmaster NAME` meanwhile."""
        with running([sys.executable, str(ROOT / "app.py"), name], self.environ()):
            yield

    def connect(self) -> None:
        """Tell the sandbox's Jira and Slack where the door is."""
        places = self.sandbox.world.places
        with direct_session() as session:
            hook = {"url": f"{self.door}/jira/webhook", "secret": JIRA_SECRET}
            slack = {"request_url": f"{self.door}/slack/events", "signing_secret": SLACK_SECRET}
            told = session.post(f"{places.page}/_sandbox/connect", json={"webhook": hook, "slack": slack}, timeout=10)
            told.raise_for_status()

    def environ(self) -> dict[str, str]:
        """Give the environment of the bot's processes: the sandbox's accounts, and nothing of our own settings."""
        places = self.sandbox.world.places
        return own_environ() | {
            "JIRA_URL": places.jira,
            "JIRA_EMAIL": "yardmaster@example.com",
            "JIRA_API_TOKEN": "sandbox",
            "JIRA_WEBHOOK_SECRET": JIRA_SECRET,
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": SLACK_SECRET,
            "SLACK_API_URL": f"{places.slack}/api",
            "YARDMASTER_DATABASE_URL": self.url,
            "YARDMASTER_RULES": str(self.rules),
            "YARDMASTER_PORT": str(self.port),
            "YARDMASTER_LOG_LEVEL": "ERROR",
        }


#: Made-up issues come by the hundred within minutes and share made-up words: what is measured is each by itself.
_PAIRS_ONLY = "workflows: {duplicates: {batches: null}}\n"


@contextmanager
def installed() -> Iterator[Installation]:
    """Make an installation in which nothing of the bot runs yet."""
    with ExitStack() as stack:
        url = stack.enter_context(own_database(commit_times=True)).url()
        sandbox, counted, effects = stack.enter_context(vendors())
        engine = create_engine(url)
        stack.callback(engine.dispose)
        rules = Path(stack.enter_context(TemporaryDirectory()))
        told_unasked = ignore_patterns("watch.yml")  # would be counted with what is measured
        copytree(ROOT / "sandbox" / "seeds" / "rules", rules, dirs_exist_ok=True, ignore=told_unasked)
        (rules / "pairs_only.yml").write_text(_PAIRS_ONLY, encoding="utf-8")
        yield Installation(url=url, engine=engine, sandbox=sandbox, requests=counted, effects=effects, rules=rules)


@contextmanager
def running(command: Sequence[str], environ: dict[str, str], *, quiet: bool = False) -> Iterator[None]:
    """Run a process meanwhile, without what it says if `quiet`; it is told to end, and killed where it does not."""
    said = subprocess.DEVNULL if quiet else None
    with subprocess.Popen(command, env=environ, cwd=ROOT, stdout=said, stderr=said) as process:
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(url: str, status: int = 200) -> None:
    """Wait until the address gives this status; raises TimeoutError after four minutes."""
    end = time.monotonic() + _PATIENCE_S
    with direct_session() as session:
        while time.monotonic() < end:
            try:
                if session.get(url, timeout=10).status_code == status:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.02)
    raise TimeoutError(f"{url} did not answer {status}")
