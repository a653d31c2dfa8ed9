"""The stories of the sandbox, played to their ends with a real bot: door, worker, database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.bot import Bot
from sandbox.playing import library
from sandbox.playing.telling import shown, table
from tests.scenarios.town import RULES, Town

pytestmark = pytest.mark.slow
SHORT = ("08-orders-in-a-ticket", "10-laptop")


def played(town: Town, name: str) -> tuple[bool, str]:
    """Whether a story came to its end as far as the bot can do it, and what was said."""
    stage = town.sandbox.stage
    stage.bot = Bot(url=town.url, token="t0ken")
    stage.start(name, leaps=True)
    stage.wait(300)
    findings = stage.player.findings if stage.player else []
    told = [
        f"{name}: {stage.state} {stage.trouble}",
        *(shown(line, stage.zone) for line in stage.lines),
        *table(findings),
    ]
    good = stage.state == "ended" and findings != [] and not any(one.is_failure for one in findings)
    return good, "\n".join(told)


@pytest.mark.long
@pytest.mark.parametrize("name", SHORT)
def test_a_story_comes_to_its_end(settle: Callable[..., Town], name: str) -> None:
    good, told = played(settle(rules=RULES), name)
    assert good, told


@pytest.mark.stories
@pytest.mark.timeout(1200)
def test_all_stories_come_to_their_ends(settle: Callable[..., Town], capsys: pytest.CaptureFixture[str]) -> None:
    town = settle(rules=RULES)
    wrong = []
    for name in library.names():
        good, told = played(town, name)
        with capsys.disabled():
            print(told)  # noqa: T201 - this is what `make stories` is for
        wrong += [] if good else [name]
    assert wrong == []
