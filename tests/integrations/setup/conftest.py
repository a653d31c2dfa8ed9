"""Somebody's own site, which is a sandbox, and the setup run against it as its administrators would."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import app
from sandbox.running import Sandbox, default_seed, new_world

SECRETS = {"JIRA_API_TOKEN": "sandbox", "SLACK_BOT_TOKEN": "xoxb-sandbox", "SLACK_APP_TOKEN": "xapp-sandbox"}
DOOR = "http://127.0.0.1:1"

Setup = Callable[..., Result]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    seed = default_seed()
    running = Sandbox(new_world(replace(seed, slack=replace(seed.slack, rate_limit=False))))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to set up in, with nothing in the environment but where Slack is."""
    for name in [name for name in os.environ if name.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SLACK_API_URL", f"{sandbox.world.places.slack}/api")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(home: Path) -> Setup:
    """Run it as a person would, who types these lines and then ends the input."""

    def run(*lines: str, options: tuple[str, ...] = ()) -> Result:
        return CliRunner().invoke(app.main, ["setup", *options], input="".join(f"{line}\n" for line in lines))

    return run


@pytest.fixture
def scripted(home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Setup:
    """Run it as a script would; what is named is put in the place of what is usual, None leaves it out."""

    def run(*more: str, secrets: dict[str, str] | None = None, **options: str | None) -> Result:
        for name, value in (SECRETS if secrets is None else secrets).items():
            monkeypatch.setenv(name, value)
        usual = {
            "jira_url": sandbox.world.places.jira,
            "jira_email": "yardmaster@example.com",
            "project": "PAY",
            "decider": "mika@example.com=sbx-mika",
        }
        chosen = {name: value for name, value in (usual | options).items() if value is not None}
        words = [word for name, value in chosen.items() for word in (f"--{name.replace('_', '-')}", value)]
        return CliRunner().invoke(app.main, ["setup", "--yes", "--no-backfill", *words, *more])

    return run
