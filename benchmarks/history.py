"""The issues of a data set as each was when it was created, and apart from them what people said of them later.

A decision under test may see `Report`; only the measuring may see `Verdicts`. It reads no files.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

import click

from orchestrator.related import MEANT, SHIPPED, Model, Traits


class UnusableData(click.ClickException, ValueError):
    """A file is not what it should be, or too little to measure by; the message says where and why.

    A command that meets it prints the message and ends with 2.
    """

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An issue as created. `key` is its name in the file."""

    key: str
    summary: str
    description: str
    traits: Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What people said later; pairs are of keys, the smaller first.

    `linked`: a link of any kind. `same`: a link that says the same problem.
    `closed_as_duplicate`: closed so, whether or not the file says of what.
    """

    linked: frozenset[tuple[str, str]]
    same: frozenset[tuple[str, str]]
    closed_as_duplicate: frozenset[str]


class Nearness(Protocol):
    """How near reports are in meaning."""

    @property
    def seconds(self) -> float:
        """How long it took to encode a report."""
        ...

    def near(self, place: int, among: Collection[int]) -> dict[int, int]:
        """Give how near earlier reports are, by their places, in per mille: those `among`, and the nearest of all."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All reports in the order of their creation, the verdicts on them, and what an encoder made of them, if any."""

    reports: tuple[Report, ...]
    verdicts: Verdicts
    vectors: Nearness | None = None

    @property
    def defaults(self) -> Model:
        """Give the model that ships for what is known of the reports."""
        return SHIPPED if self.vectors is None else MEANT


def history(reports: list[Report], verdicts: Verdicts) -> History:
    """Put the reports in order; of a key that comes twice the first counts."""
    once: dict[str, Report] = {}
    for report in reports:
        once.setdefault(report.key, report)
    return History(
        reports=tuple(sorted(once.values(), key=lambda report: (report.traits.created, report.key))),
        verdicts=verdicts,
    )


def pair(one: str, other: str) -> tuple[str, str]:
    """Give an unordered pair in its one order."""
    return (one, other) if one < other else (other, one)


def answers(past: History, pairs: frozenset[tuple[str, str]]) -> dict[int, frozenset[int]]:
    """For each place in `reports` that has any, the places of the earlier reports it is paired with."""
    places = {report.key: place for place, report in enumerate(past.reports)}
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        if one in places and other in places and one != other:
            earlier, later = sorted((places[one], places[other]))
            found.setdefault(later, set()).add(earlier)
    return {later: frozenset(earlier) for later, earlier in sorted(found.items())}


def number_in(text: str) -> float | None:
    """Give the number that a cell holds; None where it holds none, or none that is finite."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if isfinite(found) else None
