"""Tells a forecast in words. Pure; it foretells nothing itself."""

from collections.abc import Iterator
from datetime import timedelta

from orchestrator.forecast.foretold import CERTAIN, Forecast
from orchestrator.impact import counted
from orchestrator.sla.lengths import span_of_time
from rules.model import Line

__all__ = ["breaks", "foretold", "percent"]

_DAY = timedelta(days=1)


def foretold(one: Forecast) -> Iterator[Line]:
    """Say how likely it is that a clock breaks, why, and how much more time such issues need."""
    if one.chance < CERTAIN:
        yield Line(text=f"*{percent(one.chance)} that it {breaks(one.due)}* (usual {percent(one.usual)}).")
        yield from (Line(text=f"• {line.text}", parts=line.parts) for line in one.reasons)
    if one.half is not None:
        told, where = (_minutes, " in its hours") if one.due is None else (_days, "")
        most = "" if one.most is None else f", 85 % at most {told(one.most)}"
        yield Line(text=f"• Half of such issues need at most {told(one.half)} more{where}{most}.")


def breaks(due: object) -> str:
    """Say what becomes of a promise that is not kept: a due date, where it is one, or a clock."""
    return "breaks" if due is None else "comes late"


def percent(per_mille: int) -> str:
    """Give a chance in per cent; one that is neither sure nor out of the question is never told as that."""
    if 0 < per_mille < 10:
        return "under 1 %"
    if CERTAIN - 10 < per_mille < CERTAIN:
        return "over 99 %"
    return f"{(per_mille + 5) // 10} %"


def _minutes(minutes: int) -> str:
    return span_of_time(timedelta(minutes=minutes))


def _days(minutes: int) -> str:
    days = -(-timedelta(minutes=minutes) // _DAY)
    return counted(days, "day")
