"""From a site of one's own to the first decision, with nothing but `yardmaster setup` and `yardmaster run`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.running import Sandbox, default_seed, new_world
from tests.sandbox.ear import new_issue
from tests.scenarios.terminal import Terminal
from tests.scenarios.test_stories import AGAIN, KNOWN, linked
from tests.scenarios.town import ROOT, Town

pytestmark = pytest.mark.long

KEPT = "what is done is kept"


@pytest.fixture
def town() -> Iterator[Town]:
    """A site and a workspace that have not heard of the bot."""
    seed = default_seed()
    sandbox = Sandbox(new_world(replace(seed, slack=replace(seed.slack, rate_limit=False))))
    sandbox.start()
    town = Town(sandbox, "")
    yield town
    town.close()
    sandbox.stop()


@pytest.fixture
def environ(town: Town, tmp_path: Path) -> dict[str, str]:
    """The environment of a newcomer, who has set nothing but what keeps two tests apart."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))}
    ours = {
        "SLACK_API_URL": f"{town.sandbox.world.places.slack}/api",
        "YARDMASTER_PORT": str(town.port),
        "YARDMASTER_API_TOKEN": "t0ken",
        "YARDMASTER_HOME": str(tmp_path / "var"),
    }
    return kept | ours


def program(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "app.py"), *words]


def connect(terminal: Terminal, town: Town) -> None:
    terminal.answer("Address of your Jira site", town.sandbox.world.places.jira)
    terminal.answer("E-mail address of the bot's account", "yardmaster@example.com")
    terminal.answer("API token", "sandbox")
    terminal.answer("Bot User OAuth Token, xoxb-...:", "xoxb-sandbox")
    terminal.answer("socket or http", "")
    terminal.answer("App-Level Token, xapp-...:", "xapp-sandbox")


def choose(terminal: Terminal, town: Town) -> None:
    terminal.answer("Public address", town.url)
    terminal.answer("Key of the first project", "PAY")
    terminal.answer("Channel to ask in", "")
    terminal.answer("Link type", "")
    terminal.answer("Status that an issue ends in", "")
    terminal.answer("Resolution", "")
    terminal.answer("Who decides?", "mika@example.com, priya@example.com")
    terminal.answer("Jira account of mika", "")
    terminal.answer("Jira account of priya", "Priya Raman")
    terminal.answer("people.yml?", "y")
    terminal.answer("Read it now?", "")


def test_a_site_of_ones_own_comes_to_its_first_decision(town: Town, environ: dict[str, str], tmp_path: Path) -> None:
    known = new_issue(town.as_person("dana"), "PAY", **KNOWN)
    with Terminal(program("setup"), environ, tmp_path) as terminal:
        connect(terminal, town)
        choose(terminal, town)
        assert terminal.finish() == 0, terminal.said
    assert "xapp-sandbox" not in terminal.said

    with subprocess.Popen(program("run"), env=environ, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        try:
            town.wait_until_ready()
            again = program("setup", "--yes")
            beside = subprocess.run(again, env=environ, cwd=tmp_path, capture_output=True, text=True, check=True)
            key = new_issue(town.as_person("dana"), "PAY", **AGAIN)
            town.press("mika", town.card(key, "request.approve"), "request.approve")
            town.wait_until_closed(key)
        finally:
            running.send_signal(signal.SIGINT)
            said = running.communicate(timeout=60)[1]

    assert "as it must be" in beside.stdout
    assert running.returncode == 0, said
    assert linked(town, key) == [known]
    assert "Traceback" not in said


def test_ctrl_c_ends_cleanly_and_what_was_done_is_not_asked_again(
    town: Town, environ: dict[str, str], tmp_path: Path
) -> None:
    with Terminal(program("setup"), environ, tmp_path) as first:
        connect(first, town)
        first.answer("Public address", "")
        first.answer("Key of the first project", "PAY")
        first.interrupt("Channel to ask in", KEPT)
        assert first.finish() == 130, first.said

    with Terminal(program("setup"), environ, tmp_path) as second:
        second.answer("Public address", "")
        second.answer("Key of the first project", "")
        second.interrupt("Key of the first project", KEPT)
        assert second.finish() == 130, second.said

    assert "Traceback" not in first.said
    assert "API token" not in second.said
