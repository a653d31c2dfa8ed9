"""Writes our sentences in plain words, on one line, for where nothing is formatted. Pure."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator
from typing import Final

from rules.model import Line, words_of

__all__ = ["visible", "words"]

_JOINERS: Final = "\u200c\u200d"
_ENDS_OF_LINES: Final = frozenset({"Cc", "Zl", "Zp"})
_UNSEEN: Final = frozenset({"Cf", "Cs"})


def words(line: Line) -> str:
    """Write a sentence; times as ISO 8601 to the minute, in UTC.

    A sentence whose places do not fit its parts is written as it stands: once in the ledger, it cannot be mended.
    """
    try:
        return "".join(_pieces(line))
    except (ValueError, IndexError):
        return _tidy(line.text)


def _pieces(line: Line) -> Iterator[str]:
    for literal, place, _, _ in string.Formatter().parse(line.text):
        yield literal
        if place is not None:
            yield _tidy(words_of(line.parts[int(place)]))


def _tidy(text: str) -> str:
    """Bring text onto one line, without characters that control a terminal or turn around what follows."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """Leave out the characters that control a terminal or turn around what follows; ends of lines become blanks."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    return " " if category in _ENDS_OF_LINES else "" if category in _UNSEEN else character
