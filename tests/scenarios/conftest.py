"""A town for each story."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.slack.manifest import scopes
from sandbox.running import Sandbox, default_seed, new_world
from tests.scenarios.town import Town

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@pytest.fixture
def settle(database_url: str) -> Iterator[Callable[..., Town]]:
    """Found a town whose Slack grants what the manifest asks for; what its processes complain of is printed."""
    with ExitStack() as stack:

        def found(**chosen: Any) -> Town:
            seed = default_seed()
            slack = replace(seed.slack, rate_limit=False, scopes=scopes(MANIFEST.read_text(encoding="utf-8")))
            sandbox = Sandbox(new_world(replace(seed, slack=slack)))
            sandbox.start()
            stack.callback(sandbox.stop)
            town = Town(sandbox, database_url, **chosen)
            stack.callback(lambda: print(town.close()))  # noqa: T201 - pytest shows it with a failure
            town.open()
            return town

        yield found


@pytest.fixture
def town(settle: Callable[..., Town]) -> Town:
    return settle()
