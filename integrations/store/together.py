"""Has what several threads want done at the same time done at once by one of them. It must not know what that is."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Wish = TypeVar("Wish")
Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _Place(Generic[Wish, Result]):
    """One thread's place in the row."""

    wish: Wish
    result: Result | None = None
    is_over: bool = False


class Together(Generic[Wish, Result]):
    """Threads take their places in a row; the first has all that stand there done, while new ones gather behind."""

    def __init__(self, do: Callable[[Sequence[Wish]], Sequence[Result]], most: int) -> None:
        """Do at most so many at once; `do` gives the results in the order of the wishes."""
        self._do, self._most = do, most
        self._row: deque[_Place[Wish, Result]] = deque()
        self._one_at_a_time = Lock()

    def done(self, wish: Wish) -> Result | None:
        """Give the result once it is there; None where `do` broke, which whoever did it for all is told of."""
        mine = _Place[Wish, Result](wish)
        self._row.append(mine)
        with self._one_at_a_time:
            while not mine.is_over:
                self._take(min(len(self._row), self._most))
        return mine.result

    def _take(self, number: int) -> None:
        places = [self._row.popleft() for _ in range(number)]
        try:
            results = self._do([place.wish for place in places])
            for place, result in zip(places, results, strict=True):
                place.result = result
        finally:
            for place in places:
                place.is_over = True
