"""The search for words in texts: all of them, `*` and `?` in a word, a phrase in quotes, `-` before what must miss.

Where Jira reduces words to their stems, the usual endings of English are allowed for.
"""

import re
from collections.abc import Callable, Iterable

TERM = re.compile(r'(-?)(?:"([^"]+)"|(\S+))')
ENDINGS = r"(?:s|es|ed|ing)?"


def words_test(text: str) -> Callable[[Iterable[str]], bool]:
    """Whether texts hold all the words together."""
    terms = [(_pattern(phrase or word, phrase=bool(phrase)), bool(out)) for out, phrase, word in TERM.findall(text)]
    wanted = [(pattern, out) for pattern, out in terms if pattern]

    def test(texts: Iterable[str]) -> bool:
        whole = "\n".join(texts)
        return all((pattern.search(whole) is None) == out for pattern, out in wanted)

    return test


def _pattern(term: str, *, phrase: bool) -> re.Pattern[str] | None:
    words = re.findall(r"[\w*?]+", re.sub(r"\*+", "*", term))
    if not any(re.search(r"\w", word) for word in words):
        return None
    parts = [re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w") for word in words]
    ending = "" if phrase or re.search(r"[*?]$", term) else ENDINGS
    inside = r"\W+".join(parts)
    return re.compile(rf"(?<!\w){inside}{ending}(?!\w)", re.IGNORECASE)
