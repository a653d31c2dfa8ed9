"""Which issues are parts of one plan: people linked them because one waits for the other, or comes of it. Pure.

Parts of a plan share their words and their days, and are still no problem that many report. Where people couple two of
them as repetitions, that holds; this speaks only against guessing.
"""

from collections.abc import Iterable, Mapping

from orchestrator.batching.partition import component
from orchestrator.batching.told import Pair
from rules.model import Item

#: Types of links, in lower case, that say that one issue comes before another. A plain relation says nothing.
_ORDERING = frozenset(
    (
        "blocks",
        "blocker",
        "causes",
        "problem/incident",
        "depends",
        "dependency",
        "dependent",
        "requires",
        "gantt end to start",
        "issue split",
        "work item split",
    )
)


def apart_by_plan(likeness: Mapping[Pair, int], items: Iterable[Item]) -> dict[Pair, int]:
    """Leave out the pairs of issues that hang together through such links, be it through issues not at hand."""
    links = [(item.id, link.other) for item in items for link in item.links if link.type.casefold() in _ORDERING]
    plan: dict[int, int] = {}
    for one, _ in links:
        if one not in plan:
            parts = component([one], links)
            plan |= dict.fromkeys(parts, min(parts))
    return {
        (one, other): likely
        for (one, other), likely in likeness.items()
        if one not in plan or plan[one] != plan.get(other)
    }
