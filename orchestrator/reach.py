"""Reads what may wait for some items, a few steps along their links, never more than can be judged. Decides nothing."""

from collections.abc import Callable, Collection, Iterable

from orchestrator.impact import STEPS, neighbours
from rules.model import Item


def reached(
    items: Iterable[Item],
    read: Callable[[Collection[int]], Iterable[Item]],
    most: int,
    along: Callable[[Item], frozenset[int]] = neighbours,
) -> dict[int, Item]:
    """Give the items with what can be reached from them, by id: at most `most` more, in at most four reads.

    Nearer ones are read before farther ones, and of those equally far the older ids.
    """
    known = {one.id: one for one in items}
    edge, left = list(known.values()), most
    for _ in range(STEPS):
        beyond = sorted({other for one in edge for other in along(one)} - known.keys())[:left]
        if not beyond:
            break
        edge, left = list(read(beyond)), left - len(beyond)
        known |= {one.id: one for one in edge}
    return known
