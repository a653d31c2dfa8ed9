"""Puts into words what a day brings a team: its queue, what matters most, and how its last day went. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from orchestrator.changes import Piece
from orchestrator.impact import counted
from orchestrator.messages import Section, led_by
from orchestrator.watching.outlooks import chart, counts, headline
from orchestrator.watching.prospect import Prospect
from orchestrator.watching.rescuing import Move, told
from orchestrator.watching.results import Result
from orchestrator.watching.risking import AtRisk, about_clock, owner
from orchestrator.watching.telling import about, acts
from rules.model import Line, Moment, Person, Tainted

__all__ = ["Matter", "Morning", "footer", "pieces", "title"]

_YESTERDAY = timedelta(days=1)
_BOTH = Line(
    text="How many will be late holds if what breaks first is done first; chances are by how such promises went."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """An issue that matters, whether a button has it taken, and who else could save it, where that helps."""

    risk: AtRisk
    takeable: bool
    move: Move | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """All that a team is told on its `day`, at a moment, of what everybody in its channel may browse.

    `hidden`: not everybody may browse all that the prospect counts, so that it is not told. `stranded`, `held_back`:
    the ids of issues that nobody moves, and of those that no warning was written of. `results`: what came of promises
    `since` the team's last day, and of how many that broke the team had been `warned`; None where it is warned of none.
    """

    team: str
    day: date
    at: datetime
    since: date
    prospect: Prospect | None
    hidden: bool
    matters: Sequence[Matter]
    behind: Mapping[str, Person]
    stranded: Collection[int]
    held_back: Collection[int]
    results: Sequence[Result]
    warned: int | None


def title(one: Morning) -> Line:
    """Say whose day it is, and which."""
    return Line(text=f"What {one.day:%A} {one.day.day} {one.day:%B} brings for {{0}}", parts=(Tainted(text=one.team),))


def footer(one: Morning) -> tuple[Line, ...]:
    """Say as of when the message is, and where two forecasts stand in it, what each goes by."""
    words = "As of {0}, and written once. The buttons go by how things are when they are pressed."
    both = one.prospect is not None and not one.hidden and one.matters
    return (*((_BOTH,) if both else ()), Line(text=words, parts=(Moment(at=one.at),)))


def pieces(one: Morning) -> tuple[Piece, ...]:
    """Give the parts of the message; none where there is nothing to tell."""
    return (*_queue(one), *_matters(one), *_beside(one), *_went(one))


def _queue(one: Morning) -> Iterator[Piece]:
    if one.hidden:
        words = "How much waits is not told here: not everybody in this channel may browse all of it in Jira."
        yield Piece(section=Section(lines=(Line(text=words),)))
    elif one.prospect is not None:
        outlook = one.prospect.outlook
        said = headline(outlook, one.team)
        lines = (Line(text=f"{said.text}.", parts=said.parts), *counts(outlook))
        section = Section(lines=lines, chart=chart(one.prospect))
        yield Piece(items=tuple(sorted(one.prospect.counted)), section=section)


def _matters(one: Morning) -> Iterator[Piece]:
    for place, matter in enumerate(one.matters, start=1):
        item, named = matter.risk.item, about(matter.risk.item)
        heading = "What matters most" if place == 1 else ""
        lines = [
            led_by(f"{place}. {named.text}; ", named.parts, owner(item, one.behind)),
            led_by("• ", (), about_clock(matter.risk.forecast, one.at)),
        ]
        gives = () if matter.move is None else (matter.move.giving(item.id),)
        lines += told([matter.move]) if matter.move is not None else ()
        buttons = (*acts(item, takeable=matter.takeable), *(give for give in gives if give is not None))
        yield Piece(items=(item.id,), section=Section(heading=heading, lines=tuple(lines), buttons=buttons))


def _beside(one: Morning) -> Iterator[Piece]:
    if one.stranded:
        many = counted(len(one.stranded), "issue")
        said = "Nobody moves an issue" if len(one.stranded) == 1 else f"Nobody moves {many}"
        line = Line(text=f"*{said}*: see App Home, under _Nobody moves_.")
        yield Piece(items=tuple(sorted(one.stranded)), section=Section(lines=(line,)))
    if one.held_back:
        was = "was" if len(one.held_back) == 1 else "were"
        many = f"{counted(len(one.held_back), 'warning')} {was} held back"
        line = Line(text=f"*{many}*, since the day's were used up: see App Home, under _More at risk_.")
        yield Piece(items=tuple(sorted(one.held_back)), section=Section(lines=(line,)))


def _went(one: Morning) -> Iterator[Piece]:
    if not one.results:
        return
    broke = sum(result.broke for result in one.results)
    met = len(one.results) - broke
    when = "Yesterday" if one.day - one.since == _YESTERDAY else f"Since {one.since:%A}"
    words = f"*{when}* {_ended(met, broke)}.{_warned(one.warned, broke)}"
    items = tuple(sorted({result.item for result in one.results}))
    yield Piece(items=items, section=Section(lines=(Line(text=words),)))


def _ended(met: int, broke: int) -> str:
    if not met:
        return f"{counted(broke, 'promise')} broke and none was met"
    were = f"{counted(met, 'promise')} {'was' if met == 1 else 'were'} met"
    return f"{were} and {broke or 'none'} broke"


def _warned(warned: int | None, broke: int) -> str:
    if warned is None or not broke:
        return ""
    if broke == 1:
        return f" The team had {'' if warned else 'not '}been warned of it."
    return f" The team had been warned of {warned or 'none'} of the {broke}."
