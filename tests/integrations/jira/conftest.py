"""A small sandbox whose Jira the tests of this directory share, and the gateway to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from integrations.jira.gateway import JiraTracker

COMMAND = (sys.executable, "-m", "sandbox")
REPOSITORY = Path(__file__).parents[3]


class Site:
    """A Jira, and the people in it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.people = requests.Session()
        self.people.trust_env = False

    def ask(self, method: str, path: str, body: object = None, *, by: str = "dana") -> Any:
        answer = self.people.request(
            method, self.url + path, json=body, auth=(f"{by}@example.com", "sandbox"), timeout=10
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def create(self, summary: str = "Card is refused", **fields: Any) -> int:
        known = {"project": {"key": "PAY"}, "issuetype": {"name": "Bug"}, "summary": summary}
        return int(self.ask("POST", "/rest/api/2/issue", {"fields": known | fields})["id"])

    def effects(self, item: int, kind: str) -> list[dict[str, Any]]:
        key = self.ask("GET", f"/rest/api/2/issue/{item}", by="bot")["key"]
        return [one for one in self.ask("GET", "/_sandbox/effects") if one["issue"] == key and one["kind"] == kind]

    def break_off(self, path: str, *, method: str = "POST") -> None:
        """Have the next answer lost after the work is done."""
        fault = {"service": "jira", "path": path, "method": method, "times": 1, "drop": "after"}
        self.ask("POST", "/_sandbox/faults", fault)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    ports = [word for name in ("page", "jira", "slack") for word in (f"--{name}-port", "0")]
    seed = Path(__file__).with_name("seed.yml")
    log = tmp_path_factory.mktemp("sandbox") / "stderr"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [*COMMAND, *ports, "--seed", str(seed)], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready, log.read_text()
        try:
            yield Site(json.loads(ready)["jira"])
        finally:
            process.terminate()


@pytest.fixture
def tracker(site: Site) -> JiraTracker:
    return JiraTracker(site.url, "bot@example.com", "sandbox")
