"""Two clocks that move when they are told to."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class SetClock:
    """Domain time, and `seconds` of transport time. They move together unless only one is moved."""

    def __init__(self) -> None:
        self.at = NOON
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def pass_by(self, **how_long: float) -> None:
        passed = timedelta(**how_long)
        self.at += passed
        self.seconds += passed.total_seconds()
