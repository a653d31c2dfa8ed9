"""What a person is told of the issue that they had created, as it stands at sending time. Pure."""

from orchestrator.cards import CardView, ref, value_of
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.messages import Button, Message, Section
from orchestrator.undoing import STAYS
from rules.actions import CreateAction, LinkAction
from rules.model import ItemRef, Line, Part, Tainted

_HIDDEN = Tainted(text="an issue that you may not browse any more")


def report_card(view: CardView) -> Message:
    """Give the direct message about a new issue: where it is, or why it is not there."""
    create = next(one for one in view.decision.proposal.payload.actions if isinstance(one, CreateAction))
    made = next((one for one in view.records if isinstance(one.action, CreateAction)), None)
    link = next((one for one in view.records if isinstance(one.action, LinkAction)), None)
    lines = (_created(made, create), *((_linked(link, view),) if link is not None and _is_there(made) else ()))
    return Message(
        title=Line(text="New issue: {0}", parts=(create.summary,)),
        sections=(Section(lines=lines, buttons=_buttons(view)),),
        footer=(STAYS,) if _is_there(made) else (),
    )


def _is_there(made: ActionRecord | None) -> bool:
    return made is not None and made.state is RecordState.DONE


def _created(made: ActionRecord | None, create: CreateAction) -> Line:
    what = (Tainted(text=create.type), Tainted(text=create.project))
    if made is not None and made.receipt is not None:
        key = ItemRef(id=int(made.receipt.id), key=made.receipt.note)
        return Line(text="*{0}* is there, a {1} in {2}.", parts=(key, *what))
    if made is not None and made.state is RecordState.FAILED:
        return Line(text="It was not created: {0}", parts=(Tainted(text=made.error or ""),))
    waits = made.error if made is not None else None
    if waits:
        return Line(text="A {0} is being created in {1}; it is tried again: {2}", parts=(*what, Tainted(text=waits)))
    return Line(text="A {0} is being created in {1}.", parts=what)


def _linked(link: ActionRecord, view: CardView) -> Line:
    other: Part = ref(view, view.request.asks[0].other) if view.visible else _HIDDEN
    if link.state is RecordState.DONE:
        return Line(text="It is linked to {0}.", parts=(other,))
    if link.state is RecordState.FAILED:
        return Line(text="It is not linked to {0}: {1}", parts=(other, Tainted(text=link.error or "")))
    return Line(text="It is being linked to {0}.", parts=(other,))


def _buttons(view: CardView) -> tuple[Button, ...]:
    failed = any(one.state is RecordState.FAILED for one in view.records)
    return (Button(action="request.retry", label="Try again", value=value_of(view.request)),) if failed else ()
