"""Seeks the known issues that a new one may repeat: by its words, by its meaning, and those that somebody named.

Reads only. It must not rank them.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator import related
from orchestrator.meanings import Meanings
from orchestrator.memory import Items, Models


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What was found. `query`: the question, with what was measured; `model`: the one that such a question asks for.

    `unfound`: those named whom no word finds.
    """

    query: related.Query
    corpus: related.Corpus
    candidates: tuple[related.Candidate, ...]
    model: related.Model
    unfound: frozenset[int]

    def best(self, limit: int) -> tuple[related.Match, ...]:
        """Give the likeliest, best first."""
        return related.rank(self.query, self.candidates, self.corpus, limit, self.model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """The index, the model in use, and the encoder if one is set up."""

    items: Items
    models: Models
    meanings: Meanings | None = None

    def seek(
        self, query: related.Query, said: str, item: int, resolved_after: datetime, named: Collection[int] = ()
    ) -> Sought:
        """Find what is open or was closed after that. `said`: what an encoder reads; `item`: whose it is, or 0.

        Where no meaning is measured, the model that heeds none ranks.
        """
        corpus = self.items.corpus(query.terms.ids)
        terms = related.query_terms(query.terms, corpus.df, corpus.documents)
        found = self.items.search(terms, item, resolved_after)
        unfound = frozenset(named) - {one.id for one in found}
        ids = {one.id for one in found} | unfound
        near = self.meanings.near(said, item, resolved_after, sorted(ids)) if self.meanings else {}
        more = (near.keys() - ids) | unfound
        return Sought(
            query=replace(query, meanings=near),
            corpus=corpus,
            candidates=(*found, *self.items.candidates(sorted(more))),
            model=self.models.active(related.MEANT if near else related.SHIPPED),
            unfound=unfound,
        )
