"""Puts into words which issues nobody moves, for the team whose work they are. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from orchestrator.changes import Piece
from orchestrator.impact import breaks_at, counted
from orchestrator.messages import Button, Section
from orchestrator.sla.lengths import span_of_time
from orchestrator.watching.stranding import Stranded
from rules.model import Item, ItemRef, Line, Moment, Person, PersonRef, Tainted

__all__ = ["FOOTER", "about", "acts", "pieces", "promise", "title", "who_could"]

FOOTER = (Line(text="This message is kept true; it is told again only when something new strands after a day."),)

#: So many issues are told of one by one.
_MOST = 6
_SHORT = 120


def title(team: str, number: int) -> Line:
    """Say how many issues nobody moves."""
    if not number:
        return Line(text="Nothing strands any more in {0}", parts=(Tainted(text=team),))
    what = "Nobody moves an issue of {0}" if number == 1 else f"Nobody moves {number} issues of {{0}}"
    return Line(text=what, parts=(Tainted(text=team),))


def pieces(
    found: Sequence[Stranded], takeable: Collection[int], holders: Mapping[str, Person], percent: int, now: datetime
) -> tuple[Piece, ...]:
    """Tell of each of the first issues, with buttons for who wants to do something about it.

    Args:
        found: what strands, in order.
        takeable: the issues that somebody may take by a button.
        holders: the people behind the assignees, by account.
        percent: of so many percent something happens within what is usual.
        now: domain time.
    """
    told = [
        Piece(items=(one.item.id,), section=_section(one, one.item.id in takeable, holders, percent, now))
        for one in found[:_MOST]
    ]
    rest = found[_MOST:]
    if rest:
        more = Line(text=f"… and {counted(len(rest), 'more issue')} like that.")
        told.append(Piece(section=Section(lines=(more,))))
    return tuple(told)


def about(item: Item) -> Line:
    """Name an issue with its summary, status and priority."""
    summary = Tainted(text=item.summary.text[:_SHORT])
    parts = (ItemRef(id=item.id, key=item.key), summary, Tainted(text=item.status.name))
    if item.priority is None:
        return Line(text="*{0}* {1} ({2})", parts=parts)
    return Line(text="*{0}* {1} ({3}, {2})", parts=(*parts, Tainted(text=item.priority)))


def who_could(item: Item) -> Button:
    """Give the button that answers who could take an issue."""
    return Button(action="item.who", label="Who could take it?", value={"key": item.key})


def acts(item: Item, *, takeable: bool) -> tuple[Button, ...]:
    """Give the buttons about an issue that waits for somebody; it may be taken by one where that is `takeable`."""
    take = Button(action="item.take", label="Take it", value={"subject": f"item:{item.id}"}, style="primary")
    return (*((take,) if takeable else ()), who_could(item))


def _section(one: Stranded, takeable: bool, holders: Mapping[str, Person], percent: int, now: datetime) -> Section:
    lines = (about(one.item), *_why(one, holders, percent), *promise(one.item, now))
    return Section(lines=lines, buttons=acts(one.item, takeable=takeable))


def _why(one: Stranded, holders: Mapping[str, Person], percent: int) -> tuple[Line, ...]:
    lines = []
    holder = holders.get(one.item.assignee or "")
    has = Line(text="Nobody has it")
    if one.item.assignee is not None:
        has = Line(text="{0} has it", parts=(PersonRef(name=holder.name if holder else one.item.assignee),))
    if one.nobody:
        lines.append(Line(text="• Nobody has it, and nobody of the team is known to be there."))
    elif one.alone_until is not None:
        words = "• Nobody has it, and nobody of the team is there before {0}."
        lines.append(Line(text=words, parts=(Moment(at=one.alone_until),)))
    if one.usual is not None:
        lain, usual = (span_of_time(timedelta(minutes=minutes)) for minutes in (one.idle, one.usual))
        lies = f"{has.text}, and for {lain} of work nothing has happened to it"
        words = f"• {lies}; to {percent} of 100 such issues something does in {usual}."
        lines.append(Line(text=words, parts=has.parts))
    return tuple(lines)


def promise(item: Item, now: datetime) -> tuple[Line, ...]:
    """Say when the first of an issue's SLAs breaks, or when it broke."""
    breaks = breaks_at(item)
    if breaks is None:
        return ()
    name = next(one.name for one in item.slas if one.breaches_at == breaks)
    said = "broke" if breaks <= now else "breaks"
    return (Line(text=f"• Its SLA {{0}} {said} {{1}}.", parts=(Tainted(text=name), Moment(at=breaks))),)
