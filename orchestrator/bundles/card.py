"""The card that questions share which are alike, in one place. Pure: views in, a message out."""

from collections.abc import Mapping, Sequence
from typing import Final

from orchestrator.cards import CardView, brief
from orchestrator.messages import Button, Message, Section, led_by
from rules.model import Line, Moment
from rules.requests import RequestState

#: Bounded by the 50 blocks of a message: each question takes two.
MOST: Final = 18


def bundle_card(id_: str, views: Sequence[CardView], odd: Mapping[str, tuple[Line, ...]], hidden: int) -> Message:
    """Give the card as it should stand now.

    Args:
        id_: the bundle's.
        views: its questions, the first first, as far as they may be shown here.
        odd: in what some differ from the others, by the ids of their requests.
        hidden: how many more there are, which may not be shown here.
    """
    pending = [view for view in views if view.request.state is RequestState.PENDING]
    shown = sorted(views, key=lambda view: view.request.state is not RequestState.PENDING)[:MOST]
    alike = [view for view in pending if view.request.id not in odd]
    several = Button(action="bulk.open", label="Approve several…", value={"bundle": id_})
    head = Section(
        lines=tuple(_lead(len(pending), len(views) - len(shown), hidden)),
        buttons=(several,) if len(alike) > 1 else (),
    )
    return Message(
        title=_title(len(pending), len(views)),
        sections=(head, *(brief(view, *_marks(view, odd)) for view in shown)),
        footer=tuple(_footer(pending)),
    )


def _title(pending: int, count: int) -> Line:
    if not pending:
        return Line(text=f"{count} items that waited for a decision")
    return Line(text=f"{pending} item{'s' * (pending > 1)} {'wait' if pending > 1 else 'waits'} for a decision")


def _lead(pending: int, more: int, hidden: int) -> list[Line]:
    lines = [Line(text="*All of them are decided.*")]
    if pending:
        text = "*Please decide.* The same people are asked about all of these. ⚠ marks what is not like the others."
        lines = [Line(text=text)]
    if more:
        lines.append(Line(text=f"{more} more do not fit here; they stand in App Home."))
    if hidden:
        lines.append(Line(text=f"{hidden} more may not be shown here, because not everybody may browse them."))
    return lines


def _marks(view: CardView, odd: Mapping[str, tuple[Line, ...]]) -> list[Line]:
    if view.request.state is not RequestState.PENDING:
        return []
    return [led_by("⚠ Decide this by itself: ", (), one) for one in odd.get(view.request.id, ())]


def _footer(pending: Sequence[CardView]) -> list[Line]:
    if not pending:
        return []
    first = min(pending, key=lambda view: view.request.expires_at)
    text = "The first of them expires {0}; then nothing is done about it."
    return [Line(text=text, parts=(Moment(at=first.request.expires_at),))]
