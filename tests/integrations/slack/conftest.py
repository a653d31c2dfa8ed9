from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integrations.slack.yard import SECRET, Door, Sandbox, running_sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    tmp_path: Path = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def door() -> Door:
    """A door before a Slack that is down."""
    return Door("http://127.0.0.1:1/api/")


@pytest.fixture
def open_door(sandbox: Sandbox) -> Iterator[Door]:
    """A door that the sandbox's people reach over HTTP."""
    door = Door(sandbox.api_url)
    with door.listening() as address:
        sandbox.tell("connect", slack={"request_url": address, "signing_secret": SECRET})
        yield door
        sandbox.tell("connect", slack=None)
