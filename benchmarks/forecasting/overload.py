"""The command that tries the forecast of a queue on made days of a desk, of which the truth is known. It prints.

The desk works otherwise than the forecast takes it to: each of its people finishes what they have begun, some days
bring half or twice as much as others, and nobody knows beforehand which.
"""

import heapq
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import numpy as np

from benchmarks.forecasting.figures import Told, reliability
from orchestrator.estimates import share
from orchestrator.forecast.arriving import Arriving
from orchestrator.forecast.queueing import SLOT, SLOTS, Open, Outlook, Scene, foresee

_BEGINS = datetime(2026, 1, 5, tzinfo=UTC)
_OPENS, _CLOSES = 9, 17
_LEARNT_WEEKS = 8
_ASKED_AT = timedelta(hours=11)
_MINUTE = timedelta(minutes=1)
_PROMISED = 8 * 60
#: How much what comes differs from day to day, and what it takes from piece to piece, as deviations of logarithms.
_DAYS_DIFFER, _PIECES_DIFFER = 0.4, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    came: datetime
    took: int
    due: datetime
    done: datetime


@click.command()
@click.option("--days", default=200, show_default=True, type=click.IntRange(10), help="On so many days it is asked.")
@click.option("--people", default=3, show_default=True, type=click.IntRange(1), help="Who works at the desk.")
@click.option(
    "--busy", default=95, show_default=True, type=click.IntRange(10, 120), help="Percent of what they can do."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def overload(days: int, people: int, busy: int, as_json: bool) -> None:
    """Measure how often what is foretold of a queue at eleven o'clock holds, on made days."""
    chance = np.random.default_rng(0)
    pieces = _lived(chance, _LEARNT_WEEKS * 7 + 2 * days, people, busy)
    asked = [at for at in _mornings(days) if at < max(one.came for one in pieces) - SLOT * SLOTS]
    held, off, chances, came = 0, 0, [], []
    for number, at in enumerate(asked):
        outlook, late, of_open = _asked(pieces, at, people, number)
        held += outlook.late.low <= late <= outlook.late.high
        off += outlook.late.middle - late
        chances += [per_mille / 1000 for _, per_mille in outlook.chances]
        came += of_open
    told = Told(chances=np.array(chances), came=np.array(came, dtype=float), about=np.arange(len(came)))
    part = share(held, len(asked)).per_mille
    ends = (part.value, part.low or 0, part.high or 1000) if part is not None else (0, 0, 0)
    found = {
        "days": len(asked),
        "held": [round(one / 1000, 3) for one in ends],
        "off": round(off / max(len(asked), 1), 2),
        "n": len(came),
        "ece": round(sum(abs(mean - part) * number for mean, part, number in reliability(told)) / max(len(came), 1), 4),
    }
    click.echo(json.dumps(found, indent=2) if as_json else _in_words(found, ends))


def _in_words(found: dict[str, object], ends: Sequence[int]) -> str:
    held = "{:.1%} [{:.1%}, {:.1%}]".format(*(one / 1000 for one in ends))
    said = f"{found['days']} days: the range held in {held}, its middle was off by {found['off']} pieces on average"
    return f"{said}; of the chances of {found['n']} open pieces the calibration error was {found['ece']}"


def _mornings(days: int) -> list[datetime]:
    first = _BEGINS + timedelta(weeks=_LEARNT_WEEKS)
    each = (first + timedelta(days=place) for place in range(2 * days))
    return [day + _ASKED_AT for day in each if day.weekday() < 5][:days]


def _lived(chance: np.random.Generator, days: int, people: int, busy: int) -> list[_Piece]:
    """Live a desk's days: what comes, and when each person finishes what; what breaks first is begun first."""
    mean = 45.0
    a_day = people * (_CLOSES - _OPENS) * 60 * busy / 100 / (mean * float(np.exp(_PIECES_DIFFER**2 / 2)))
    shape = np.array([0.2] * 7 + [1, 2, 3, 3, 2, 1, 2, 2, 2, 1] + [0.2] * 7)
    waiting: list[tuple[datetime, int, datetime, int]] = []
    for day in range(days):
        begins = _BEGINS + timedelta(days=day)
        level = float(np.exp(chance.normal(-(_DAYS_DIFFER**2) / 2, _DAYS_DIFFER))) if begins.weekday() < 5 else 0.05
        for hour, number in enumerate(chance.poisson(a_day * level * shape / shape.sum())):
            for minute in sorted(chance.integers(0, 60, number).tolist()):
                came = begins + timedelta(hours=hour, minutes=minute)
                took = max(5, int(chance.lognormal(np.log(mean), _PIECES_DIFFER)))
                waiting.append((came, took, _after(came, _PROMISED), len(waiting)))
    free = [(_BEGINS, person) for person in range(people)]
    heapq.heapify(free)
    queue: list[tuple[datetime, int, datetime, int]] = []
    done, place = [], 0
    while place < len(waiting) or queue:
        at, person = heapq.heappop(free)
        at = _after(at, 0)
        if not queue and place < len(waiting):
            at = max(at, _after(waiting[place][0], 0))
        while place < len(waiting) and waiting[place][0] <= at:
            came, took, due, number = waiting[place]
            heapq.heappush(queue, (due, number, came, took))
            place += 1
        due, _, came, took = heapq.heappop(queue)
        ends = _after(at, took)
        done.append(_Piece(came=came, took=took, due=due, done=ends))
        heapq.heappush(free, (ends, person))
    return done


def _after(at: datetime, minutes: int) -> datetime:
    """Give when so many minutes of the desk's time have passed; the moment at which it opens, where it is closed."""
    while True:
        opens, closes = (at.replace(hour=hour, minute=0) for hour in (_OPENS, _CLOSES))
        if at.weekday() > 4 or at >= closes:
            at = opens + timedelta(days=1)
            continue
        at = max(at, opens)
        left = (closes - at) // _MINUTE
        if minutes <= left:
            return at + minutes * _MINUTE
        minutes, at = minutes - left, opens + timedelta(days=1)


def _asked(pieces: Sequence[_Piece], at: datetime, people: int, seed: int) -> tuple[Outlook, int, list[bool]]:
    """Ask at a moment with what is known then; give what is foretold and what came of it."""
    open_ = [one for one in pieces if one.came <= at < min(one.done, one.due)]
    known = [one for one in pieces if one.done <= at]
    arriving = Arriving.learnt([one.came for one in pieces if one.came < at], ZoneInfo("UTC"), _BEGINS, at)
    slots = [at + SLOT * slot for slot in range(SLOTS)]
    is_open = [float(one.weekday() < 5 and _OPENS <= one.hour < _CLOSES) for one in slots]
    closes = at.replace(hour=_CLOSES)
    lately = timedelta(hours=3)
    outlook = foresee(
        Scene(
            at=at,
            there=[people * one for one in is_open],
            open=tuple(Open(item=place, due=(one.due - at) // SLOT) for place, one in enumerate(open_)),
            late=sum(one.due <= at < one.done for one in pieces if one.came <= at),
            efforts=[one.took for one in known],
            rates=[arriving.expected(one, SLOT) for one in slots],
            seen=sum(at - lately <= one.came < at for one in pieces),
            usual=sum(arriving.expected(at - SLOT * slot, SLOT) for slot in range(1, lately // SLOT + 1)),
            promises=[_PROMISED],
            counted=is_open,
            shift=(closes - at) // SLOT,
        ),
        seed,
    )
    coming = [one for one in pieces if at < one.came < closes]
    late = sum(one.done > one.due for one in (*open_, *coming))
    return outlook, late, [one.done > one.due for one in open_]
