"""Starts the sandbox as a process of its own, for people without accounts, and gives the settings that lead to it."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet

Say = Callable[[str], None]


class SandboxFailed(Exception):
    """The sandbox did not start; it said why itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSandbox:
    """A running sandbox and where its page, Jira and Slack are."""

    process: "subprocess.Popen[str]"
    page: str
    jira: str
    slack: str

    def settings(self, webhook_secret: str, door: str) -> dict[str, str]:
        """Give the environment with which the bot, whose door is at `door`, reaches it: its own, public tokens."""
        return {
            "JIRA_URL": self.jira,
            "JIRA_EMAIL": "yardmaster@example.com",
            "JIRA_API_TOKEN": "sandbox",
            "JIRA_WEBHOOK_SECRET": webhook_secret,
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_APP_TOKEN": "xapp-sandbox",
            "SLACK_API_URL": f"{self.slack}/api",
            "YARDMASTER_CLOCK_URL": f"{self.page}/_sandbox/clock",
            "ATLASSIAN_CLIENT_ID": "sandbox",
            "ATLASSIAN_CLIENT_SECRET": "sandbox",
            "ATLASSIAN_AUTH_URL": f"{self.page}/atlassian/auth",
            "ATLASSIAN_API_URL": f"{self.page}/atlassian/api",
            "YARDMASTER_GRANT_KEYS": Fernet.generate_key().decode(),
            "YARDMASTER_PUBLIC_URL": door,
        }

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(arguments: Sequence[str], say: Say) -> LocalSandbox:
    """Start it and hand on what it says from then on, line by line; raises SandboxFailed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    first = process.stdout.readline() if process.stdout is not None else ""
    try:
        ready = json.loads(first)
        found = LocalSandbox(process=process, page=ready["page"], jira=ready["jira"], slack=ready["slack"])
    except (ValueError, KeyError, TypeError) as error:
        process.terminate()
        process.wait()
        raise SandboxFailed("the sandbox did not start") from error
    threading.Thread(target=_hand_on, args=(process, say), name="sandbox", daemon=True).start()
    return found


def _hand_on(process: "subprocess.Popen[str]", say: Say) -> None:
    for line in process.stdout or ():
        say(line.rstrip("\n"))
