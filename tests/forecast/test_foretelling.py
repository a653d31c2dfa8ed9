"""What is foretold of running clocks from the first day on."""

from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.histories import KeptHistories
from orchestrator.forecast.foretelling import EVERY, ReadHistories
from orchestrator.forecast.foretold import DAY_ONE, Forecast
from orchestrator.forecast.history import Kept
from rules.model import FieldChange, Item, SlaClock, Status
from rules.ruleset import PersonRule, Ruleset, TeamRule
from tests.fakes.written import told as written_out
from tests.forecast.promises import FIX, LATER, Told, resolved, rules
from tests.sla.past import NINE, after


def ago(hours: float) -> timedelta:
    return timedelta(hours=hours)


def foretold(told: Told, item: Item) -> Forecast:
    (one,) = told.foretelling.forecasts([item], rules(), LATER)[item.id]
    return one


def why(one: Forecast) -> str:
    return " ".join(written_out(line) for line in one.reasons)


def test_without_a_past_it_tells_what_is_usual_and_says_that_nothing_is_known() -> None:
    told = Told()

    one = foretold(told, told.opened(created=LATER))

    assert (one.chance, one.usual, one.outcomes, one.version) == (200, 200, 0, DAY_ONE)
    assert (one.half, one.most) == (None, None)
    assert "Nothing is known yet" in why(one)


def test_the_more_of_its_time_is_used_the_likelier_it_breaks() -> None:
    told = Told()
    told.fixed(2, 60)
    told.fixed(8, 20)
    told.fixed(15, 20)
    early, late = told.opened(created=LATER - ago(1)), told.opened(created=LATER - ago(6))

    first, second = foretold(told, early), foretold(told, late)

    assert first.usual == pytest.approx(200, abs=5)
    assert first.chance == pytest.approx(200, abs=15)
    assert second.chance == pytest.approx(480, abs=40)
    assert "Of 40 such promises of 10 h about issues of type Bug that were open when 60 %" in why(second)
    assert "20 broke" in why(second)


def test_it_tells_what_half_of_such_issues_and_most_of_them_still_need() -> None:
    told = Told()
    told.fixed(7, 6)
    told.fixed(12, 4)

    one = foretold(told, told.opened(created=LATER - ago(5)))

    assert (one.half, one.most) == (120, 420)


def test_what_is_open_for_long_counts_though_its_end_is_not_known() -> None:
    ended, waits = Told(), Told()
    for told in (ended, waits):
        told.fixed(2, 20)
    for _ in range(20):
        waits.opened()

    assert (
        foretold(waits, waits.opened(created=LATER)).chance > 400 > foretold(ended, ended.opened(created=LATER)).chance
    )


def test_the_type_of_the_issue_counts_as_far_as_there_are_enough_like_it() -> None:
    told = Told()
    told.fixed(2, 50, type="Task")
    told.fixed(20, 50, type="Bug")
    of_each = {kind: foretold(told, told.opened(created=LATER, type=kind)).chance for kind in ("Task", "Bug", "Story")}

    assert of_each["Task"] < 150 < of_each["Story"] < 700 < of_each["Bug"]


def test_another_assignee_or_priority_is_foretold_too() -> None:
    told = Told()
    told.fixed(3, 30, assignee="j-priya")
    told.fixed(14, 30, assignee="j-tom")
    item = told.opened(created=LATER - ago(2), assignee="j-tom")
    others = [
        msgspec.structs.replace(item, assignee="j-priya"),
        msgspec.structs.replace(item, priority="Highest"),
        item,
    ]

    now = foretold(told, item)
    ((hers,), (urgent,), (same,)) = told.foretelling.what_if({item.id: others}, [item], rules(), LATER)[item.id]

    assert hers.chance < now.chance - 200
    assert "With who has it, they broke less often" in why(hers)
    assert "priya" not in why(hers)
    assert (urgent.used, now.used) == (400, 200)
    assert same == now


def test_a_change_that_stops_the_clock_in_time_leaves_no_chance_to_break() -> None:
    told = Told()
    item = told.opened(created=LATER - ago(2))

    done = msgspec.structs.replace(item, resolution="Done")
    (((met,),),) = told.foretelling.what_if({item.id: [done]}, [item], rules(), LATER).values()

    assert met.chance == 0


def test_a_broken_clock_is_certain_and_a_stopped_one_is_not_foretold() -> None:
    told = Told()
    told.fixed(2)
    (done,) = told.items.values()
    broken = told.opened(created=LATER - ago(11))

    found = told.foretelling.forecasts([done, broken], rules(), LATER)

    assert found[done.id] == ()
    assert [(one.chance, one.breaches_at) for one in found[broken.id]] == [(1000, LATER - ago(1))]


def test_what_has_a_security_level_does_not_count() -> None:
    told = Told()
    told.fixed(20, 30, security_level="secret")

    assert foretold(told, told.opened(created=LATER)).outcomes == 0


def test_a_clock_of_a_service_desk_is_foretold_by_how_its_like_ended() -> None:
    told = Told()
    for number in range(40):
        told.fixed(1, slas=(SlaClock(name="Time to resolution", breached=number % 2 == 0),), project="OPS")
    half_used = SlaClock(name="Time to Resolution", breaches_at=LATER + ago(2))
    item = told.opened(created=LATER - ago(2), slas=(half_used,), project="OPS")

    one = foretold(told, item)

    assert one.usual == pytest.approx(467, abs=2)
    assert one.used == 500
    assert one.chance == pytest.approx(690, abs=15)


def test_where_jira_tells_how_long_its_clocks_took_those_count_that_were_open_then() -> None:
    told = Told()
    for took in [200] * 60 + [800] * 20 + [1500] * 20:
        clock = SlaClock(name="Time to resolution", breached=took > 1000, took=took)
        told.fixed(1, slas=(clock,), project="OPS")
    half_used = SlaClock(name="Time to resolution", breaches_at=LATER + ago(2))
    item = told.opened(created=LATER - ago(2), slas=(half_used,), project="OPS")

    one = foretold(told, item)

    assert one.chance == pytest.approx(490, abs=15)
    assert "Of 40 such promises about issues of type Bug that were open when 50 %" in why(one)


@pytest.mark.parametrize("over", [ago(1), ago(0.01)])
def test_a_clock_of_a_service_desk_whose_time_is_over_broke(over: timedelta) -> None:
    told = Told()
    clock = SlaClock(name="Time to resolution", breaches_at=LATER - over)
    item = told.opened(created=LATER - ago(9), slas=(clock,), project="OPS")

    assert foretold(told, item).chance == 1000


class Counting:
    def __init__(self, told: Told) -> None:
        self.read, self.told = 0, told

    def of(self, project: str, given: Ruleset, at: datetime) -> Kept:
        self.read += 1
        return ReadHistories(past=self.told).of(project, given, at)


def test_the_past_is_read_once_in_a_while_and_again_for_other_rules() -> None:
    told = Told()
    counting = Counting(told)
    kept = KeptHistories(counting)

    for at in (NINE, NINE, NINE + EVERY):
        kept.of("PAY", rules(), at)
    kept.of("PAY", rules(Other=rules().slas["Time to fix"]), NINE)

    assert counting.read == 3


MOMENT = after(40)


def futures(seed: int) -> Told:
    """A past of which everything after the moment is by chance: ends, changes, new issues."""
    told, chance = Told(), Random(seed)
    told.fixed(6, 12, assignee="j-priya")
    told.fixed(14, 12)
    for _ in range(20):
        told.opened()
    for id_, item in list(told.items.items()):
        changes = told.changes.get(id_, [])
        if not (item.resolved_at and item.resolved_at <= MOMENT):
            told.changes[id_], told.items[id_] = _lived_on(chance, item)
        elif chance.random() < 0.5:
            later = MOMENT + ago(chance.uniform(0.1, 90))
            told.changes[id_] = [*changes, _changed(later, "priority", item.priority, "Highest", 5)]
            told.items[id_] = msgspec.structs.replace(item, priority="Highest", updated=later)
    return told


def _lived_on(chance: Random, item: Item) -> tuple[list[FieldChange], Item]:
    """Give how an issue that was open at the moment might have gone on."""
    bare = msgspec.structs.replace(item, resolution=None, resolved_at=None, updated=item.created)
    begins = max(MOMENT, item.created)
    at = begins + ago(chance.uniform(0.1, 200))
    kind = chance.choice(["nothing", "ends", "goes to Tom", "is a Task", "waits"])
    if kind == "ends":
        return [resolved(at)], msgspec.structs.replace(bare, resolution="Done", resolved_at=at, updated=at)
    if kind == "goes to Tom":
        went = [_changed(at, "assignee", item.assignee, "j-tom")]
        return went, msgspec.structs.replace(bare, assignee="j-tom", updated=at)
    if kind == "is a Task":
        return [_changed(at, "issuetype", item.type, "Task")], msgspec.structs.replace(bare, type="Task", updated=at)
    if kind == "waits":
        waiting = Status(id="Waiting", name="Waiting", category="indeterminate")
        return [_changed(at, "status", "Open", "Waiting")], msgspec.structs.replace(bare, status=waiting, updated=at)
    return [], bare


def _changed(at: datetime, name: str, before: str | None, then: str, entry: int = 3) -> FieldChange:
    given = {"before": before, "before_text": before, "after": then, "after_text": then}
    return FieldChange(id=f"{entry}:0", at=at, author=None, field=name, **given)


@settings(max_examples=25)
@given(seeds=st.tuples(st.integers(), st.integers()))
def test_whatever_happens_after_the_moment_nothing_that_was_foretold_changes(seeds: tuple[int, int]) -> None:
    pasts = [futures(seed) for seed in seeds]
    item, _ = (told.opened(created=MOMENT - ago(3)) for told in pasts)

    found = [told.foretelling.forecasts([item], rules(), MOMENT)[item.id] for told in pasts]

    assert found[0] == found[1]
    assert found[0][0].outcomes >= 20


def test_what_is_foretold_if_somebody_takes_it_asks_of_which_team_they_are() -> None:
    lent = msgspec.structs.replace(FIX, pauses=("with team other",))
    teams = {name: TeamRule(purpose="x") for name in ("ours", "other")}
    accounts = {"ann": "ours", "ben": "other", "cem": "other", "dan": "ours"}
    people = {name: PersonRule(name=name, jira=name, teams=(team,)) for name, team in accounts.items()}
    asked = msgspec.structs.replace(rules(), slas={"Time to fix": lent}, teams=teams, people=people)
    told = Told()
    told.fixed(2, 60)
    item = told.opened(created=LATER - ago(6), assignee="ann")

    taken = told.foretelling.if_taken([item], accounts, asked, LATER)[item.id]
    given = [msgspec.structs.replace(item, assignee=one) for one in accounts]
    each = told.foretelling.what_if({item.id: given}, [item], asked, LATER)[item.id]

    assert list(taken.values()) == each
    assert [one.breaches_at is None for (one,) in each] == [False, True, True, False]
