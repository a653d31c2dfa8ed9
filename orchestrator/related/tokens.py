"""Turns an issue's summary and description into weighted integer terms, and picks those worth searching for.

Pure and bounded: a pasted log costs no more than a long text. It must not know where terms are
stored, nor rank anything.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

from orchestrator.related.stopwords import HEADING, MAIL, STOP_WORDS

TERMS_VERSION = "2"
"""Changes whenever the same text would give other terms: a stored index of another version must be built again."""

SUMMARY_CHARACTERS = 1_000
DESCRIPTION_CHARACTERS = 20_000
DISTINCT_TERMS = 400
SUMMARY_WEIGHT = 3
FRAMES = 12
_WORD_CHARACTERS = 120
_COUNT_LIMIT = 255

_MARKUP = re.compile(
    r"```\w*|\{(?:code|noformat|quote|panel|color)(?:[:|][^{}\n]{0,200})?\}|\{\{|\}\}|\[~[^\]\n]{0,200}\]"
    r"|![^!\s|]{1,200}(?:\|[^!\n]{0,100})?!|<!?[a-z#@/][^<>\n]{0,200}>|&[a-z]{2,6};|^h[1-6]\.\s",
    re.IGNORECASE | re.MULTILINE,
)
_FRAME = re.compile(
    r"^[> \t]*(?:at[ \t]+(?:[\w.$@\-]+/)*(?:[\w$]+\.)*?(?P<type>[\w$]+)\.(?P<method>[\w$<>]+)[ \t]?\([^()\n]*\)[^\n]*"
    r"|File \"(?P<file>[^\"\n]{1,200})\.py\", line \d+, in (?P<function>\w+)[ \t]*|\.\.\. \d+ more[ \t]*)$",
    re.MULTILINE,
)
_COMPOUND = re.compile(r"\w+(?:[.:/@#'\-]\w+)*")
_UNSPACED_RANGES = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED = re.compile(f"[{_UNSPACED_RANGES}]")
_PIECE = re.compile(rf"[{_UNSPACED_RANGES}]+|[^\W_{_UNSPACED_RANGES}]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NOISE = re.compile(r"\d{4}-\d\d-\d\dt?.*|\d[\d:.]*:[\d:.]+|\d{6,}|(?=\w*\d)[0-9a-f\-]{12,}|0x[0-9a-f]{9,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an issue says, as sorted distinct 31-bit term ids with weighted counts (1 to 255), and the word behind each.

    `words[i]` is a surface word of the term `counts[i]`: text from outside, never to be shown unescaped.
    `summary` holds the ids that stand in the summary, a sorted subset of all ids.
    """

    counts: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    summary: tuple[int, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """The term ids alone, ascending: what an index stores and searches."""
        return tuple(term for term, _ in self.counts)

    @property
    def length(self) -> int:
        """The sum of all weighted counts."""
        return sum(count for _, count in self.counts)

    def word(self, term: int) -> str:
        """The surface word behind `term`; KeyError where the text does not have it."""
        return dict(zip(self.ids, self.words, strict=True))[term]


def terms(summary: str, description: str) -> Terms:
    """The terms of an issue; only the first 1,000 and 20,000 characters and the first 400 distinct terms count.

    Of stack traces the first 12 frames count, each as one term, so that the way to an error does not drown the rest.
    """
    counts: dict[int, int] = {}
    words: dict[int, str] = {}
    _collect(_words(_spoken(_plain(summary, SUMMARY_CHARACTERS))), SUMMARY_WEIGHT, counts, words)
    named = tuple(sorted(counts))
    text = _plain(description, DESCRIPTION_CHARACTERS)
    _collect(islice(_frames(text), FRAMES), 1, counts, words)
    _collect(_words(_spoken(_FRAME.sub(" ", text))), 1, counts, words)
    ids = sorted(counts)
    return Terms(
        counts=tuple((term, min(counts[term], _COUNT_LIMIT)) for term in ids),
        words=tuple(words[term] for term in ids),
        summary=named,
    )


def prose(summary: str, description: str) -> str:
    """What a reader would read: no markup, no template headings, no heads of mails, no frames of stack traces."""
    text = _spoken(_FRAME.sub(" ", _plain(description, DESCRIPTION_CHARACTERS)))
    return "\n".join(filter(None, (_spoken(_plain(summary, SUMMARY_CHARACTERS)).strip(), text.strip())))


def query_terms(query: Terms, df: Mapping[int, int], documents: int, budget: int = 2000) -> tuple[int, ...]:
    """The rarest known terms of `query` whose document frequencies sum to at most `budget`, rarest first.

    The rarest known term is always there; a term that no document has finds nothing, and one
    that every document has tells nothing while others are known.
    """
    known = sorted((df[term], term) for term in query.ids if df.get(term, 0) > 0)
    chosen: list[int] = []
    spent = 0
    for frequency, term in known:
        spent += frequency
        if chosen and (spent > budget or frequency >= documents):
            break
        chosen.append(term)
    return tuple(chosen)


def term_id(word: str) -> int:
    """A stable 31-bit id, the same in every process and release of one `TERMS_VERSION`."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big") & 0x7FFF_FFFF


def _plain(text: str, limit: int) -> str:
    """The first `limit` characters, normalised."""
    return unicodedata.normalize("NFKC", text[:limit])[:limit].replace("\r\n", "\n")


def _spoken(text: str) -> str:
    """What is left without markup, template headings and the heads of mails."""
    return MAIL.sub(" ", HEADING.sub(" ", _MARKUP.sub(" ", text)))


def _collect(found: Iterable[tuple[str, str]], weight: int, counts: dict[int, int], words: dict[int, str]) -> None:
    for folded, surface in found:
        term = term_id(folded)
        if term in counts:
            counts[term] += weight
        elif len(counts) < DISTINCT_TERMS:
            counts[term] = weight
            words[term] = surface


def _frames(text: str) -> Iterator[tuple[str, str]]:
    """The frames of stack traces, each as one term: its type or file with its method, without what leads there."""
    for frame in _FRAME.finditer(text):
        place = frame["type"] or (frame["file"] or "").rpartition("/")[2]
        if place:
            surface = f"{place}.{frame['method'] or frame['function']}"[:_WORD_CHARACTERS]
            yield surface.casefold(), surface


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of folded word and surface word: each word, and the parts of compound ones."""
    for match in _COMPOUND.finditer(text):
        yield from _parts(match.group()[:_WORD_CHARACTERS])


@lru_cache(maxsize=50_000)
def _parts(compound: str) -> tuple[tuple[str, str], ...]:
    if _NOISE.fullmatch(compound.casefold()):
        return ()
    found = {} if _UNSPACED.search(compound) else {compound.casefold(): compound}
    for piece in _PIECE.findall(compound):
        found.setdefault(piece.casefold(), piece)
        for part in _CAMEL.findall(piece) if piece.isascii() else ():
            found.setdefault(part.casefold(), part)
    return tuple((stem(word), surface) for word, surface in _unspaced(found) if _counts(word))


def _unspaced(found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Text written without spaces gives its pairs of neighbouring characters, all other words themselves."""
    for word, surface in found.items():
        if _UNSPACED.search(word) and len(word) > 2:
            yield from ((word[i : i + 2], word[i : i + 2]) for i in range(len(word) - 1))
        else:
            yield word, surface


def _counts(word: str) -> bool:
    return len(word) > 1 and word not in STOP_WORDS and not _NOISE.fullmatch(word)


def stem(word: str) -> str:
    """Plural and verb endings off a plain word (Harman's S stemmer, and -ing, -ed); names and numbers stay."""
    if not word.isascii() or not word.isalpha() or len(word) < 5:
        return word
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _undoubled(word[: -len(ending)] + replacement)
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word
