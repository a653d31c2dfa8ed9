"""What the search sees: the issues as they were a while ago, when it lags, as Jira's does. The lag is in real time."""

import copy
import time
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import fields

from sandbox.jira.records import Issue


class SearchIndex:
    """Without a lag it shows the issues themselves. Callers hold the world's lock."""

    def __init__(self) -> None:
        self.lag_s = 0.0
        self._shown: dict[int, Issue] = {}
        self._coming: deque[tuple[float, int, Issue | None]] = deque()
        self._touched: set[int] = set()

    def set_lag(self, lag_s: float, issues: dict[int, Issue]) -> None:
        """Lag so many real seconds from now on; what is there now is seen at once."""
        if not 0 <= lag_s <= 3600:
            raise ValueError("search_lag_s must be from 0 to 3600")
        self.lag_s = lag_s
        self._shown = {number: _still(issue) for number, issue in issues.items()} if lag_s else {}
        self._coming.clear()
        self._touched.clear()

    def touch(self, number: int) -> None:
        """An issue is new, changed or gone; `settle` takes it in."""
        if self.lag_s:
            self._touched.add(number)

    def settle(self, issues: dict[int, Issue]) -> None:
        """Take in what was touched, as it is now; the search sees it when the lag is over."""
        due = time.monotonic() + self.lag_s
        for number in self._touched:
            issue = issues.get(number)
            self._coming.append((due, number, _still(issue) if issue else None))
        self._touched.clear()

    def seen(self, issues: dict[int, Issue], reconciled: Collection[int] = ()) -> Iterable[Issue]:
        """The issues as the search sees them; those that the asker wants reconciled as they are."""
        if not self.lag_s:
            return issues.values()
        self.settle(issues)
        while self._coming and self._coming[0][0] <= time.monotonic():
            _, number, issue = self._coming.popleft()
            self._shown.pop(number, None)
            if issue:
                self._shown[number] = issue
        now = {number: issues[number] for number in reconciled if number in issues}
        return ({number: issue for number, issue in self._shown.items() if number not in reconciled} | now).values()


def _still(issue: Issue) -> Issue:
    """An issue that changes no more: its lists are its own."""
    taken = copy.copy(issue)
    for name in [field.name for field in fields(issue) if field.name != "project"]:
        value = getattr(issue, name)
        if isinstance(value, list | dict | set):
            setattr(taken, name, copy.copy(value))
    return taken
