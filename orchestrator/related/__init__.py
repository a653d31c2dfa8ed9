"""Finds which known issues a new one repeats, how sure that is, and why; the index itself is behind a port."""

from orchestrator.related.confidence import MODEL_VERSION, Signals, confidence
from orchestrator.related.evidence import Evidence, evidence
from orchestrator.related.ranking import RANKING_VERSION, Candidate, Corpus, Match, Query, Traits, rank
from orchestrator.related.tokens import TERMS_VERSION, Terms, query_terms, terms

__all__ = [
    "MODEL_VERSION",
    "RANKING_VERSION",
    "TERMS_VERSION",
    "Candidate",
    "Corpus",
    "Evidence",
    "Match",
    "Query",
    "Signals",
    "Terms",
    "Traits",
    "confidence",
    "evidence",
    "query_terms",
    "rank",
    "terms",
]
