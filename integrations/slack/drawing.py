"""Draws a message's picture as a PNG that can be read on a phone. Pure: the same chart gives the same bytes.

Pillow is heavy for the processes that draw nothing: it is loaded where something is drawn.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from io import BytesIO
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from orchestrator.charts import Bar, Chart

__all__ = ["drawn"]

_WIDTH, _HEIGHT = 960, 600
_LEFT, _RIGHT, _TOP, _FLOOR = 112, 24, 116, 420
_STRIP, _STRIP_HEIGHT, _LABELS = 434, 48, 498
_TEXT, _SMALL = 34, 29
#: Narrower than so, nothing is written.
_NARROW = 95
_PAPER, _INK, _FAINT, _LINES = "#ffffff", "#1d1c1d", "#616061", "#e3e3e3"
_BAND, _MIDDLE, _AT_WORK = "#f3c9a5", "#c4551a", "#2f6f9f"
_HOUR: Final = timedelta(hours=1)
_EVERY_HOURS: Final = 6


def drawn(chart: Chart) -> bytes:
    """Give the picture of a chart with at least one bar."""
    image = import_module("PIL.Image").new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = import_module("PIL.ImageDraw").Draw(image)
    font = import_module("PIL.ImageFont").load_default
    top = _step(max(bar.high for bar in chart.bars)) * 4
    _title(pen, chart.time_zone, font(_TEXT), font(_SMALL))
    _levels(pen, font(_SMALL), top)
    _work(pen, chart.bars, top)
    _people(pen, chart.bars, font(_SMALL))
    _days(pen, chart, font(_SMALL), font(_TEXT))
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _step(most: int) -> int:
    """Give a round number of which four reach so far."""
    return next(
        step for scale in (1, 10, 100, 1_000, 10**9) for step in (scale, 2 * scale, 5 * scale) if 4 * step >= most
    )


def _x(place: float, bars: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * place / bars


def _y(value: float, top: int) -> float:
    return _FLOOR - (_FLOOR - _TOP) * min(value, top) / top


def _title(pen: Any, time_zone: str, large: Any, small: Any) -> None:
    pen.text((_LEFT, 12), "Hours of promised work that wait", fill=_INK, font=large)
    place = time_zone.rpartition("/")[2].replace("_", " ")
    pen.text((_WIDTH - _RIGHT, 16), f"{place} time", fill=_FAINT, font=small, anchor="ra")
    pen.line([(_LEFT, 82), (_LEFT + 40, 82)], fill=_MIDDLE, width=6)
    pen.text((_LEFT + 52, 82), "most likely", fill=_FAINT, font=small, anchor="lm")
    pen.rectangle([(_LEFT + 250, 68), (_LEFT + 290, 96)], fill=_BAND)
    pen.text((_LEFT + 302, 82), "in 80 of 100 cases", fill=_FAINT, font=small, anchor="lm")


def _levels(pen: Any, font: Any, top: int) -> None:
    for part in range(5):
        value = top * part // 4
        pen.line([(_LEFT, _y(value, top)), (_WIDTH - _RIGHT, _y(value, top))], fill=_LINES, width=2)
        pen.text((_LEFT - 12, _y(value, top)), f"{value} h", fill=_FAINT, font=font, anchor="rm")


def _work(pen: Any, bars: tuple[Bar, ...], top: int) -> None:
    places = [(_x(place + 1, len(bars)), bar) for place, bar in enumerate(bars)]
    upper = [(x, _y(bar.high, top)) for x, bar in places]
    lower = [(x, _y(bar.low, top)) for x, bar in places]
    pen.polygon([*upper, *reversed(lower)] if len(bars) > 1 else [*upper, *lower, *upper], fill=_BAND)
    pen.line([(x, _y(bar.middle, top)) for x, bar in places], fill=_MIDDLE, width=6, joint="curve")


def _people(pen: Any, bars: tuple[Bar, ...], font: Any) -> None:
    """Draw under the work who is there: a block for each stretch with as many, and how many they are."""
    pen.text((_LEFT - 12, _STRIP + _STRIP_HEIGHT / 2), "there", fill=_FAINT, font=font, anchor="rm")
    for first, last, there in _stretches(bars):
        if there:
            left, right = _x(first, len(bars)), _x(last, len(bars))
            pen.rectangle([(left + 1, _STRIP), (right - 1, _STRIP + _STRIP_HEIGHT)], fill=_AT_WORK)
            middle = ((left + right) / 2, _STRIP + _STRIP_HEIGHT / 2)
            pen.text(middle, str(there), fill=_PAPER, font=font, anchor="mm")


def _stretches(bars: tuple[Bar, ...]) -> Iterator[tuple[int, int, int]]:
    first = 0
    for place in range(1, len(bars) + 1):
        if place == len(bars) or bars[place].there != bars[first].there:
            yield first, place, bars[first].there
            first = place


def _days(pen: Any, chart: Chart, small: Any, large: Any) -> None:
    """Draw the hours under it, and where each day begins, as they are in the chart's time zone."""
    zone, begins = ZoneInfo(chart.time_zone), chart.bars[0].at
    for at in _full_hours(begins, len(chart.bars), zone):
        local, x = at.astimezone(zone), _x((at - begins) / _HOUR, len(chart.bars))
        if local.hour == 0:
            pen.line([(x, _TOP), (x, _LABELS + 92)], fill=_FAINT, width=2)
        elif local.hour % _EVERY_HOURS == 0 and x < _WIDTH - _NARROW:
            pen.text((x, _LABELS + 18), f"{local:%H:%M}", fill=_FAINT, font=small, anchor="mm")
    for left, right, day in _parts(chart, zone):
        first, last = _x(left, len(chart.bars)), _x(right, len(chart.bars))
        if last - first > 2 * _NARROW:
            pen.text(((first + last) / 2, _LABELS + 68), f"{day:%a %d %b}", fill=_INK, font=large, anchor="mm")


def _parts(chart: Chart, zone: ZoneInfo) -> Iterator[tuple[float, float, datetime]]:
    """Give from where to where each day reaches, in hours, and the day."""
    begins, ends = chart.bars[0].at, chart.bars[0].at + len(chart.bars) * _HOUR
    midnights = [at for at in _full_hours(begins, len(chart.bars), zone) if at.astimezone(zone).hour == 0 and at < ends]
    for left, right in pairwise([begins, *midnights, ends]):
        yield (left - begins) / _HOUR, (right - begins) / _HOUR, left.astimezone(zone)


def _full_hours(begins: datetime, bars: int, zone: ZoneInfo) -> Iterator[datetime]:
    at = begins.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(begins.tzinfo)
    for _ in range(bars + 1):
        if at > begins:
            yield at
        at += _HOUR
