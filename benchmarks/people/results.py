"""Measures who was found, and writes it down, as words for a person or as plain data for a program."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.measures import Estimate, coverage, estimate
from benchmarks.people.cases import Split
from benchmarks.people.router import Chances, habits, linear, mean, plain, trust
from orchestrator.learning.scoring import Guess, calibration_error

__all__ = ["Found", "Results", "as_data", "as_table", "measure"]

CUTS = (1, 3, 5)
PRECISIONS = (75, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How often the right one is among the first, by how many; how much is covered at a precision; how calibrated."""

    top: dict[int, Estimate]
    coverage: dict[int, float]
    calibration_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Of a split: the mean of habits and linear model, each alone, and the plain baseline."""

    split: Split
    ours: Found
    habits: Found
    linear: Found
    baseline: Found


def measure(split: Split) -> Results:
    """Learn from what is known, ask about what came later."""
    usual = habits(split.known, split.asked, split.cut)
    fitted = linear(split.known, split.asked, split.cut)
    right = [one.who for one in split.asked]
    return Results(
        split=split,
        ours=found(mean((usual, trust(split.known)), (fitted, 1.0)), right),
        habits=found(usual, right),
        linear=found(fitted, right),
        baseline=found(plain(split.closed, split.asked, split.cut), right),
    )


def found(chances: Chances, right: Sequence[str]) -> Found:
    """Compare chances with who it was; whoever was never seen before counts as not found."""
    places = {name: place for place, name in enumerate(chances.names)}
    order = np.argsort(-chances.rows, axis=1, kind="stable")
    ranks = [
        int(np.flatnonzero(order[row] == places[who])[0]) if who in places else len(places) + CUTS[-1]
        for row, who in enumerate(right)
    ]
    best = chances.rows.max(axis=1, initial=0.0)
    guesses = [Guess(confidence=round(1000 * best[row]), right=rank == 0) for row, rank in enumerate(ranks)]
    return Found(
        top={cut: estimate([float(rank < cut) for rank in ranks], seed=0) for cut in CUTS},
        coverage={percent: coverage(guesses, percent / 100) for percent in PRECISIONS},
        calibration_error=calibration_error(guesses),
    )


def as_table(results: Results) -> str:
    """Give the results as lines of text."""
    split = results.split
    rows = (
        ("ours", results.ours),
        ("habits", results.habits),
        ("linear", results.linear),
        ("baseline", results.baseline),
    )
    return "\n".join(
        (
            f"{split.name}: {len(split.known):,} known, {len(split.asked):,} asked, {split.left_out:,} left out",
            f"of those asked about, {_never_seen(split):,} went to somebody who was never seen before",
            f"{'':9}" + "".join(f"{f'top {cut}':>22}" for cut in CUTS),
            *(f"{who:9}" + "".join(f"{_interval(one):>22}" for one in each.top.values()) for who, each in rows),
            *(
                f"{who}: covers {each.coverage[75]:.2f} at 75 % precision, {each.coverage[90]:.2f} at 90 %; "
                f"calibration error {each.calibration_error:.3f}"
                for who, each in rows
            ),
        )
    )


def as_data(results: Results) -> dict[str, object]:
    """Give the results as JSON types; shares from 0 to 1."""
    split = results.split
    members = {name: _data(one) for name, one in (("habits", results.habits), ("linear", results.linear))}
    return {
        "name": split.name,
        "n": len(split.asked),
        "known": len(split.known),
        "left_out": split.left_out,
        "never_seen": _never_seen(split),
        **_data(results.ours),
        "baseline": _data(results.baseline),
        "members": members,
    }


def _never_seen(split: Split) -> int:
    """Count what cannot be foretold: who took it took nothing before."""
    seen = {one.who for one in split.known}
    return sum(one.who not in seen for one in split.asked)


def _data(one: Found) -> dict[str, object]:
    return {
        "top": {str(cut): round(each.mean, 4) for cut, each in one.top.items()},
        "intervals": {str(cut): [round(each.low, 4), round(each.high, 4)] for cut, each in one.top.items()},
        "coverage_at_precision": {str(percent): round(share, 4) for percent, share in one.coverage.items()},
        "ece": round(one.calibration_error, 4),
    }


def _interval(value: Estimate) -> str:
    return f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"
