"""Says in two to five plain sentences what speaks for a match and what against it.

Words of the issue are text from outside: they stand in `Evidence.quotes`, never in `Evidence.text`, so that the
caller can escape them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.related.confidence import Signals
from orchestrator.related.documents import Corpus, Query
from orchestrator.related.ranking import Match

_QUOTES = 3
_FOR = 3
_AGAINST = 2
_OLD_DAYS = 180
_MONTH_DAYS = 30
_LITTLE = 300
_NEARLY = 600
_SAME = 950
_CLOSE_LEAD = 50
_NEAR_IN_MEANING = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence; `{0}`, `{1}`, ... in `text` are the places of `quotes`, which are tainted."""

    text: str
    quotes: tuple[str, ...] = ()


def evidence(query: Query, match: Match, corpus: Corpus) -> tuple[Evidence, ...]:
    """Give up to three sentences that speak for `match`, then up to two against it; at least two in all."""
    signals = match.signals
    favour = (*_words(query, match, corpus), _likeness(signals), *_in_common(signals))
    return (*favour[:_FOR], *tuple(_against(signals))[:_AGAINST])


def _words(query: Query, match: Match, corpus: Corpus) -> Iterator[Evidence]:
    telling = _telling(query, match, corpus)
    if not telling:
        return
    most = max(corpus.df.get(term, 0) for term, _ in telling)
    places = [f"{{{place}}}" for place in range(len(telling))]
    named = " and ".join(filter(None, (", ".join(places[:-1]), places[-1])))
    each = "each found in at most" if len(telling) > 1 else "found in"
    yield Evidence(
        text=f"Both name {named}, {each} {most:,} of {corpus.documents:,} issues.",
        quotes=tuple(word for _, word in telling),
    )


def _telling(query: Query, match: Match, corpus: Corpus) -> list[tuple[int, str]]:
    """The most telling shared words, leaving out numbers and what is part of another."""
    words = dict(zip(query.terms.ids, query.terms.words, strict=True))
    chosen: list[tuple[int, str]] = []
    for term in sorted(match.shared, key=lambda term: (corpus.df.get(term, 0), -len(words[term]), term)):
        word = words[term]
        if any(_overlap(word, other) for _, other in chosen) or not any(letter.isalpha() for letter in word):
            continue
        chosen.append((term, word))
        if len(chosen) == _QUOTES:
            break
    return chosen


def _overlap(word: str, other: str) -> bool:
    one, two = word.casefold(), other.casefold()
    return one in two or two in one


def _likeness(signals: Signals) -> Evidence:
    if signals.titles >= _SAME:
        return Evidence(text="The summaries say the same.")
    if signals.titles >= _NEARLY:
        return Evidence(text="The summaries say nearly the same.")
    meant = "" if signals.meaning is None else f", in meaning {signals.meaning // 10} %"
    return Evidence(text=f"The texts are {signals.text // 10} % as close as a copy would be{meant}.")


def _in_common(signals: Signals) -> Iterator[Evidence]:
    days = abs(signals.days)
    if days == 0:
        yield Evidence(text="It was reported within a day of this one.")
    elif days < _OLD_DAYS:
        yield Evidence(text=f"It was reported {days} {'day' if days == 1 else 'days'} {_order(signals)}.")
    if signals.components:
        yield Evidence(text="Both are about the same component.")
    if signals.reporter:
        yield Evidence(text="The same person reported both.")


def _against(signals: Signals) -> Iterator[Evidence]:
    days = abs(signals.days)
    if days >= _OLD_DAYS:
        yield Evidence(text=f"Against it: it was reported {days // _MONTH_DAYS} months {_order(signals)}.")
    if signals.project is False:
        yield Evidence(text="Against it: it is in a different project.")
    if signals.components is False:
        yield Evidence(text="Against it: it is about a different component.")
    if signals.titles < _LITTLE:
        yield Evidence(text="Against it: the summaries have little in common.")
    if signals.meaning is not None and signals.meaning < _NEAR_IN_MEANING:
        yield Evidence(text="Against it: the two are not near in meaning.")
    if signals.lead < _CLOSE_LEAD:
        yield Evidence(text="Against it: another known issue fits about as well.")
    if signals.kind is False:
        yield Evidence(text="Against it: it is of a different type.")


def _order(signals: Signals) -> str:
    return "earlier" if signals.days >= 0 else "later"
