"""A small yard of known issues for tests: builds queries, candidates and the corpus around them."""

from collections import Counter
from collections.abc import Sequence

from orchestrator.related import Candidate, Corpus, Match, Query, Traits, rank, terms

DAY = 86_400
NOW = 1_700_000_000
FILLER = tuple(
    f"{thing} {trouble}"
    for thing in ("printer", "badge reader", "mail gateway", "build agent", "wiki", "ledger", "coffee machine")
    for trouble in ("is slow on mondays", "shows a blank page", "needs an upgrade", "rejects the login")
)


def asked(summary: str, description: str = "", traits: Traits | None = None) -> Query:
    return Query(terms=terms(summary, description), traits=traits or Traits(created=NOW))


def known(number: int, summary: str, description: str = "", traits: Traits | None = None) -> Candidate:
    return Candidate.of(number, terms(summary, description), traits or Traits(created=NOW - DAY))


def crowd(*others: Candidate) -> list[Candidate]:
    """The given issues among many that are about something else, with ids from 1,000."""
    return [*others, *(known(1_000 + number, summary) for number, summary in enumerate(FILLER))]


def corpus_of(candidates: Sequence[Candidate]) -> Corpus:
    df = Counter(term for each in candidates for term in each.ids)
    length = sum(each.length for each in candidates) / max(len(candidates), 1)
    return Corpus(documents=len(candidates), average_length=length, df=df)


def matches(query: Query, *others: Candidate, limit: int = 10) -> tuple[Match, ...]:
    candidates = crowd(*others)
    return rank(query, candidates, corpus_of(candidates), limit)
