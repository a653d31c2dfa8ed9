"""An empty town for each test."""

from __future__ import annotations

import pytest

from tests.integrations.directory.town import Town


@pytest.fixture
def town() -> Town:
    return Town()
