"""How well it goes to ask whoever comes first, and how well to try another: told from what was logged. Pure.

Each choice counts by the inverse of how likely it was, so that what was seldom tried counts as if it had been tried as
often as all else (the self-normalised estimator). Where too few were tried it says so and gives no number.
Source: Swaminathan and Joachims, The self-normalized estimator for counterfactual learning, NeurIPS 2015.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from orchestrator.people.tries import WORTH, Try
from rules.canonical import Value
from rules.model import Line

__all__ = ["ENOUGH", "Estimate", "estimate", "told"]

#: So many questions have to be there, as heavy as they are, before any number is told.
ENOUGH: Final = 20
_Z: Final = 1.96


class Estimate(Value, frozen=True, kw_only=True):
    """What asking so is worth, in per mille, with the 95 % interval. `count`: by so many questions."""

    value: int
    low: int
    high: int
    count: int


def estimate(rows: Sequence[tuple[float, float]]) -> Estimate | None:
    """Give the mean worth of what was chosen, each weighed by the inverse of its chance; None for too few.

    Args:
        rows: the chance of each choice, over 0 and up to 1, and what it was worth, from 0 to 1.
    """
    weights = [1 / chance for chance, _ in rows]
    whole, squares = sum(weights), sum(weight**2 for weight in weights)
    if not rows or whole**2 / squares < ENOUGH:
        return None
    mean = sum(weight * worth for weight, (_, worth) in zip(weights, rows, strict=True)) / whole
    errors = (weight * (worth - mean) for weight, (_, worth) in zip(weights, rows, strict=True))
    spread = sum(error**2 for error in errors) ** 0.5 / whole
    # No spread is no certainty: one more could have been unlike all others.
    margin = max(_Z * spread, 1 / (len(rows) + 1))
    low, high = max(0.0, mean - margin), min(1.0, mean + margin)
    return Estimate(value=round(1000 * mean), low=round(1000 * low), high=round(1000 * high), count=len(rows))


def told(tries: Iterable[Try]) -> Line | None:
    """Tell how asking the first compares with trying another, where either could have happened; None for nothing."""
    drawn = [(one, one.draw) for one in tries if one.draw is not None and 0 < one.draw.others < 1000]
    first = [(1 - draw.others / 1000, WORTH[one.end]) for one, draw in drawn if not draw.explored]
    others = [(draw.others / 1000, WORTH[one.end]) for one, draw in drawn if draw.explored]
    if not drawn:
        return None
    best, another = estimate(first), estimate(others)
    if best is None or another is None:
        count = len(others)
        words = f"Tried somebody else than the first {count} time{'s' * (count != 1)}"
        return Line(text=f"{words}: too few to tell whether that goes as well.")
    return Line(
        text=f"Who comes first takes it and brings it to a good end in {_share(best)}; another of the best five, tried "
        f"now and then, in {_share(another)}."
    )


def _share(one: Estimate) -> str:
    return f"{one.value / 10:.0f} % [{one.low / 10:.0f}, {one.high / 10:.0f}] of {one.count}"
