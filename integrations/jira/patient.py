"""Asks Jira again what it failed to answer: after the pause that it wants, or longer ones each time, never at once.

It knows nothing of what is asked. Pauses are stretched by chance, so that many who failed together do not come back
together. A trouble is told in the log once, however many questions meet it.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeVar

from orchestrator.ports import GatewayError

__all__ = ["PAUSES_S", "Patient"]

T = TypeVar("T")

#: At least so many seconds lie before each further try; then it is given up.
PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
_STRETCH = 0.25
_log = logging.getLogger(__name__)


class Patient:
    """Tries again what may be tried again. Each question has tries of its own."""

    def __init__(
        self,
        pauses: Sequence[float] = PAUSES_S,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Remember how long to wait.

        Args:
            pauses: at least so many seconds before each further try; none for who comes again anyway.
            sleep: waits so many seconds of transport time between two tries.
            chance: a number from 0 up to 1; a pause gets up to a quarter longer by it.
        """
        self._pauses = pauses
        self._sleep = sleep
        self._chance = chance
        self._told = False

    def ask(self, question: Callable[[], T]) -> T:
        """Give the answer to a question, after as many tries as it needs.

        Raises:
            GatewayError: trying again is of no use, or did not help.

        Source: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ (`Retry-After`, jitter).
        """
        for place, pause in enumerate(self._pauses):
            try:
                answer = question()
            except GatewayError as error:
                if not error.retryable:
                    raise
                self._wait(error, pause)
            else:
                self._told = self._told and place > 0
                return answer
        return question()

    def follow(self, fetch: Callable[[str | None], tuple[T, str | None]], doing: str) -> Iterator[T]:
        """Give pages up to the last: `fetch` gives a page by its token, and the token of the next, if there is one.

        Raises:
            GatewayError: a page failed for good or again and again, or the tokens lead in a circle.
        """
        token: str | None = None
        followed: set[str] = set()
        while True:
            page, token = self.ask(partial(fetch, token))
            yield page
            if not token:
                return
            if token in followed:
                raise GatewayError(f"Jira leads in a circle when {doing}", retryable=False)
            followed.add(token)

    def _wait(self, error: GatewayError, pause: float) -> None:
        wait = max(pause, error.retry_after or 0.0) * (1 + _STRETCH * self._chance())
        _log.log(logging.DEBUG if self._told else logging.WARNING, "%s; it is tried again in %.0f s", error, wait)
        self._told = True
        self._sleep(wait)
