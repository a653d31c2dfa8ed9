"""A bot for the stage that is ready at once, knows nothing and tells nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.bot import Bot


class IdleBot(Bot):
    """Ready at once, knows nothing, tells nothing."""

    def is_ready(self) -> bool:
        return True

    def trail(self, key: str) -> list[dict[str, Any]]:
        del key
        return []

    def stream(self, stopped: Callable[[], bool]) -> Iterator[dict[str, Any]]:
        del stopped
        return iter(())
