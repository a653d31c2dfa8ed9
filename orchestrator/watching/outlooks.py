"""Puts into words, and into a picture, what is foretold of a team's queue. Pure; whom it is told, others decide."""

from typing import Final

from orchestrator.charts import Bar, Chart
from orchestrator.forecast.queueing import Band, Outlook
from orchestrator.watching.prospect import Prospect
from rules.model import Line, Moment, Tainted

__all__ = ["chart", "counts", "headline"]

#: So many hours are pictured.
_PICTURED: Final = 48


def headline(outlook: Outlook, team: str) -> Line:
    """Say from when on more will have come than the shift can do, if it will."""
    named = Tainted(text=team)
    if outlook.more_from is None:
        in_time = ", but not all of it in time" if outlook.late.middle else ""
        return Line(text=f"The shift of {{0}} can do what comes{in_time}", parts=(named,))
    if outlook.more_from <= outlook.at:
        return Line(text="More waits already than the shift of {0} can do", parts=(named,))
    words = "From {1} on more will come than the shift of {0} can do"
    return Line(text=words, parts=(named, Moment(at=outlook.more_from)))


def counts(outlook: Outlook) -> tuple[Line, ...]:
    """Say how many will be late, of how many, and between which numbers that lies."""
    all_of = outlook.waiting + outlook.coming.middle
    more = f"about {outlook.coming.middle} more come{_between(outlook.coming)}" if outlook.coming.middle else "few come"
    waiting = "1 waits" if outlook.waiting == 1 else f"{outlook.waiting or 'None'} wait{'' if outlook.waiting else 's'}"
    come = f"{waiting}, and {more} before {{0}}."
    share = f"{outlook.late.middle} of {all_of}" if outlook.late.middle else "None"
    late = f"*{share} will be late*{_between(outlook.late)}."
    return (Line(text=late), Line(text=come, parts=(Moment(at=outlook.until),)))


def chart(prospect: Prospect) -> Chart:
    """Give the picture of the next two days."""
    hours = prospect.outlook.hours[:_PICTURED]
    most = max(hours, key=lambda one: one.waiting.middle)
    now, then = hours[0].waiting.middle, most.waiting.middle
    words = f"Hours of promised work that wait: {now} soon, and {then} at most in the next two days."
    return Chart(
        time_zone=prospect.time_zone,
        bars=tuple(
            Bar(at=one.at, middle=one.waiting.middle, low=one.waiting.low, high=one.waiting.high, there=one.there)
            for one in hours
        ),
        words=words,
    )


def _between(band: Band) -> str:
    return f" (80 % between {band.low} and {band.high})" if band.low < band.high else ""
