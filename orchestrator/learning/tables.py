"""Fits the tables of a model to labels, starting from the shipped ones: how sure a match is, and the order. Pure."""

from collections.abc import Sequence

from orchestrator.learning.fitting import Belief, Example, fit
from orchestrator.learning.labels import Label
from orchestrator.related import SHIPPED, Features
from orchestrator.related.confidence import Coefficients
from orchestrator.related.features import PIECES, SHARES
from orchestrator.related.weights import Weights

#: A coefficient may well be off by a half; more than that, examples have to say. Tried on two histories.
_STIFFNESS = 4.0
#: Yes and no about the best pair tell little of the order: softer weights put the right one later on both histories.
_STEADY = 10.0
_FIXED = 1e9
#: How common repetitions are tells nothing of their order, so that this constant is free.
_FREE = 0.01


def fitted_table(labels: Sequence[Label], defaults: Coefficients = SHIPPED.table) -> Coefficients:
    """Give the table of the confidence, to two decimals, starting from defaults.

    Pairs that a person proposed are left out: what somebody finds worth proposing is hardly ever wrong, which would
    make the model sure of whatever looks like it.
    """
    start = [defaults.constant, *(getattr(defaults, name) for name in SHARES)]
    examples = [_example(one, shares_row(one.pair.features)) for one in labels if not one.by_hand]
    constant, *others = fit(examples, [Belief(value=value, stiffness=_STIFFNESS) for value in start])
    named = {name: round(value, 2) for name, value in zip(SHARES, others, strict=True)}
    return Coefficients(constant=round(constant, 2), **named)


def fitted_weights(labels: Sequence[Label], defaults: Weights = SHIPPED.weights) -> Weights:
    """Give the weights of the ranking, to two decimals, starting from defaults."""
    start = [Belief(value=getattr(defaults, name), stiffness=_STEADY) for name in PIECES]
    _, *others = fit(_ranked(labels), [Belief(value=0.0, stiffness=_FREE), *start])
    return Weights(**{name: round(value, 2) for name, value in zip(PIECES, others, strict=True)})


def base_rate(labels: Sequence[Label], weights: Weights) -> float:
    """Give the constant beside which weights tell these labels best."""
    examples = [_example(one, (1.0, worth(one.pair.features, weights))) for one in labels]
    return fit(examples, [Belief(value=0.0, stiffness=_FREE), Belief(value=1.0, stiffness=_FIXED)])[0]


def worth(seen: Features, weights: Weights) -> float:
    """Give the sum over all pieces of evidence, as the ranking does."""
    each = [value * float(getattr(weights, name)) for name, value in zip(PIECES, pieces_row(seen)[1:], strict=True)]
    return sum(each)


def _ranked(labels: Sequence[Label]) -> list[Example]:
    return [_example(one, pieces_row(one.pair.features)) for one in labels]


def _example(label: Label, row: tuple[float, ...]) -> Example:
    return Example(row=row, right=label.right, weight=label.weight)


def shares_row(seen: Features) -> tuple[float, ...]:
    """Give what the confidence is made of, after the constant's 1; what was not measured is 0."""
    return (1.0, *(seen.shares.get(name, 0) / 1000 for name in SHARES))


def pieces_row(seen: Features) -> tuple[float, ...]:
    """Give the pieces of evidence, after the constant's 1; what was not measured is 0."""
    return (1.0, *(seen.pieces.get(name, 0) / 1000 for name in PIECES))
