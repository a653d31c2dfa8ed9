"""The card that questions share which are alike, in one place. Pure: views in, a message out."""

from collections.abc import Mapping, Sequence
from typing import Final

from orchestrator.cards import CardView, brief
from orchestrator.messages import Button, Message, Section, led_by
from rules.model import Line, Moment
from rules.requests import Request, RequestState

#: Bounded by the 50 blocks of a message: a question takes one, and one for each row of its buttons.
MOST: Final = 15


def shown(requests: Sequence[Request]) -> list[Request]:
    """Give those that the card has room for: first those that are open, each in the order in which they were asked."""
    return sorted(requests, key=lambda one: one.state is not RequestState.PENDING)[:MOST]


def bundle_card(
    id_: str, requests: Sequence[Request], views: Sequence[CardView], odd: Mapping[str, tuple[Line, ...]], hidden: int
) -> Message:
    """Give the card as it should stand now.

    Args:
        id_: the bundle's.
        requests: its questions, the first first, as far as they may be shown here.
        views: those for which there is room, in this order.
        odd: in what some differ from the others, by the ids of their requests.
        hidden: how many more there are, which may not be shown here.
    """
    pending = [one for one in requests if one.state is RequestState.PENDING]
    alike = [one for one in pending if one.id not in odd]
    unshown = len(pending) - sum(view.request.state is RequestState.PENDING for view in views)
    several = Button(action="bulk.open", label="Approve several…", value={"bundle": id_})
    head = Section(
        lines=tuple(_lead(len(pending), unshown, len(requests) - len(views), hidden)),
        buttons=(several,) if len(alike) > 1 else (),
    )
    return Message(
        title=_title(len(pending), len(requests)),
        sections=(head, *(brief(view, *_marks(view, odd)) for view in views)),
        footer=tuple(_footer(pending)),
    )


def _title(pending: int, count: int) -> Line:
    if not pending:
        return Line(text=f"{count} items that waited for a decision")
    return Line(text=f"{pending} item{'s' * (pending > 1)} {'wait' if pending > 1 else 'waits'} for a decision")


def _lead(pending: int, unshown: int, more: int, hidden: int) -> list[Line]:
    lines = [Line(text="*All of them are decided.*")]
    if pending:
        text = "*Please decide.* The same people are asked about all of these. ⚠ marks what is not like the others."
        lines = [Line(text=text)]
    if unshown:
        lines.append(Line(text=f"Open ones for which there is no room here: {unshown}. They stand in App Home."))
    if decided := more - unshown:
        lines.append(Line(text=f"Decided ones for which there is none: {decided}."))
    if hidden:
        lines.append(Line(text=f"Not shown here, because not everybody may browse them: {hidden}."))
    return lines


def _marks(view: CardView, odd: Mapping[str, tuple[Line, ...]]) -> list[Line]:
    if view.request.state is not RequestState.PENDING:
        return []
    return [led_by("⚠ Decide this by itself: ", (), one) for one in odd.get(view.request.id, ())]


def _footer(pending: Sequence[Request]) -> list[Line]:
    if not pending:
        return []
    first = min(one.expires_at for one in pending)
    return [Line(text="The first of them expires {0}; then nothing is done about it.", parts=(Moment(at=first),))]
