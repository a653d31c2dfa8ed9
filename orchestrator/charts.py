"""What a picture in a message shows, as numbers; it is drawn where messages are given a vendor's form. Values only."""

from datetime import datetime

from rules.canonical import Value

__all__ = ["Bar", "Chart"]


class Bar(Value, frozen=True, kw_only=True):
    """An hour: how many hours of work wait at its end, with their range, and how many people are there in it."""

    at: datetime
    middle: int
    low: int
    high: int
    there: int


class Chart(Value, frozen=True, kw_only=True):
    """Hours one after the other, told in a time zone. `words` say the same to who does not see the picture."""

    time_zone: str
    bars: tuple[Bar, ...]
    words: str
