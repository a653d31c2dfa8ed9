"""Finds which known issues a new one repeats, how sure that is, and why; the index itself is behind a port."""

from orchestrator.related.confidence import Signals, confidence
from orchestrator.related.documents import Candidate, Corpus, Query, Traits
from orchestrator.related.evidence import Evidence, evidence
from orchestrator.related.features import Features
from orchestrator.related.model import DEFAULTS, MEANT, SHIPPED, Model
from orchestrator.related.ranking import Match, rank
from orchestrator.related.relations import Relation, relation
from orchestrator.related.tokens import TERMS_VERSION, Terms, query_terms, terms

__all__ = [
    "DEFAULTS",
    "MEANT",
    "SHIPPED",
    "TERMS_VERSION",
    "Candidate",
    "Corpus",
    "Evidence",
    "Features",
    "Match",
    "Model",
    "Query",
    "Relation",
    "Signals",
    "Terms",
    "Traits",
    "confidence",
    "evidence",
    "query_terms",
    "rank",
    "relation",
    "terms",
]
