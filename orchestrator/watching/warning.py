"""Puts into words that a promise is likely to break, what could save it, and how it ended. Pure.

An issue has one such message over its life.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from orchestrator.changes import Notice, Piece
from orchestrator.forecast.telling import percent
from orchestrator.messages import Section, led_by
from orchestrator.watching.alerts import RISK, Alert, warning_of
from orchestrator.watching.pleas import told as told_of
from orchestrator.watching.rescuing import Move, is_unknown, told
from orchestrator.watching.risking import AtRisk, about_clock, owner
from orchestrator.watching.telling import about, who_could
from rules.model import Item, ItemRef, Line, Moment, Person, Tainted
from rules.slas import DUE

__all__ = ["ended", "running"]

_RESCUE, _BEFORE = "What could save it", "What could have saved it, as it was foretold"
_FOOTER = (Line(text="Effects are foretold; unknown is what nothing foretells. This is kept true until it ends."),)
_CAME: Final = {
    "met": "*{0} was met*, {1}. It was foretold to break with %s.",
    "broken": "*{0} broke* {1}. It was foretold with %s.",
    "left": "*{0} is promised no more*, {1}.",
    "unwatched": "*{0} is no longer watched*, since {1}. It was foretold to break with %s.",
}
_CAME_DUE: Final = {
    "met": "*It came in time*, {1}. It was foretold to come late with %s.",
    "broken": "*It is late* since {1}. It was foretold with %s.",
    "left": "*It is due no more*, {1}.",
    "unwatched": "*It is no longer watched*, since {1}. It was foretold to come late with %s.",
}


def running(
    alert: Alert,
    one: AtRisk,
    tries: Sequence[Line],
    moves: Sequence[Move],
    behind: Mapping[str, Person],
    level: int,
    now: datetime,
) -> Notice:
    """Tell of a promise that runs.

    Args:
        alert: the warning.
        one: the issue with what is foretold now.
        tries: what people did to save it, in words.
        moves: what could save it, in order.
        behind: who has the issue, by account.
        level: the chance in per mille from which on teams are warned.
        now: domain time.
    """
    item, named = one.item, about(one.item)
    calm = one.forecast.chance < level // 2
    lines = [
        led_by(f"{named.text}; ", named.parts, owner(item, behind)),
        led_by("No longer at risk: " if calm else "", (), about_clock(one.forecast, now)),
        *(led_by("• ", (), line) for line in one.forecast.reasons[:2]),
    ]
    lines += (*tries, *told_of(alert.pleas))
    left = [move for move in moves if not _is_asked(move, alert)]
    pieces = [Piece(items=(item.id,), section=Section(lines=tuple(lines)))]
    if left and not calm:
        buttons = [button for move in left if (button := move.button(alert)) is not None]
        rescue = Section(
            heading=_RESCUE,
            lines=told(left),
            buttons=(*buttons, who_could(item)),
        )
        items = {item.id, *(move.swap for move in left if move.swap is not None)}
        pieces.append(Piece(items=tuple(sorted(items)), section=rescue))
    what = "the SLA of {0} breaks" if one.forecast.due is None else "{0} comes late"
    return _notice(
        alert, item, Line(text=f"{percent(one.forecast.chance)} that {what}", parts=(_ref(item),)), pieces, ended=False
    )


def ended(alert: Alert, item: Item, standing: Notice | None, tries: Sequence[Line] = ()) -> Notice:
    """Tell how a promise ended, beside what the message that stands said could save it."""
    said = {"met": "kept", "broken": "broken", "left": "gone", "unwatched": "no longer watched"}[alert.came or "left"]
    came = _CAME_DUE if alert.sla == DUE else _CAME
    text = came[alert.came or "left"].replace("%s", percent(alert.chance))
    parts = (Tainted(text=alert.sla), Moment(at=alert.ended_at or alert.at))
    lines = [about(item), Line(text=text, parts=parts)]
    lines += (*tries, *told_of(alert.pleas))
    before = [
        Piece(items=one.items, section=Section(heading=_BEFORE, lines=_foretold(one.section.lines)))
        for one in (standing.pieces if standing is not None else ())
        if one.section.heading in (_RESCUE, _BEFORE)
    ]
    pieces = [Piece(items=(item.id,), section=Section(lines=tuple(lines))), *before]
    what = "due date" if alert.sla == DUE else "SLA"
    return _notice(alert, item, Line(text=f"The {what} of {{0}} is {said}", parts=(_ref(item),)), pieces, ended=True)


def _foretold(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Leave out what nothing had foretold, where anything was."""
    return tuple(one for one in lines if not is_unknown(one)) or tuple(lines)


def _is_asked(move: Move, alert: Alert) -> bool:
    """Tell whether somebody was asked for it already."""
    return any(one.what == move.plea and move.asked in (None, one.person) for one in alert.pleas)


def _notice(alert: Alert, item: Item, title: Line, pieces: Sequence[Piece], *, ended: bool) -> Notice:
    return Notice(
        id=warning_of(item.id),
        kind=RISK,
        team=alert.team,
        at=alert.told_at or alert.at,
        title=title,
        pieces=tuple(pieces),
        footer=() if ended else _FOOTER,
        ended=ended,
    )


def _ref(item: Item) -> ItemRef:
    return ItemRef(id=item.id, key=item.key)
