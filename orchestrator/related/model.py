"""The model of related issues as one value: in which order they stand, how sure a match is, and the model's name.

Each decision names the version of the model that it was made with. Whoever changes a shipped table, or what a piece of
evidence measures, changes the shipped version. Pure; it must not rank.
"""

from dataclasses import dataclass

from orchestrator.related.confidence import MEANT_TABLE, TABLE, Coefficients
from orchestrator.related.weights import MEANT_WEIGHTS, WEIGHTS, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What ranking and confidence are made with. `version` changes whenever the same input would give other answers."""

    version: str
    weights: Weights
    table: Coefficients


SHIPPED = Model(version="related-1", weights=WEIGHTS, table=TABLE)
"""The good defaults that everybody starts from."""

MEANT = Model(version="related-1-meant", weights=MEANT_WEIGHTS, table=MEANT_TABLE)
"""The defaults for where an encoder tells how near in meaning two issues are."""

DEFAULTS = (SHIPPED, MEANT)
"""All that ship; what is learned starts from one of them, and takes its place."""
