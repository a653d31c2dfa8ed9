"""That more comes than a shift can do is told to its team: while it works, once, in one message that is kept true."""

from datetime import timedelta

import msgspec
import pytest

from orchestrator.changes import Notice, Piece
from orchestrator.charts import Bar, Chart
from orchestrator.forecast.queueing import Band, Outlook
from orchestrator.messages import Section
from orchestrator.watching.outlooks import counts, headline
from orchestrator.watching.overload import is_news
from rules.model import Line, SlaClock
from rules.ruleset import Ruleset
from rules.watching import OverloadRule, WatchRule
from tests.fakes.chat import YARD
from tests.fakes.clock import NOON
from tests.fakes.staff import person
from tests.fakes.tracker import CLOSED
from tests.fakes.watch import look, moved, remembered, watched
from tests.fakes.written import written
from tests.fakes.yard import Yard

RULE = WatchRule(overload=OverloadRule(projects=("WEB",)))
FIRST_WORDS = ("From ", "More waits", "The shift")


def yard_with_past(rules: Ruleset | None = None) -> Yard:
    """Ten bugs of Priya's were closed, each two hours after the one before."""
    yard = Yard(rules or watched(RULE, priya=person("priya", calendar="office")))
    for number in range(1, 11):
        remembered(yard, number, status=CLOSED, assignee="j-priya", resolved_at=yard.clock.now())
    for number in range(1, 11):
        moved(yard, number, hours=2 * number)
    return yard


def burst(yard: Yard, number: int, *, hours: float, first: int = 30) -> None:
    """So many come at once, each promised within so many hours."""
    clock = SlaClock(name="Time to fix", breaches_at=yard.clock.now() + timedelta(hours=hours))
    for place in range(first, first + number):
        remembered(yard, place, slas=(clock,))


def told(yard: Yard) -> list[str]:
    """What stands in the channel about the shift."""
    shown = (written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == YARD)
    return [one for one in shown if one.startswith(FIRST_WORDS)]


def test_a_burst_is_told_with_how_many_will_be_late_and_what_matters_most() -> None:
    yard = yard_with_past()
    burst(yard, 12, hours=5)

    look(yard)

    (shown,) = told(yard)
    assert shown.startswith("More waits already than the shift of web can do")
    assert "will be late* (80 % between" in shown
    assert "12 wait, and about" in shown
    assert shown.count("% that it is late; promised until") == 5
    assert "[Who could take it?]" in shown


def test_what_the_shift_can_do_is_not_told() -> None:
    yard = yard_with_past()
    burst(yard, 2, hours=30)

    look(yard)

    assert told(yard) == []


def test_nobody_is_told_outside_of_the_hours_of_the_team() -> None:
    yard = yard_with_past()
    yard.pass_by(hours=9)
    burst(yard, 30, hours=14)

    look(yard)

    assert told(yard) == []


def test_the_message_is_kept_true_in_its_place() -> None:
    yard = yard_with_past()
    burst(yard, 12, hours=5)
    look(yard)

    burst(yard, 6, hours=5, first=60)
    yard.pass_by(minutes=20)
    look(yard)

    (shown,) = told(yard)
    assert "18 wait, and about" in shown


def standing(*, late: str = "6 will be late", minutes: int = 0, item: int = 30) -> Notice:
    """A message with the sum of it, a picture that begins so many minutes after noon, and an issue."""
    bar = Bar(at=NOON + timedelta(minutes=minutes), middle=1, low=0, high=2, there=1)
    chart = Chart(time_zone="UTC", bars=(bar,), words="")
    return Notice(
        id="n",
        kind="overload",
        team="web",
        at=NOON,
        title=Line(text="More comes"),
        pieces=(
            Piece(section=Section(lines=(Line(text=late),), chart=chart)),
            Piece(section=Section(lines=(Line(text=f"it is {minutes} past"),)), items=(item,)),
        ),
    )


@pytest.mark.parametrize(
    ("fresh", "news"),
    [
        (standing(), False),
        (standing(minutes=45), False),
        (standing(minutes=60), True),
        (standing(late="7 will be late"), True),
        (standing(minutes=15, item=31), True),
        (msgspec.structs.replace(standing(), pieces=()), True),
    ],
)
def test_the_message_is_written_again_for_what_matters_and_once_an_hour(fresh: Notice, news: bool) -> None:
    assert is_news(standing(), fresh) is news


def test_the_message_says_when_the_shift_can_do_it_again() -> None:
    yard = yard_with_past()
    burst(yard, 12, hours=5)
    look(yard)

    for number in range(30, 42):
        yard.report(number, status=CLOSED, resolved_at=yard.clock.now())
    yard.pass_by(minutes=20)
    look(yard)

    assert told(yard) == ["The shift of web can do what comes again"]


def test_what_is_late_already_and_what_nothing_is_promised_of_is_not_foretold() -> None:
    yard = yard_with_past()
    burst(yard, 12, hours=-5)
    for number in range(50, 62):
        remembered(yard, number)

    look(yard)

    assert told(yard) == []


def test_no_number_tells_of_what_has_a_security_level() -> None:
    yard = yard_with_past()
    clock = SlaClock(name="Time to fix", breaches_at=NOON + timedelta(hours=5))
    for place in range(30, 42):
        remembered(yard, place, slas=(clock,), security_level="secret")

    look(yard)

    assert told(yard) == []


def test_where_nobody_declared_hours_nothing_is_foretold() -> None:
    yard = yard_with_past(watched(RULE, mika=person("mika", calendar=None), priya=person("priya", calendar=None)))
    burst(yard, 12, hours=5)

    look(yard)

    assert told(yard) == []


def test_only_so_many_late_are_told_of() -> None:
    rule = WatchRule(overload=OverloadRule(projects=("WEB",), from_late=99))
    yard = yard_with_past(watched(rule, priya=person("priya", calendar="office")))
    burst(yard, 12, hours=5)

    look(yard)

    assert told(yard) == []


def test_it_stands_in_the_ledger() -> None:
    yard = yard_with_past()
    burst(yard, 12, hours=5)

    look(yard)

    (entry,) = (one for one in yard.memory.tables.ledger if one.kind == "overload.told")
    assert entry.data["waiting"] == 12
    assert entry.data["late"][0] <= entry.data["late"][1] <= entry.data["late"][2]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (None, "The shift of {0} can do what comes, but not all of it in time"),
        (0, "More waits already than the shift of {0} can do"),
        (3, "From {1} on more will come than the shift of {0} can do"),
    ],
)
def test_it_is_said_from_when_on(hours: int | None, words: str) -> None:
    assert headline(outlook(hours), "web").text == words


def test_a_range_is_told_only_where_it_is_one() -> None:
    sure = msgspec.structs.replace(outlook(3), late=Band(low=6, middle=6, high=6))

    assert counts(outlook(3))[0].text == "*6 of 23 will be late* (80 % between 3 and 9)."
    assert counts(sure)[0].text == "*6 of 23 will be late*."


def test_where_hardly_anything_comes_no_number_is_told_of_it() -> None:
    quiet = msgspec.structs.replace(outlook(3), coming=Band(low=0, middle=0, high=2))

    assert counts(outlook(3))[1].text == "17 wait, and about 6 more come (80 % between 4 and 8) before {0}."
    assert counts(quiet)[1].text == "17 wait, and few come before {0}."


def outlook(hours: int | None) -> Outlook:
    return Outlook(
        at=NOON,
        until=NOON + timedelta(hours=5),
        waiting=17,
        coming=Band(low=4, middle=6, high=8),
        late=Band(low=3, middle=6, high=9),
        chances=(),
        more_from=None if hours is None else NOON + timedelta(hours=hours),
        fits=100,
        hours=(),
    )


def test_who_asks_what_is_at_risk_in_a_project_is_told_of_its_queue_too() -> None:
    yard = yard_with_past()
    burst(yard, 12, hours=5)

    shown = written(yard.ask("UMIKA", "risk", "WEB"))

    assert "More waits already than the shift of web can do" in shown
    assert "12 wait, and about" in shown


def test_who_may_not_browse_all_that_is_counted_is_told_no_number_of_the_queue() -> None:
    yard = yard_with_past()
    burst(yard, 12, hours=5)
    yard.tracker.hidden[30] = {"j-mika"}

    assert "the shift of web" not in written(yard.ask("UMIKA", "risk", "WEB"))
