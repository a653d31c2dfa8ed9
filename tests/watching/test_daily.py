"""A team is told once on each of its working days what it brings and how the last one went, as all may browse it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from orchestrator.watching.morning import Morning, pieces
from orchestrator.watching.results import Result
from rules.model import Subject
from rules.ruleset import Ruleset
from rules.watching import DigestRule, RiskRule, StrandingRule, WatchRule
from tests.fakes.chat import YARD
from tests.fakes.clock import NOON
from tests.fakes.staff import person
from tests.fakes.tracker import CLOSED
from tests.fakes.watch import look, moved, watched
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.watching.test_risks import fixed, promising

RULE = WatchRule(digest=DigestRule(projects=("WEB",)))


def ruled(rule: WatchRule = RULE, **people: Any) -> Ruleset:
    return promising(watched(rule, **people))


def yard_with_past(rules: Ruleset | None = None) -> Yard:
    """At five on a Monday: of forty bugs that were fixed, ten of Priya's were late. It is promised within ten hours."""
    yard = Yard(rules or ruled())
    for number in range(1, 41):
        fixed(yard, number, 15 if number > 20 and number % 2 else 3, "priya" if number > 20 else "mika")
    for number in range(1, 11):
        moved(yard, number, hours=2)
    until(yard, weekday=0, hour=5)
    return yard


def until(yard: Yard, *, weekday: int, hour: int, minute: int = 0) -> None:
    """Let time pass to that of a day of the next week."""
    now = yard.clock.now()
    day = now + timedelta(days=(weekday - now.weekday()) % 7 or 7)
    yard.clock.at = day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def morning(yard: Yard, number: int = 3) -> None:
    """At five so many bugs come, of which Priya has the odd ones and nobody the others; at ten it is looked."""
    for place in range(50, 50 + number):
        yard.report(place, f"new thing {place}", assignee="j-priya" if place % 2 else None)
    yard.settle()
    yard.clock.at = yard.clock.at.replace(hour=10, minute=0)
    look(yard)


def told(yard: Yard) -> list[str]:
    shown = (written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == YARD)
    return [one for one in shown if " brings for web\n" in one]


def test_a_team_is_told_how_much_waits_what_will_be_late_and_what_matters_most() -> None:
    yard = yard_with_past()
    morning(yard, 7)

    (shown,) = told(yard)
    assert shown.startswith("What Monday 9 March brings for web\n")
    assert "The shift of web can do what comes" in shown or "than the shift of web can do." in shown
    assert " will be late*" in shown
    assert "7 wait, and" in shown
    assert shown.count(" that its SLA Time to fix breaks (usual ") == 5
    assert "1. *WEB-" in shown
    assert "if what breaks first is done first; chances are by how such promises went.\nAs of 10:00" in shown
    assert "5. *WEB-" in shown


def test_the_picture_of_the_next_two_days_stands_in_it_where_something_is_promised() -> None:
    yard = yard_with_past()
    morning(yard)

    (message,) = (one for one, _ in yard.chat.messages.values() if " brings for web\n" in written(one))
    (chart,) = (section.chart for section in message.sections if section.chart is not None)
    assert len(chart.bars) == 48


def test_what_nobody_has_can_be_taken_and_what_somebody_has_be_given_where_that_helps() -> None:
    yard = yard_with_past()
    morning(yard)

    (shown,) = told(yard)
    free, given = (next(one for one in shown.split("\n") if key in one) for key in ("WEB-50", "WEB-51"))
    assert free.endswith("nobody has it")
    assert given.endswith("Priya has it")
    assert shown.count("[Take it]") == 2
    assert "[Who could take it?] [Give it to Mika]" in shown
    assert "%* if Mika takes it." in shown


def test_it_is_written_once_a_day_however_often_it_is_looked() -> None:
    yard = yard_with_past()
    morning(yard)
    before = told(yard)

    for _ in range(3):
        yard.pass_by(minutes=20)
        yard.report(int(yard.clock.now().timestamp()) % 1_000 + 100)
        yard.settle()
        look(yard)

    assert told(yard) == before
    assert yard.kinds().count("day.told") == 1


def test_it_is_written_again_on_the_next_working_day() -> None:
    yard = yard_with_past()
    morning(yard)
    until(yard, weekday=1, hour=9)
    look(yard)

    assert len(told(yard)) == 2


@pytest.mark.parametrize(
    ("at", "hour", "minute", "number"),
    [(None, 8, 55, 0), (None, 9, 0, 1), ("11:00", 10, 55, 0), ("11:00", 11, 0, 1), ("07:00", 8, 55, 0)],
)
def test_it_waits_for_its_time_and_for_somebody_to_be_there(
    at: str | None, hour: int, minute: int, number: int
) -> None:
    yard = yard_with_past(ruled(WatchRule(digest=DigestRule(projects=("WEB",), at=at))))
    yard.report(50, assignee="j-priya")
    yard.settle()
    yard.clock.at = yard.clock.at.replace(hour=hour, minute=minute)
    look(yard)

    assert len(told(yard)) == number


def test_on_a_day_off_nobody_is_told_and_on_monday_of_all_since_friday() -> None:
    yard = yard_with_past()
    until(yard, weekday=4, hour=12)
    fixed(yard, 60, 3, "mika")
    fixed(yard, 61, 20, "mika")
    until(yard, weekday=5, hour=12)
    look(yard)
    assert told(yard) == []

    until(yard, weekday=0, hour=10)
    look(yard)
    assert "*Since Friday* 1 promise was met and 1 broke." in told(yard)[0]


def test_it_says_of_how_many_that_broke_the_team_had_been_warned() -> None:
    rule = WatchRule(digest=DigestRule(projects=("WEB",)), risk=RiskRule(projects=("WEB",), from_percent=5))
    yard = yard_with_past(ruled(rule, priya=person("priya", calendar="office")))
    yard.report(50, assignee="j-priya")
    yard.settle()
    yard.clock.at = yard.clock.at.replace(hour=12)
    look(yard)
    until(yard, weekday=1, hour=10)
    look(yard)

    assert "*Yesterday* 1 promise broke and none was met. The team had been warned of it." in told(yard)[-1]


@pytest.mark.parametrize(
    ("met", "broke", "warned", "words"),
    [
        (2, 0, 0, "*Yesterday* 2 promises were met and none broke."),
        (1, 1, None, "*Yesterday* 1 promise was met and 1 broke."),
        (0, 3, 0, "*Yesterday* 3 promises broke and none was met. The team had been warned of none of the 3."),
        (5, 3, 2, "*Yesterday* 5 promises were met and 3 broke. The team had been warned of 2 of the 3."),
        (5, 1, 0, "*Yesterday* 5 promises were met and 1 broke. The team had not been warned of it."),
    ],
)
def test_what_came_of_promises_is_said_in_one_sentence(met: int, broke: int, warned: int | None, words: str) -> None:
    came = [Result(item=place, sla="Time to fix", at=NOON, broke=place > met) for place in range(1, met + broke + 1)]
    (piece,) = pieces(went(came, warned))
    assert [one.text for one in piece.section.lines] == [words]


def went(came: Sequence[Result], warned: int | None) -> Morning:
    return Morning(
        team="web",
        day=NOON.date(),
        at=NOON,
        since=NOON.date() - timedelta(days=1),
        prospect=None,
        hidden=False,
        matters=(),
        behind={},
        stranded=(),
        held_back=(),
        results=came,
        warned=warned,
    )


def test_it_says_how_many_strand_and_how_many_warnings_were_held_back() -> None:
    rule = WatchRule(
        digest=DigestRule(projects=("WEB",)),
        risk=RiskRule(projects=("WEB",), from_percent=5, a_day=1),
        stranding=StrandingRule(projects=("WEB",), idle_percent=50, idle_hours=1),
    )
    yard = yard_with_past(ruled(rule))
    morning(yard)
    until(yard, weekday=1, hour=10)
    for place in range(80, 83):
        yard.report(place, assignee="j-priya")
    yard.settle()
    yard.pass_by(hours=4)
    look(yard)

    assert "Nobody moves " in told(yard)[-1]
    assert "held back*, since the day's were used up: see App Home, under _More at risk_." in told(yard)[-1]


def test_where_nothing_is_to_tell_nothing_is_told_all_day() -> None:
    yard = Yard(ruled())
    until(yard, weekday=0, hour=9)
    look(yard)
    yard.report(50)
    yard.settle()
    yard.pass_by(hours=2)
    look(yard)

    assert told(yard) == []
    assert "day.told" not in yard.kinds()


def test_what_not_everybody_in_the_channel_may_browse_is_neither_told_nor_counted() -> None:
    yard = yard_with_past()
    until(yard, weekday=4, hour=12)
    fixed(yard, 60, 3, "mika")
    yard.tracker.hidden[60] = {"j-dana"}
    until(yard, weekday=0, hour=5)
    yard.tracker.hidden[51] = {"j-dana"}
    morning(yard)

    (shown,) = told(yard)
    assert "How much waits is not told here" in shown
    assert " wait, and" not in shown
    assert "WEB-51" not in shown
    assert "WEB-50" in shown
    assert "promise" not in shown


def test_no_team_is_told_that_the_rules_do_not_name() -> None:
    yard = yard_with_past(ruled(WatchRule(stranding=StrandingRule(projects=("WEB",)))))
    morning(yard)
    assert told(yard) == []


def test_nobody_is_told_where_nobody_declared_hours() -> None:
    yard = yard_with_past(ruled(RULE, mika=person("mika", calendar=None), priya=person("priya", calendar=None)))
    morning(yard)
    assert told(yard) == []


def test_its_buttons_go_by_how_things_are_when_they_are_pressed() -> None:
    yard = yard_with_past()
    morning(yard)
    yard.tracker.change(50, "j-priya", status=CLOSED, resolved_at=yard.clock.now())
    yard.settle()
    before = told(yard)

    yard.command("item.wanted", "UMIKA", Subject(kind="item", id="50"))
    yard.settle()

    assert yard.tracker.issues[50].assignee is None
    assert told(yard) == before
