"""Tells where approvals wait and for whom: the answer to `/yard approvals`. Pure: numbers in, sentences out."""

from collections.abc import Callable, Iterator, Sequence

from orchestrator.approvals.pace import LOOKED_BACK, Pace, Waited
from orchestrator.messages import Message, Section
from rules.model import ItemRef, Line, Moment, PersonRef, Tainted
from rules.requests import Request

_STEPS = 15
_PEOPLE = 15
_EXPIRED = 5


def approvals_message(
    project: str,
    waited: Sequence[Waited],
    paces: Sequence[Pace],
    expired: Sequence[Request],
    name: Callable[[str], PersonRef],
    keys: dict[int, str],
) -> Message:
    """Say how long each step waited, what waits for whom, and what expired; `project` is blank for all of them."""
    nothing = Line(text="Nothing that you may browse was asked in that time.")
    steps = tuple(_step(one) for one in waited[:_STEPS]) or (nothing,)
    busy = sorted((one for one in paces if one.open or one.answered), key=lambda one: (-one.share, one.person))
    people = tuple(_person(one, name) for one in busy[:_PEOPLE])
    sections = [Section(heading="What waits longest, by rule and step", lines=steps)]
    if people:
        sections.append(Section(heading="For whom it waits", lines=people))
    if expired:
        sections.append(Section(heading=f"Expired ({len(expired)})", lines=tuple(_expired(expired, keys))))
    where = (Tainted(text=project, source="slack"),) if project else ()
    title = f"Approvals{' in {0}' if project else ''}, the last {LOOKED_BACK.days} days"
    clock = Line(text="Working time of who answered; time on the clock where the rules do not say when they work.")
    return Message(
        title=Line(text=title, parts=where),
        sections=tuple(sections),
        footer=(clock,),
    )


def _step(one: Waited) -> Line:
    parts = (Tainted(text=one.workflow), Tainted(text=one.step))
    told = []
    if len(one.minutes) == 1:
        told = [f"one answer within {spoken(one.minutes[0])}"]
    elif one.minutes:
        told = [
            f"half of {len(one.minutes)} answers within {spoken(one.within(50))}",
            f"nine of ten within {spoken(one.within(90))}",
            f"{spoken(sum(one.minutes))} in all",
        ]
    told += [f"{one.expired} expired"] * bool(one.expired) + [f"{one.open} open"] * bool(one.open)
    return Line(text=f"• *{{0}}*, {{1}}: {', '.join(told)}", parts=parts)


def _person(one: Pace, name: Callable[[str], PersonRef]) -> Line:
    usual = f", usually within {spoken(one.usual)}" if one.usual is not None else ""
    share = f" (their share: {one.share / 1000:.1f})" if one.share != 1000 * one.open else ""
    told = f"{one.open} open{share}, {one.answered} answered{usual}"
    if not one.is_too_much:
        return Line(text=f"• {{0}}: {told}", parts=(name(one.person),))
    pace = "has answered none lately" if one.days is None else f"needs {one.days} days for them at this pace"
    return Line(text=f"• ⚠ {{0}}: {told}; too much: {pace}", parts=(name(one.person),))


def _expired(requests: Sequence[Request], keys: dict[int, str]) -> Iterator[Line]:
    for one in requests[:_EXPIRED]:
        item = one.asks[0].payload.item
        named = ItemRef(id=item, key=keys.get(item, f"#{item}"))
        yield Line(text="• {0} ({1}), {2}", parts=(named, Tainted(text=one.workflow), Moment(at=one.expires_at)))
    if more := max(0, len(requests) - _EXPIRED):
        yield Line(text=f"… and {more} more")


def spoken(minutes: int) -> str:
    """Give a stretch of working time in words: in minutes below an hour and a half, one at least, else in hours."""
    return f"{max(1, minutes)} min" if minutes < 90 else f"{round(minutes / 60)} h"
