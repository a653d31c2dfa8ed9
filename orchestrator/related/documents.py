"""The issues that are compared, as the index holds them, and the index as a whole. Values; nothing is judged here."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from struct import pack, unpack

from orchestrator.related.tokens import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is known of an issue besides its text, as of its creation; an empty value means unknown and moves nothing.

    `created` is in seconds since the epoch, UTC.
    """

    created: int
    project: str = ""
    components: tuple[str, ...] = ()
    kind: str = ""
    reporter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The new issue. `meanings`: how near known issues are to it in meaning, by their ids, in per mille."""

    terms: Terms
    traits: Traits
    meanings: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A known issue as the index holds it: its traits, and `counts`, `length` and `summary` of its `Terms`.

    The counts stand as bytes, because a search gives hundreds of candidates, of most of which only the few terms matter
    that they share with the query: `terms` are the ids, ascending, four bytes each, the lowest first; `times` how often
    each stands there, one byte each.
    """

    id: int
    terms: bytes
    times: bytes
    length: int
    summary: tuple[int, ...]
    traits: Traits

    @classmethod
    def of(cls, id_: int, said: Terms, traits: Traits) -> "Candidate":
        """Give an issue as a candidate."""
        return cls(
            id=id_,
            terms=pack(f"<{len(said.counts)}I", *said.ids),
            times=bytes(times for _, times in said.counts),
            length=said.length,
            summary=said.summary,
            traits=traits,
        )

    @property
    def ids(self) -> tuple[int, ...]:
        """The term ids, ascending."""
        return unpack(f"<{len(self.times)}I", self.terms)

    def held(self, asked: frozenset[int]) -> list[tuple[int, int]]:
        """Give those of the terms that it holds, ascending, each with how often."""
        ids = self.ids
        return [(term, self.times[bisect_left(ids, term)]) for term in sorted(asked.intersection(ids))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The index as a whole: its documents, their average `length`, and in how many of them a query's terms stand.

    `df` must hold all terms of the query that any document has.
    """

    documents: int
    average_length: float
    df: Mapping[int, int]

    def weight(self, term: int) -> float:
        """Give how much a term tells: its BM25 inverse document frequency, always above zero."""
        frequency = min(self.df.get(term, 0), self.documents)
        return log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))
