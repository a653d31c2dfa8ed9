"""A town for each story."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.slack.manifest import scopes
from sandbox.running import Sandbox, default_seed, new_world
from tests.scenarios.town import Town, quiet_rules, wednesday

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@pytest.fixture
def settle(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Town]]:
    """Found a town whose Slack grants what the manifest asks for; what its processes complain of is printed.

    Nobody is told anything unasked there, so that messages can be counted, unless a test gives it other `rules`.
    """
    rules = quiet_rules(tmp_path / "quiet")
    with ExitStack() as stack:

        def found(**chosen: Any) -> Town:
            seed = default_seed()
            slack = replace(seed.slack, rate_limit=False, scopes=scopes(MANIFEST.read_text(encoding="utf-8")))
            world = new_world(replace(seed, slack=slack))
            world.clock.set(wednesday(world.clock.now()))
            sandbox = Sandbox(world)
            sandbox.start()
            stack.callback(sandbox.stop)
            town = Town(sandbox, database_url, **({"rules": rules} | chosen))
            stack.callback(lambda: print(town.close()))  # noqa: T201 - pytest shows it with a failure
            town.open()
            return town

        yield found


@pytest.fixture
def town(settle: Callable[..., Town]) -> Town:
    return settle()
