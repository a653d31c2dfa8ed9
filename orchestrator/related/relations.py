"""Names what a match is to the new issue: a duplicate, of the same cause, possibly blocking, related, or nothing.

Below its confidence it says nothing. Pure; it must not decide whether anybody is asked or anything is done.
"""

import re
from enum import StrEnum
from typing import Final

from orchestrator.related.documents import Corpus, Query
from orchestrator.related.ranking import Match

DUPLICATE_FROM: Final = 350
"""The confidence, in per mille, from which on it is called a duplicate: from there on most are, where the data tell."""
RELATED_FROM: Final = 80
"""Of the pairs from here on people linked one in ten; of those below, one in a hundred."""

_RARE_SHARE = 0.01
_RARE_AT_LEAST = 3
_FRAME = re.compile(r"[A-Z][\w$]*\.(?!(?:java|py|js|ts|cs|cpp|go|rb|xml|json|ya?ml|sh|txt|log|md)$)[a-z<][\w$<>]*")
_FAULT = re.compile(
    r"(?:[a-z]\w*\.)*[A-Z]\w*(?:Exception|Error|Failure)"
    r"|[A-Z]{2,}[A-Z0-9]*[_\-][A-Z0-9_\-]*\d{2,}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
)
_WAITS = r"(?:blocked|held up) by|depend(?:s|ing|ent) on|wait(?:s|ing)? (?:for|on)|requires"


class Relation(StrEnum):
    """What a known issue is to the new one."""

    DUPLICATE = "duplicate"
    SAME_CAUSE = "same cause"
    BLOCKING = "possibly blocking"
    RELATED = "related"


def relation(query: Query, match: Match, corpus: Corpus, text: str = "", key: str = "") -> Relation | None:
    """Name the relation, None where there is too little for any.

    `text` is what the new issue says, `key` the known one's: who writes "blocked by KEY" says that it may be blocking.
    A related one that shares a fault (an exception, an error code) and a frame, which hardly any other issue has, is of
    the same cause. Such marks alone say nothing: of 38 pairs in two public histories people had linked none.
    """
    if match.confidence >= DUPLICATE_FROM:
        return Relation.DUPLICATE
    if key and _waits_for(text, key):
        return Relation.BLOCKING
    if match.confidence < RELATED_FROM:
        return None
    return Relation.SAME_CAUSE if _of_one_cause(marks(query, match, corpus)) else Relation.RELATED


def marks(query: Query, match: Match, corpus: Corpus) -> tuple[str, ...]:
    """Give the rare frames, exceptions and error codes that the two have in common, the rarest first, as written."""
    words = dict(zip(query.terms.ids, query.terms.words, strict=True))
    rare = max(_RARE_AT_LEAST, round(_RARE_SHARE * corpus.documents))
    found: list[str] = []
    for term in match.shared:
        word = words[term]
        if corpus.df.get(term, 0) > rare or any(_part(word, other) for other in found):
            continue
        if _FRAME.fullmatch(word) or _FAULT.fullmatch(word):
            found.append(word)
    return tuple(found)


def _of_one_cause(shared: tuple[str, ...]) -> bool:
    return any(map(_FAULT.fullmatch, shared)) and any(map(_FRAME.fullmatch, shared))


def _part(one: str, other: str) -> bool:
    return one.casefold() in other.casefold() or other.casefold() in one.casefold()


def _waits_for(text: str, key: str) -> bool:
    if key.casefold() not in text.casefold():
        return False
    named = rf"(?:https?://\S{{1,200}}/browse/)?{re.escape(key)}(?![\w-])"
    return re.search(rf"\b(?:{_WAITS})\W+(?:\w+\W+){{0,3}}?{named}", text, re.IGNORECASE) is not None
