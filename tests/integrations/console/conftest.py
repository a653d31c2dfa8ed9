"""A ledger and its broadcast, quick enough for tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.console import Broadcast
from tests.integrations.console.yard import Yard


@pytest.fixture
def yard() -> Yard:
    return Yard()


@pytest.fixture
def broadcast(yard: Yard) -> Iterator[Broadcast]:
    broadcast = Broadcast(yard, every_s=0.01, heartbeat_s=0.05)
    yield broadcast
    broadcast.stop()
