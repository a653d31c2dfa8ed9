"""How many requests Jira takes: so many a second on each endpoint, and so many writes of an issue. Off until set.

Published: 100 GET or POST and 50 PUT or DELETE a second; 20 writes of an issue in 2 seconds, 100 in 30. Real time.
"""

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BURST = "jira-burst-based"
PER_ISSUE = "jira-per-issue-on-write"
ISSUE_WINDOWS = ((20, 2.0), (100, 30.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One request too many: the limit, why, and after how many seconds another may be tried."""

    limit: int
    reason: str
    wait_s: float

    def headers(self) -> dict[str, str]:
        """The headers of a 429, as Jira sends them."""
        wait_s = max(1, math.ceil(self.wait_s))
        reset = datetime.now(UTC) + timedelta(seconds=wait_s)
        return {
            "Retry-After": str(wait_s),
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%MZ"),
            "RateLimit-Reason": self.reason,
        }


class Limits:
    """The limits and what was asked lately; callers hold the world's lock. PUT and DELETE have half the `burst`."""

    def __init__(self) -> None:
        self.burst: int | None = None
        self.per_issue = False
        self._asked: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def set(self, *, burst: int | None, per_issue: bool) -> None:
        """Limit from now on; no burst is no limit, and what was asked before does not count."""
        if burst is not None and not 2 <= burst <= 1_000_000:
            raise ValueError("burst must be from 2 to 1000000, or null")
        self.burst, self.per_issue = burst, per_issue
        self._asked.clear()

    def refused(self, method: str, endpoint: str, issue: str | None) -> Refusal | None:
        """Count a request, or say why it is one too many; what is refused is not counted."""
        windows: list[tuple[tuple[str, str], int, float, str]] = []
        if self.burst:
            most = self.burst if method in ("GET", "POST") else self.burst // 2
            windows.append(((method, endpoint), most, 1.0, BURST))
        if self.per_issue and issue and method != "GET":
            windows += [((f"{span_s}", issue), most, span_s, PER_ISSUE) for most, span_s in ISSUE_WINDOWS]
        now = time.monotonic()
        for key, most, span_s, reason in windows:
            asked = self._asked[key]
            while asked and asked[0] <= now - span_s:
                asked.popleft()
            if len(asked) >= most:
                return Refusal(limit=most, reason=reason, wait_s=asked[0] + span_s - now)
        for key, *_ in windows:
            self._asked[key].append(now)
        return None
