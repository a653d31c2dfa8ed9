"""What is learnt of how promises go, when it is used, and when it is left again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random

import msgspec
import pytest

from orchestrator.forecast.foretold import DAY_ONE
from orchestrator.forecast.history import Kept, history, promises
from orchestrator.forecast.moments import Around, traits
from orchestrator.forecast.taught import Taught
from orchestrator.forecast.teaching import NEWEST, Lesson, lesson, old_enough
from orchestrator.learning import Act
from orchestrator.sla.clocks import Clock
from orchestrator.sla.timeline import timeline
from rules.model import FieldChange, Item, Status
from tests.forecast.promises import FIX, Told, rules
from tests.sla.past import NINE, after, change, moved


def past(number: int, seed: int = 1, turned: int | None = None) -> Told:
    """So many issues, one an hour: those of component ledger mostly break, from `turned` on the others."""
    told, chance = Told(), Random(seed)
    for place in range(number):
        ledger = chance.random() < 0.4
        likely = 0.85 if ledger != (turned is not None and place >= turned) else 0.1
        told.fixed(14 if chance.random() < likely else 3, components=("ledger",) if ledger else ("web",))
    return told


def histories(told: Told) -> Callable[[datetime], Sequence[Kept]]:
    return lambda at: [history(told, "PAY", rules(), at)]


def taught(told: Told, now: float, active: Taught | None = None) -> Lesson:
    return lesson(DAY_ONE, histories(told), active, 0 if active is None else 1, 100, after(now))


@cache
def first_lesson() -> Lesson:
    return taught(past(200), 212)


def test_what_counting_cannot_know_is_learnt_and_used() -> None:
    found = first_lesson()

    assert found.act is Act.USE
    assert found.made is not None
    trial = found.made.card.trial
    assert trial.learnt.auc.value > trial.counted.auc.value + 1_000
    assert trial.learnt.log_loss.value < trial.counted.log_loss.value
    adds = {(field, value): added for field, value, added in found.made.adds}
    assert adds["component", "ledger"] > 5_000
    assert found.made.card.promises == 200
    assert found.made.version == "sla-1.1"


def test_where_what_was_learnt_does_not_hold_later_counting_stays() -> None:
    found = taught(past(200, turned=110), 300)

    assert (found.act, found.made) == (Act.KEEP, None)
    assert "no better than counting" in found.why


@pytest.mark.parametrize("number", [40, 99])
def test_few_promises_teach_nothing(number: int) -> None:
    found = taught(past(number), 400)

    assert (found.act, found.made) == (Act.WAIT, None)
    assert "100 are needed" in found.why


def test_a_version_that_surprises_more_than_counting_since_it_came_is_left() -> None:
    first = first_lesson()
    told = past(200 + 2 * NEWEST, turned=195)

    found = taught(told, 300, first.made)

    assert found.act is Act.GO_BACK
    assert found.watched is not None
    assert found.watched.is_worse
    assert "promises since it came" in found.why


def test_a_version_that_stays_good_stays() -> None:
    first = first_lesson()

    found = taught(past(200 + 2 * NEWEST), 300, first.made)

    assert found.watched is not None
    assert not found.watched.is_worse
    assert found.act is not Act.GO_BACK


@pytest.mark.parametrize(
    ("known", "old"),
    [
        ([], 0),
        ([True] * 80, 80),
        ([True] * 80 + [True, False] * 30, 85),
        ([False] * 40, 0),
        ([True, False] * 40 + [True] * 60, 140),
    ],
)
def test_of_the_young_the_quick_ones_do_not_pass_for_all(known: list[bool], old: int) -> None:
    assert old_enough(known) == old


def test_the_traits_of_a_moment_hold_nothing_of_later() -> None:
    told = Told()
    item = told.opened(assignee="j-priya", priority="High")
    so_far = [moved(1, "Open", "Doing"), change(2, "assignee", "j-tom", "j-priya")]
    went_on = [change(6, "assignee", "j-priya", "j-mika"), change(8, "priority", "High", "Low")]
    later = [*went_on, moved(7, "Doing", "Review")]
    clock = Clock(FIX, {})
    seen = []
    for changes in (so_far, [*so_far, *later]):
        known = timeline(_after(item, changes), changes)
        (promise,) = promises("Time to fix", clock, known, after(9))
        seen.append(traits(promise, 0.5, after(5), Around([promise]), after(5)))

    assert seen[0] == seen[1]
    assert {("status", "doing"), ("hand-offs", "1"), ("held", "yes"), ("priority", "High")} <= set(seen[0])


def _after(item: Item, changes: Sequence[FieldChange]) -> Item:
    last = {one.field: one.after for one in changes}
    status = Status(id=last["status"] or "", name=last["status"] or "", category="indeterminate")
    priority = last.get("priority", item.priority)
    return msgspec.structs.replace(item, status=status, assignee=last["assignee"], priority=priority)


def test_nobody_is_named_in_what_is_kept() -> None:
    told = past(200)
    told.items = {id_: msgspec.structs.replace(one, reporter="j-dana") for id_, one in told.items.items()}

    made = taught(told, 212).made

    assert made is not None
    assert "dana" not in str(made)
    assert any(field == "reporter" for field, _, _ in made.adds)


def test_what_was_learnt_moves_the_chance_and_says_by_what() -> None:
    told, made = past(200), first_lesson().made
    assert made is not None
    asked = [told.opened(created=after(300), components=(name,)) for name in ("ledger", "web")]
    told.patterns.used = made.in_use

    found = told.foretelling.forecasts(asked, rules(), after(301))
    ((ledger,), (web,)) = found.values()

    assert ledger.chance > web.chance + 200
    assert (ledger.version, ledger.usual) == ("sla-1.1", web.usual)
    assert "likelier for the component {0}" in ledger.reasons[-1].text


def test_the_queue_and_what_somebody_has_are_counted_at_the_moment() -> None:
    told = Told()
    told.fixed(2, 3, assignee="j-tom")
    known = history(told, "PAY", rules(), after(10)).own["Time to fix"]
    around = Around(known)

    assert [around.open(NINE + timedelta(hours=hours)) for hours in (0, 1.5, 2.5, 9)] == [1, 2, 2, 0]
    assert (around.held("j-tom", after(1.5)), around.held("j-priya", after(1.5))) == (2, 0)
