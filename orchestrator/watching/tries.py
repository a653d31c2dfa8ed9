"""What people did to save a promise since they were warned: which questions were that, and in which words. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from orchestrator.messages import led_by
from orchestrator.rescue.deciding import is_about_rescue
from orchestrator.watching.alerts import Alert
from rules.actions import Action, AssignAction, FieldAction, PriorityAction, TransitionAction
from rules.model import Line, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

__all__ = ["APART", "is_try", "told_of_tries"]

#: How the name of a try begins by which an issue is handled apart from its batch.
APART = "apart:"


def is_try(request: Request, alert: Alert, others: Sequence[Request], rules: Ruleset) -> bool:
    """Tell whether people agreed to a move since they were warned, and it was not taken back."""
    agreed = request.state is RequestState.APPROVED and (request.closed_at or request.asked_at) >= alert.at
    moves = request.candidate is not None or is_about_rescue(request, rules)
    return agreed and moves and not any(one.takes_back(request.id) for one in others)


def told_of_tries(alert: Alert, requests: Iterable[Request]) -> tuple[Line, ...]:
    """Say in one line what people did; what somebody agreed to when they were asked is told apart."""
    done = [words for one in requests if one.id in alert.tried for words in _words(one)]
    done += [Line(text="it is handled apart from its batch")] * any(one.startswith(APART) for one in alert.tried)
    if not done:
        return ()
    said = led_by("*Tried:* ", (), done[0])
    for one in done[1:]:
        said = led_by(f"{said.text}; ", said.parts, one)
    return (Line(text=f"{said.text}.", parts=said.parts),)


def _words(request: Request) -> Iterator[Line]:
    actions = [action for ask in request.asks for action in ask.payload.actions]
    gifts = [one for one in actions if isinstance(one, AssignAction)]
    if gifts:
        swapped = " in a swap" if len(gifts) > 1 else ""
        yield Line(text=f"{{0}} takes it{swapped}", parts=(Tainted(text=gifts[0].name),))
    yield from (words for one in actions if (words := _changed(one)) is not None)


def _changed(action: Action) -> Line | None:
    if isinstance(action, PriorityAction):
        return Line(text="its priority is {0}", parts=(Tainted(text=action.after or "none"),))
    if isinstance(action, FieldAction):
        return Line(text="{0} is {1}", parts=(Tainted(text=action.field), Tainted(text=action.after)))
    if isinstance(action, TransitionAction):
        return Line(text="it is in {0}", parts=(Tainted(text=action.after.name),))
    return None
