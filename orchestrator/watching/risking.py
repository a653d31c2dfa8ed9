"""Which running promises are likely to break, most first, and in which words that is told. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from orchestrator.forecast.foretold import CERTAIN, Forecast
from orchestrator.forecast.telling import percent
from orchestrator.impact import Impact
from rules.canonical import Value
from rules.model import Item, Line, Moment, Person, PersonRef, Tainted

__all__ = ["AtRisk", "about_clock", "at_risk", "in_short", "owner"]


class AtRisk(Value, frozen=True, kw_only=True):
    """An issue with what is foretold of the clock of its that is likeliest to break, and what waits for it.

    `broken`: the names of its clocks that broke and run on.
    """

    item: Item
    forecast: Forecast
    impact: Impact
    broken: tuple[str, ...] = ()

    @property
    def worth(self) -> int:
        """What an alert about it is worth: the chance, times the points of what waits for it and its own."""
        return self.forecast.chance * (1 + self.impact.points)


def at_risk(
    items: Iterable[Item], forecasts: Mapping[int, Sequence[Forecast]], impacts: Mapping[int, Impact]
) -> tuple[AtRisk, ...]:
    """Give the issues of which a clock runs that is not broken yet, the likeliest to break at the head."""
    found = []
    for item in items:
        told = forecasts.get(item.id, ())
        running = [one for one in told if one.chance < CERTAIN]
        broken = tuple(one.sla for one in told if one.chance >= CERTAIN)
        if running:
            worst = max(running, key=lambda one: (one.chance, one.sla))
            found.append(AtRisk(item=item, forecast=worst, impact=impacts[item.id], broken=broken))
    return tuple(sorted(found, key=lambda one: (-one.forecast.chance, -one.impact.points, one.item.id)))


def about_clock(one: Forecast, now: datetime) -> Line:
    """Say how likely a clock breaks or a due date is missed, what is usual, and when that is if nothing pauses it."""
    if one.due is not None:
        day = f"{one.due.day} {one.due:%B}"
        return Line(text=f"*{percent(one.chance)}* that it comes late (usual {percent(one.usual)}), due {day}.")
    name = Tainted(text=one.sla)
    chances = f"*{percent(one.chance)}* that its SLA {{0}} breaks (usual {percent(one.usual)})"
    if one.breaches_at is None or one.breaches_at < now:
        return Line(text=f"{chances}.", parts=(name,))
    return Line(text=f"{chances}, {{1}} if nothing pauses it.", parts=(name, Moment(at=one.breaches_at)))


def in_short(one: Forecast) -> str:
    """Give a chance with what is usual, as in "62 %, usual 20 %"."""
    return f"{percent(one.chance)}, usual {percent(one.usual)}"


def owner(item: Item, behind: Mapping[str, Person]) -> Line:
    """Say who has an issue, without a mention: who is talked about is not called."""
    if item.assignee is None:
        return Line(text="nobody has it")
    person = behind.get(item.assignee)
    return Line(text="{0} has it", parts=(PersonRef(name=person.name if person else item.assignee),))
