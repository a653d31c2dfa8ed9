"""Where the published specifications lie, if they are here at all. Reads nothing of them."""

import os
from pathlib import Path

import pytest


def shared_place() -> Path | None:
    """The directory that holds `specs` and `fixtures`; none where they are not at hand."""
    place = Path(os.environ.get("YARDMASTER_SHARED", Path(__file__).parents[4] / "shared"))
    return place if (place / "specs").is_dir() else None


def shared_or_skip() -> Path:
    """The same directory; a test that needs it is skipped without it."""
    place = shared_place()
    if place is None:
        pytest.skip("the published specifications are not here; YARDMASTER_SHARED says where they are")
    return place
