"""The stage plays a story with a bot that is ready and does nothing: what is left behind, and how the clock goes on."""

from __future__ import annotations

import pytest

from sandbox.playing.company import Company
from sandbox.playing.doing import take_away
from sandbox.playing.library import story
from sandbox.playing.stage import StageError
from sandbox.running import Sandbox
from tests.sandbox.ear import control
from tests.sandbox.idle_bot import IdleBot


def told(sandbox: Sandbox, name: str) -> dict[str, str]:
    """Begin a story, stop it once its issue is there, and give the keys of its issues."""
    stage = sandbox.stage
    stage.bot = IdleBot(url="http://127.0.0.1:1", token="")
    stage.start(name, speed=600, leaps=True)
    player = stage.player
    assert player is not None
    while not player.keys:
        assert stage.state == "playing", stage.trouble
        stage.wait(0.02)
    stage.stop()
    return player.keys


def test_a_story_that_is_told_again_finds_nothing_of_the_time_before(sandbox: Sandbox) -> None:
    first = told(sandbox, "0")
    again = told(sandbox, "00-known-problem")
    assert sandbox.world.jira.issue(first["again"]) is None
    assert sandbox.world.jira.issue(again["again"]) is not None


def test_a_story_is_played_with_the_bot_that_the_page_follows(sandbox: Sandbox) -> None:
    with pytest.raises(StageError, match="no bot is known"):
        sandbox.stage.start("0")
    sandbox.world.witness.follow(IdleBot(url="http://127.0.0.1:1", token=""))
    sandbox.stage.start("0")
    assert sandbox.stage.state == "playing"
    sandbox.stage.stop()


def test_the_clock_goes_on_as_before_the_story(sandbox: Sandbox) -> None:
    control(sandbox, "POST", "clock", {"speed": 3})
    told(sandbox, "0")
    assert control(sandbox, "GET", "clock")["speed"] == 3


def test_what_somebody_deleted_already_is_no_hindrance(sandbox: Sandbox) -> None:
    company = Company(places=sandbox.world.places)
    company.gather()
    take_away(company, story("0"), {"again": "WEB-999"})
    assert sandbox.world.jira.issue("PAY-1") is not None
