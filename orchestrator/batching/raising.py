"""How urgent the issue in front becomes by what waits for the whole batch: raised, never lowered. Pure."""

from collections.abc import Sequence

from orchestrator.impact import weight_of
from rules.actions import PriorityAction
from rules.model import Item
from rules.ruleset import PriorityStep


def raised(head: Item, points: int, steps: Sequence[PriorityStep]) -> PriorityAction | None:
    """Raise the priority to the highest step that the points reach; None where it is as high, or that cannot be told.

    Which of two priorities is higher, their usual names tell, else the steps; of others it is not known.
    """
    reached = [step for step in steps if points >= step.from_points]
    step = max(reached, key=lambda one: one.from_points, default=None)
    if step is None or not _is_higher(step, head.priority, steps):
        return None
    return PriorityAction(item=head.id, before=head.priority, after=step.name)


def _is_higher(step: PriorityStep, present: str | None, steps: Sequence[PriorityStep]) -> bool:
    here, there = weight_of(step.name), weight_of(present)
    if present is None:
        return True
    if here is not None and there is not None:
        return here > there
    rung = next((one.from_points for one in steps if one.name.casefold() == present.casefold()), None)
    return rung is not None and step.from_points > rung
