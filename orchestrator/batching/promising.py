"""What a batch's card says of those that come later: what a yes may hold for, and for how many it did. Pure."""

from collections.abc import Iterator

import msgspec

from orchestrator.batching.view import BatchView, is_shown_whole
from orchestrator.cards import value_of
from orchestrator.impact import counted
from orchestrator.messages import Button
from rules.model import Line, Moment
from rules.requests import RequestState

LABEL = "Approve, and those that come"


def is_offered(view: BatchView) -> bool:
    """Tell whether who says yes to the open question may say it of those that come, too."""
    request = view.latest
    return (
        request is not None
        and view.coming is not None
        and view.coming.most > 0
        and request.state is RequestState.PENDING
        and request.follows is None
    )


def offered(view: BatchView) -> Iterator[Line]:
    """Say what the second Approve means."""
    if view.coming is not None and is_offered(view):
        words = f"Up to {view.coming.most} others that join them within {counted(view.coming.hours, 'hour')}"
        higher = ", and the priority of the one in front may rise with them" if view.coming.raises else ""
        done = f"are coupled in the same way without another question{higher}; a button ends that."
        yield Line(text=f"• *{LABEL}*: {words} {done}")


def promised(view: BatchView) -> Iterator[Line]:
    """Say until when a yes holds for those that come, and for how many it did."""
    if view.coming is None or view.coming.said is None or view.coming.said.further_until is None:
        return
    so_far = f"{view.coming.joined} of at most {view.coming.most} so far"
    text = f"Others that join them until {{0}} are coupled without a question, as was agreed: {so_far}."
    yield Line(text=text, parts=(Moment(at=view.coming.said.further_until),))


def saying_more(view: BatchView, approve: Button) -> Iterator[Button]:
    """Give the button that says yes to those that come, too, beside the one that says it of those that are there."""
    if is_offered(view):
        yield msgspec.structs.replace(approve, action="batch.approve", label=LABEL, style=None)


def ending(view: BatchView) -> Iterator[Button]:
    """Give the button that has those that come asked about again."""
    said = view.coming.said if view.coming is not None else None
    if said is not None and is_shown_whole(view, said):
        yield Button(action="batch.ask_again", label="Ask about those that come", value=value_of(said))
