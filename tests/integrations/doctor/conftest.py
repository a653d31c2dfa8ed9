"""An installation set up against a sandbox, and the doctor run on it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import app
from integrations.slack.manifest import scopes
from sandbox.running import Sandbox, default_seed, new_world

ROOT = Path(app.__file__).parent
Doctor = Callable[..., "Report"]
RULES = """
workflows: {duplicates: {channel: "#yard"}}
limits: {projects: [PAY, WEB]}
people:
  mika: {name: Mika, jira: sbx-mika, slack: U0MIKA0001, roles: [triager]}
  priya: {name: Priya, jira: sbx-priya, slack: U0PRIYA001, roles: [triager, operator]}
"""


class Report:
    """What the doctor found, and how it ended."""

    def __init__(self, exit_code: int, output: str) -> None:
        self.exit_code = exit_code
        self.found = [json.loads(line) for line in output.splitlines() if line.startswith("{")]

    def of(self, verdict: str) -> list[str]:
        """The words of all findings of a verdict, each with its fix."""
        return [f"{one['system']}: {one['words']} -> {one['fix']}" for one in self.found if one["verdict"] == verdict]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    seed = default_seed()
    granted = scopes((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    running = Sandbox(new_world(replace(seed, slack=replace(seed.slack, rate_limit=False, scopes=granted))))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Path:
    """A directory with good settings and rules."""
    for name in [name for name in os.environ if name.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "rules.yml").write_text(RULES)
    settings = {
        "JIRA_URL": sandbox.world.places.jira,
        "JIRA_EMAIL": "yardmaster@example.com",
        "JIRA_API_TOKEN": "sandbox",
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_API_URL": f"{sandbox.world.places.slack}/api",
        "YARDMASTER_DATABASE_URL": database_url,
        "YARDMASTER_RULES": "rules.yml",
        "YARDMASTER_PORT": "1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def doctor(home: Path) -> Doctor:
    def run(*words: str) -> Report:
        result = CliRunner().invoke(app.main, ["doctor", "--json", *words])
        return Report(result.exit_code, result.output)

    return run
