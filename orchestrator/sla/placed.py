"""When the first clock breaks that the rules run about an open issue, kept so that queues begin with it. Pure."""

from collections.abc import Iterable
from datetime import datetime

from orchestrator.sla.clocks import Cycle
from orchestrator.sla.ended import basis
from rules.canonical import Value, digest
from rules.ruleset import Ruleset

__all__ = ["Place", "all_bases", "breaks_first"]


class Place(Value, frozen=True, kw_only=True):
    """When the first of an open issue's clocks breaks or broke, None where none counts; `by`: as `all_bases` says."""

    item: int
    at: datetime | None
    by: str


def all_bases(rules: Ruleset) -> str:
    """Give the digest of all by which the rules' clocks run, so that places of before are known."""
    return digest([(name, basis(rule, rules)) for name, rule in sorted(rules.slas.items())])


def breaks_first(cycles: Iterable[Cycle]) -> datetime | None:
    """Give when the first of running cycles breaks, or broke; one that is paused before that does not count."""
    running = (one for one in cycles if one.stopped is None and (one.paused_by is None or one.breached))
    return min((one.breaches_at for one in running if one.breaches_at is not None), default=None)
