"""A town for each story."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from sandbox.running import Sandbox, default_seed, new_world
from tests.scenarios.town import Town


@pytest.fixture
def settle(database_url: str) -> Iterator[Callable[..., Town]]:
    """Found a town; what its processes complain of is printed with a failure."""
    with ExitStack() as stack:

        def found(**chosen: Any) -> Town:
            seed = default_seed()
            sandbox = Sandbox(new_world(replace(seed, slack=replace(seed.slack, rate_limit=False))))
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
