"""What the ranking of duplicates sees between a batch's issues and the one in front, for it to learn from. Pure.

A batch is found by the words of a burst; whether the ranking would have found its pairs too is told here, to nobody but
to learning.
"""

from orchestrator.batching.copies import ranked
from orchestrator.batching.crowds import Crowd
from orchestrator.related import Features

#: What one click says of a batch counts once, so that some of its pairs are enough.
MOST = 20


def alike(crowd: Crowd, head: int) -> dict[int, Features]:
    """Give what is seen between the head and at most so many others, evenly over all, by their ids."""
    issues = {one.id: one for one in crowd.issues}
    others = sorted(issues.keys() - {head})
    if head not in issues:
        return {}
    step = max(1.0, len(others) / MOST)
    chosen = [others[int(place * step)] for place in range(min(len(others), MOST))]
    found = {}
    for id_ in chosen:
        rivals = [issues[other] for other in others if other != id_]
        match = ranked(issues[id_], issues[head], rivals, crowd)
        if match is not None:
            found[id_] = match.features
    return found
