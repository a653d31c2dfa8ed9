"""What blocks a project's work: since when, whose it is, who waits; asked for, and weekly to whom the rules name."""

from datetime import timedelta
from typing import Any, TypeAlias

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.watching.blocking import blockers
from orchestrator.watching.weekly import WEEKLY, due_at
from rules.model import FieldChange, ItemLink, Line, Subject
from rules.ruleset import CalendarRule, Ruleset, Weekday
from rules.watching import BlockersRule, WatchRule
from tests.fakes.clock import NOON
from tests.fakes.staff import person
from tests.fakes.tracker import CLOSED
from tests.fakes.watch import watched
from tests.fakes.written import lines_of, told, written
from tests.fakes.yard import Yard
from tests.orchestrator.test_impact import item

RULE = BlockersRule(projects=("WEB",), to=("tom",))
Hours: TypeAlias = dict[Weekday, tuple[str, ...]]
TOM_WEEKLY = Subject(kind="queue", id=f"{WEEKLY}tom")


def waits_for(*others: int) -> tuple[ItemLink, ...]:
    return tuple(
        ItemLink(id=f"w{other}", type="Blocks", direction="inward", other=other, other_key=f"WEB-{other}")
        for other in others
    )


def blocks(*others: int) -> tuple[ItemLink, ...]:
    return tuple(msgspec.structs.replace(link, direction="outward") for link in waits_for(*others))


def chain(yard: Yard, **more: Any) -> Yard:
    """WEB-1, which Mika has, blocks WEB-2 of Priya's, which blocks SHOP-3, whose customer is Acme."""
    yard.report(1, "the new till", assignee="j-mika", links=blocks(2), **more)
    yard.report(2, "sell gift cards", assignee="j-priya", links=(*waits_for(1), *blocks(3)))
    yard.report(3, "gift cards at Acme", project="SHOP", links=waits_for(2), customers=("Acme",))
    yard.settle()
    return yard


def linked(yard: Yard, item_: int, other: int, days_ago: float) -> None:
    at = yard.clock.now() - timedelta(days=days_ago)
    change = FieldChange(id=f"{item_}:l", at=at, author=None, field="Link", after=f"WEB-{other}")
    yard.memory.tables.changes.setdefault(item_, {})[change.id] = change


def test_it_tells_for_how_long_it_blocks_whose_it_is_and_who_waits() -> None:
    yard = chain(Yard(watched()))
    yard.pass_by(days=12)
    linked(yard, 2, 1, days_ago=9)

    said = written(yard.ask("UTOM", "blocked", "WEB"))

    assert said.startswith("What blocks work in WEB\n*1. Blocks for 9 days*, since ")
    assert "*WEB-1* the new till (Open); Mika has it" in said
    assert "• Waiting for it: WEB-2, 1 through others." in said
    assert "• It concerns 1 customer: Acme;" in said
    assert "• Whose work waits: Priya." in said
    assert "• Which teams wait: web." in said


def test_where_jira_does_not_tell_when_the_link_was_made_it_says_at_most() -> None:
    yard = chain(Yard(watched()))
    yard.pass_by(days=5)
    assert "*1. Blocks for at most 5 days*" in written(yard.ask("UTOM", "blocked", "WEB"))


def test_what_nobody_has_says_so_and_asks_who_could() -> None:
    yard = Yard(watched())
    yard.report(1, "the new till", links=blocks(2))
    yard.report(2, "sell gift cards", links=waits_for(1))
    yard.settle()
    said = written(yard.ask("UTOM", "blocked", "WEB"))
    assert "nobody has it" in said
    assert "[Who could take it?]" in said


def test_what_is_done_blocks_nothing_and_what_is_done_waits_for_nothing() -> None:
    yard = chain(Yard(watched()), status=CLOSED)
    assert "WEB-1" not in written(yard.ask("UTOM", "blocked", "WEB"))
    yard.tracker.change(3, "j-tom", status=CLOSED)
    yard.settle()
    assert "I know no open issue in SHOP" in written(yard.ask("UTOM", "blocked", "SHOP"))


def test_a_blocker_of_another_project_is_told_too() -> None:
    yard = chain(Yard(watched()))
    assert "*WEB-2* sell gift cards" in written(yard.ask("UTOM", "blocked", "SHOP"))


def test_nothing_is_told_of_what_the_asker_may_not_browse() -> None:
    yard = chain(Yard(watched()))
    yard.tracker.hidden[3] = {"j-tom"}
    said = written(yard.ask("UTOM", "blocked", "WEB"))
    assert "Acme" not in said
    assert "through others" not in said
    yard.tracker.hidden[1] = {"j-tom"}
    hidden, nowhere = (written(yard.ask("UTOM", "blocked", name)).replace(name, "") for name in ("WEB", "NOWHERE"))
    assert hidden == nowhere


def test_the_longest_and_heaviest_comes_first() -> None:
    now = NOON + timedelta(days=40)
    known = {
        1: item(1, created=NOON, links=blocks(2)),
        2: item(2, created=NOON, links=waits_for(1)),
        3: item(3, created=NOON + timedelta(days=30), links=blocks(4), priority="Highest"),
        4: item(4, created=NOON + timedelta(days=30), links=waits_for(3)),
        5: item(5, created=NOON + timedelta(days=30), links=blocks(6, 7, 8)),
        **{n: item(n, created=NOON + timedelta(days=30), links=waits_for(5), priority="Highest") for n in (6, 7, 8)},
    }
    assert [one.item.id for one in blockers("WEB", known, {}, now)] == [5, 1, 3]


@given(age=st.integers(1, 300), more=st.integers(0, 300))
def test_what_blocks_for_longer_never_comes_later(age: int, more: int) -> None:
    now = NOON + timedelta(days=700)
    known = {
        1: item(1, created=now - timedelta(days=age), links=blocks(2)),
        2: item(2, created=now - timedelta(days=age), links=waits_for(1)),
        3: item(3, created=now - timedelta(days=100), links=blocks(4)),
        4: item(4, created=now - timedelta(days=100), links=waits_for(3)),
    }
    aged = timedelta(days=age + more)
    older = known | {n: msgspec.structs.replace(known[n], created=now - aged) for n in (1, 2)}
    before, after = ([one.item.id for one in blockers("WEB", some, {}, now)] for some in (known, older))
    assert after.index(1) <= before.index(1)


def test_every_sentence_fits_its_parts() -> None:
    yard = chain(Yard(watched()))
    for line in lines_of(yard.ask("UTOM", "blocked", "WEB")):
        assert isinstance(line, Line)
        assert told(line)


# Weekly.


def weekly_rules(hours: Hours | None = None) -> Ruleset:
    rules = watched(WatchRule(blockers=RULE), tom=person("tom", teams=(), roles=("triager",), calendar="london"))
    london = CalendarRule(time_zone="Europe/London", hours=hours or {"tue": ("10:00-12:00",)})
    return msgspec.structs.replace(rules, calendars={**rules.calendars, "london": london})


def due(yard: Yard) -> None:
    yard.memory.tables.wanted[TOM_WEEKLY] = None
    yard.settle()


def told_to_tom(yard: Yard) -> list[str]:
    return [written(shown) for (channel, _), (shown, _) in yard.chat.messages.items() if channel == "D-UTOM"]


def test_it_is_told_once_a_week_when_its_reader_is_at_work() -> None:
    yard = chain(Yard(weekly_rules()))
    due(yard)
    assert told_to_tom(yard) == []

    yard.pass_by(hours=23)  # Tuesday, shortly after eleven
    (first,) = told_to_tom(yard)
    assert first.startswith("What blocks work this week\n*WEB*\n*1. Blocks for")

    due(yard)
    yard.pass_by(days=5)
    assert len(told_to_tom(yard)) == 1
    yard.pass_by(days=2)
    assert len(told_to_tom(yard)) == 2
    assert yard.kinds().count("blockers.told") == 2


def test_nothing_is_told_where_nothing_blocks() -> None:
    yard = Yard(weekly_rules())
    due(yard)
    yard.pass_by(days=8)
    assert told_to_tom(yard) == []


def test_who_muted_the_bot_is_told_later() -> None:
    yard = chain(Yard(weekly_rules()))
    yard.command("command.given", "UTOM", Subject(kind="person", id="UTOM"), word="mute", argument="2d")
    yard.settle()
    due(yard)
    yard.pass_by(hours=23)
    assert told_to_tom(yard) == []
    yard.pass_by(days=2)
    assert len(told_to_tom(yard)) == 1


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"mon": ("08:00-12:00",)}, timedelta(hours=-3)),
        ({"mon": ("10:30-12:00",)}, timedelta(hours=-1, minutes=-30)),
        ({"wed": ("08:00-12:00",)}, timedelta(days=2, hours=-4)),
    ],
)
def test_it_is_due_from_the_hour_on_as_soon_as_they_work(
    hours: dict[Weekday, tuple[str, ...]], expected: timedelta
) -> None:
    assert due_at(RULE, "tom", weekly_rules(hours), NOON) == NOON + expected
