"""Finds the word that somebody probably meant. No I/O."""

from collections.abc import Iterable

from rapidfuzz.distance import JaroWinkler

#: How alike two words must be, 0 to 1 (Jaro-Winkler), to be worth a suggestion.
ALIKE = 0.8


def nearest(word: str, known: Iterable[str]) -> str:
    """Give "; did you mean X?" with the most alike of the known words, or nothing where none is alike.

    The last part of a dotted word will do: `status` for `item.status`.
    """
    alike, found = max(((_alike(word, one), one) for one in sorted(known)), default=(0.0, ""))
    return f"; did you mean {found}?" if alike >= ALIKE else ""


def _alike(word: str, known: str) -> float:
    return max(JaroWinkler.similarity(word.lower(), one.lower()) for one in (known, known.rpartition(".")[2]))
