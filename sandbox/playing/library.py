"""Finds the stories that ship and reads them, with the capabilities that their checks name."""

from functools import lru_cache
from pathlib import Path

from sandbox.playing.script import Capability, Story, StoryError, read_capabilities, read_story

HERE = Path(__file__).parents[1] / "stories"


@lru_cache
def capabilities() -> dict[str, Capability]:
    """What the bot can do and shall do; raises StoryError."""
    return read_capabilities((HERE / "capabilities.yml").read_text(encoding="utf-8"))


def names() -> list[str]:
    """The stories' names in their order."""
    return sorted(path.stem for path in HERE.glob("[0-9][0-9]-*.yml"))


@lru_cache
def story(name: str) -> Story:
    """The story of that name, or of that number; StoryError where there is none, or it has mistakes."""
    found = next((one for one in names() if name in (one, one[:2], one[:2].lstrip("0") or "0", one[3:])), None)
    if found is None:
        raise StoryError(f"there is no story {name!r}; there are {', '.join(names())}")
    return read_story((HERE / f"{found}.yml").read_text(encoding="utf-8"), capabilities())
