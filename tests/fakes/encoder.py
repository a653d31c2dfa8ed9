"""An encoder that knows what a few words are about, and counts what it was asked."""

from math import sqrt

THEMES = {
    "money": {"balance", "money", "empty", "zero", "nothing", "gift", "voucher"},
    "mail": {"mail", "letter", "inbox", "message"},
    "speed": {"slow", "lags", "crawls", "hangs"},
}


class ThemeEncoder:
    """A text's vector says how much of it is about each theme; `read` holds every text that was encoded."""

    name = "themes1"
    width = 4

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, text: str) -> list[float]:
        self.read.append(text)
        words = text.lower().split()
        counts = [0.1, *(float(sum(word in theme for word in words)) for theme in THEMES.values())]
        length = sqrt(sum(count * count for count in counts))
        return [count / length for count in counts]
