"""What is foretold of due dates, from the first day on and by what was learnt of them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.forecast.foretold import DUE_DAY_ONE, Forecast, likeliest
from orchestrator.forecast.history import history
from orchestrator.forecast.teaching import Lesson, lesson
from orchestrator.forecast.telling import foretold as lines_of
from orchestrator.learning import Act
from rules.model import FieldChange, Item
from tests.fakes.rulings import ruleset
from tests.fakes.written import told as written_out
from tests.forecast.promises import LATER, Told, resolved, rules
from tests.sla.past import NINE, after

NOTHING_PROMISED = ruleset()
DAY = timedelta(days=1)


def planned(told: Told, days: float, number: int = 1, ahead: int = 6, apart: int = 1, **more: Any) -> None:
    """Have so many issues that were due so many days after they were opened, and done after `days` of them."""
    for _ in range(number):
        created = NINE + timedelta(hours=apart * len(told.items))
        told.fixed(24 * days, created=created, due=created.date() + ahead * DAY, **more)


def running(told: Told, since: timedelta = timedelta(), ahead: int = 6, **more: Any) -> Item:
    created = LATER - since
    return told.opened(created=created, due=created.date() + ahead * DAY, **more)


def foretold(told: Told, item: Item) -> Forecast:
    (one,) = told.foretelling.forecasts([item], NOTHING_PROMISED, LATER)[item.id]
    return one


def why(one: Forecast) -> str:
    return " ".join(written_out(line) for line in one.reasons)


def test_it_is_foretold_by_counting_how_such_due_dates_went() -> None:
    told = Told()
    planned(told, 2, 12)
    planned(told, 5, 12)
    planned(told, 9, 12)
    item = running(told, since=3 * DAY)

    one = foretold(told, item)

    assert (one.sla, one.due, one.version, one.outcomes) == ("Due date", item.due, DUE_DAY_ONE, 36)
    assert one.usual == pytest.approx(333, abs=20)
    assert one.chance == pytest.approx(470, abs=40)
    assert "Of 24 such due dates set 4 to 7 days ahead about issues of type Bug" in why(one)
    assert "12 came late." in why(one)
    said = [written_out(line) for line in lines_of(one)]
    assert said[0] == f"*{(one.chance + 5) // 10} % that it comes late* (usual {(one.usual + 5) // 10} %)."
    assert said[-1] == "• Half of such issues need at most 3 days more, 85 % at most 6 days."


def test_dates_far_ahead_are_told_by_dates_far_ahead() -> None:
    told = Told()
    planned(told, 40, 30, ahead=30)
    planned(told, 1, 30, ahead=3)

    assert foretold(told, running(told, ahead=30)).chance > 500 > foretold(told, running(told, ahead=3)).chance


def test_how_long_such_issues_need_is_told_only_by_dates_set_about_as_far_ahead() -> None:
    told = Told()
    planned(told, 2, 30, ahead=3)

    near, far = foretold(told, running(told, ahead=3)), foretold(told, running(told, ahead=60))

    assert near.half is not None
    assert (far.half, far.most) == (None, None)


def test_what_was_put_off_did_not_come_in_time_and_no_longer_stands_among_what_is_open() -> None:
    told = Told()
    planned(told, 1, 20)
    planned(told, 8, 20)
    for id_ in range(21, 41):
        item = told.items[id_]
        moved = item.created + 2 * DAY
        later = item.created.date() + 9 * DAY
        change = FieldChange(id="m", at=moved, author=None, field="duedate", before=str(item.due), after=str(later))
        told.items[id_] = msgspec.structs.replace(item, due=later)
        told.changes[id_].append(change)

    early, late = foretold(told, running(told, since=DAY / 2)), foretold(told, running(told, since=4 * DAY))

    assert early.chance > 300
    assert late.outcomes == 60
    assert "Of 20" in why(early) or "Of 40" in why(early)
    assert "20 came late" in why(early)
    assert "came late" not in why(late) or "0 came late" in why(late)


def test_another_assignee_and_a_later_date_are_foretold_too() -> None:
    told = Told()
    planned(told, 3, 30, assignee="j-priya")
    planned(told, 8, 30, assignee="j-tom")
    item = running(told, since=DAY, assignee="j-tom")
    hers = msgspec.structs.replace(item, assignee="j-priya")
    done = msgspec.structs.replace(item, resolution="Done")
    taken_off = msgspec.structs.replace(item, due=None)

    now = foretold(told, item)
    ((with_her,), (met,), nothing) = told.foretelling.what_if(
        {item.id: [hers, done, taken_off]}, [item], NOTHING_PROMISED, LATER
    )[item.id]

    assert with_her.chance < now.chance - 200
    assert (met.chance, met.due, nothing) == (0, item.due, ())


def test_what_is_over_is_certain_and_gives_way_to_what_can_still_be_met() -> None:
    told = Told()
    item = msgspec.structs.replace(running(told, since=9 * DAY), created=LATER - 9 * DAY)
    told.items[item.id] = item

    ours = told.foretelling.forecasts([item], NOTHING_PROMISED, LATER)[item.id]
    clock = Forecast(item=item.id, sla="Time to fix", chance=300, usual=200, version="sla-1", outcomes=9)

    assert [one.chance for one in ours] == [1000]
    assert likeliest(ours) == 1000
    assert likeliest([*ours, clock]) == 300


def test_a_clock_and_a_due_date_are_told_side_by_side_each_by_its_own_past() -> None:
    told = Told()
    planned(told, 0.3, 30)
    planned(told, 9, 30)
    item = running(told)

    clock, due = told.foretelling.forecasts([item], rules(), LATER)[item.id]

    assert (clock.sla, due.sla) == ("Time to fix", "Due date")
    assert (clock.due, clock.version, due.version) == (None, "sla-1", DUE_DAY_ONE)


_EVENTS = st.lists(st.tuples(st.integers(1, 200), st.sampled_from(["duedate", "assignee", "resolution"])), max_size=4)


@given(later=_EVENTS)
@settings(max_examples=20)
def test_what_comes_of_others_later_changes_nothing_of_what_was_foretold(later: Sequence[tuple[int, str]]) -> None:
    told = _settled()
    item = told.items[max(told.items)]
    before = told.foretelling.forecasts([item], NOTHING_PROMISED, LATER)

    went_on = Told(items=dict(told.items), changes=dict(told.changes))
    for id_, (hours, field) in zip(sorted(told.items.keys() - {item.id}, reverse=True), later, strict=False):
        went_on.items[id_], went_on.changes[id_] = _changed(told, id_, LATER + timedelta(hours=hours), field)
    then = went_on.foretelling.forecasts([item], NOTHING_PROMISED, LATER)

    assert then == before


@cache
def _settled() -> Told:
    told = Told()
    planned(told, 2, 15)
    planned(told, 8, 15)
    for _ in range(4):
        running(told, since=2 * DAY)
    return told


def _changed(told: Told, id_: int, at: datetime, field: str) -> tuple[Item, list[FieldChange]]:
    item = told.items[id_]
    known = told.changes.get(id_, [])
    if field == "resolution":
        return msgspec.structs.replace(item, resolution="Done", resolved_at=at), [*known, resolved(at, 9)]
    value = str(date(2027, 1, 1)) if field == "duedate" else "j-mika"
    name = "due" if field == "duedate" else "assignee"
    was = getattr(item, name)
    change = FieldChange(id="z", at=at, author=None, field=field, before=was and str(was), after=value)
    new = date(2027, 1, 1) if field == "duedate" else value
    return msgspec.structs.replace(item, **{name: new}), [*known, change]


@cache
def learnt() -> tuple[Told, Lesson]:
    """Issues of component ledger come late, mostly, the others in time; of SLAs nothing is known."""
    told, chance = Told(), Random(3)
    for _ in range(240):
        ledger = chance.random() < 0.4
        late = chance.random() < (0.85 if ledger else 0.1)
        planned(told, 8 if late else 2, apart=6, components=("ledger",) if ledger else ("web",))
    at = after(6 * 240 + 24 * 9)
    return told, lesson(DUE_DAY_ONE, lambda at: [history(told, "PAY", rules(), at)], None, 0, 100, at)


def test_it_is_learnt_of_due_dates_apart_from_slas_and_told_with_the_reason() -> None:
    told, found = learnt()
    assert found.act is Act.USE
    assert found.made is not None
    told.patterns.used = found.made.in_use
    asked = [running(told, components=(name,)) for name in ("ledger", "web")]

    ((ledger,), (web,)) = told.foretelling.forecasts(asked, NOTHING_PROMISED, LATER).values()

    assert found.made.version == "due-1.1"
    assert {value for field, value, _ in found.made.adds if field == "sla"} <= {"Due date"}
    assert ledger.chance > web.chance + 200
    assert (ledger.version, "likelier for the component {0}" in ledger.reasons[-1].text) == ("due-1.1", True)
