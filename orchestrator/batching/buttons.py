"""What may be pressed on a batch's card. Pure: a view in, buttons out; who may press is decided where it is heard."""

from collections.abc import Iterator, Sequence

from orchestrator.batching.promising import ending, saying_more
from orchestrator.batching.view import BatchView, is_shown_whole, odd_ones
from orchestrator.cards import value_of
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.messages import Button
from rules.model import Item, Line, Tainted
from rules.requests import RequestState

_MOST_CONFIRMED = 8


def buttons(view: BatchView) -> tuple[Button, ...]:
    """Give what may be pressed now; what concerns issues that not everybody there may browse may not."""
    request = view.latest
    about = {"batch": view.name}
    change = [Button(action="batch.change", label="Change", value=about)] if view.live and view.items else []
    making = [view.making] if view.making is not None else []
    first = _of_the_first(view)
    if request is None or not is_shown_whole(view, request):
        return (*first, *_again(view, making), *ending(view), *change)
    value = value_of(request)
    details = Button(action="request.details", label="Details", value=value)
    if request.state is RequestState.PENDING:
        reject = Button(action="request.reject", label="Reject", value=value, style="danger")
        ask = Button(action="request.ask", label="Ask a question", value=value)
        approve = approval([item for item, _ in odd_ones(view)], value)
        more = saying_more(view, approve)
        return (approve, *more, reject, ask, *first, *_again(view, making), *ending(view), *change, details)
    undo = [Button(action="request.undo", label="Undo", value=value)] if view.undoable else []
    again = _again(view, [*view.records, *view.taken_back, *making])
    return (*undo, *first, *again, *ending(view), *change, details)


def approval(odd: Sequence[Item], value: dict[str, str]) -> Button:
    """Give the button that agrees to all; before, it names the odd ones, those that somebody has to have looked at."""
    named = odd[:_MOST_CONFIRMED]
    places = ", ".join(f"{{{place}}}" for place in range(len(named)))
    more = f" and {len(odd) - len(named)} more" if len(odd) > len(named) else ""
    text = f"Did you look at {places}{more}? They are less like the others than usual. Approve couples all of them."
    parts = tuple(Tainted(text=item.key) for item in named)
    confirm = Line(text=text, parts=parts) if named else None
    return Button(action="request.approve", label="Approve", value=value, style="primary", confirm=confirm)


def _of_the_first(view: BatchView) -> Iterator[Button]:
    """Give the button that takes back what was agreed to when they were two."""
    if view.begun is not None and is_shown_whole(view, view.begun):
        yield Button(action="request.undo", label="Undo the first two", value=value_of(view.begun))


def _again(view: BatchView, records: Sequence[ActionRecord]) -> list[Button]:
    """Give the button that has what failed last tried again."""
    failed = [one.request for one in records if one.state is RecordState.FAILED]
    again = [one for one in view.requests if one.id in failed][-1:]
    return [Button(action="request.retry", label="Try again", value=value_of(one)) for one in again]
