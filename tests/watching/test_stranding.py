"""What nobody moves is told to its team: once, in one message that stays true, with buttons."""

from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.watching.crew import Shifts
from rules.model import SlaClock, Subject
from rules.ruleset import WEEKDAYS, CalendarRule, Ruleset
from rules.watching import StrandingRule, WatchRule
from tests.fakes.chat import YARD
from tests.fakes.clock import NOON
from tests.fakes.staff import person
from tests.fakes.tracker import CLOSED
from tests.fakes.watch import look, moved, remembered, watched
from tests.fakes.written import written
from tests.fakes.yard import Yard

ISSUE = Subject(kind="item", id="30")


def yard_with_past(rules: Ruleset | None = None) -> Yard:
    """Twenty-five bugs of Mika's were closed, each within half an hour."""
    yard = Yard(rules or watched())
    for number in range(1, 26):
        remembered(yard, number, status=CLOSED, assignee="j-priya", resolved_at=yard.clock.now())
    for number in range(1, 26):
        moved(yard, number, minutes=number)
    return yard


def told(yard: Yard) -> list[str]:
    """What stands in the channel of what nobody moves."""
    shown = (written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == YARD)
    return [one for one in shown if one.startswith(("Nobody moves", "Nothing strands", "Told again"))]


def test_what_lies_for_longer_than_is_usual_is_told_with_why_and_whose_it_is() -> None:
    yard = yard_with_past()
    yard.report(30, "the cart forgets its things", assignee="j-mika", priority="High")
    yard.settle()

    yard.pass_by(days=2)
    look(yard)

    (shown,) = told(yard)
    assert shown.startswith("Nobody moves an issue of web")
    assert "*WEB-30* the cart forgets its things (High, Open)" in shown
    assert "• Mika has it, and for 16 h of work nothing has happened to it; to 90 of 100 such issues something" in shown
    assert "[Who could take it?]" in shown
    assert "[Take it]" not in shown


def test_what_moves_in_time_is_not_told() -> None:
    yard = yard_with_past()
    yard.report(30, assignee="j-mika")
    yard.settle()

    yard.pass_by(hours=7)
    look(yard)

    assert told(yard) == []


def test_what_nobody_has_while_nobody_will_be_there_is_told_before_its_sla_is_in_danger() -> None:
    yard = yard_with_past()
    yard.pass_by(days=4, hours=6)  # Friday evening
    yard.report(30)
    yard.settle()
    look(yard)

    (shown,) = told(yard)
    assert "• Nobody has it, and nobody of the team is there before 09:00." in shown
    assert "of work nothing" not in shown


def test_a_night_alone_strands_nothing_that_has_no_sla() -> None:
    yard = yard_with_past()
    yard.pass_by(hours=6)
    yard.report(30)
    yard.settle()
    look(yard)
    assert told(yard) == []


def test_what_breaks_before_anybody_is_back_is_told_at_night_too() -> None:
    yard = yard_with_past()
    yard.pass_by(hours=6)
    yard.report(30, slas=(SlaClock(name="First response", breaches_at=yard.clock.now() + timedelta(hours=3)),))
    yard.settle()
    look(yard)

    (shown,) = told(yard)
    assert "nobody of the team is there before 09:00" in shown
    assert "• Its SLA First response breaks 21:" in shown


def test_nothing_is_said_of_being_alone_where_nobody_told_their_hours() -> None:
    yard = yard_with_past(watched(mika=person("mika", calendar=None), priya=person("priya", calendar=None)))
    yard.report(30)
    yard.settle()
    look(yard)
    assert told(yard) == []


def test_the_message_is_kept_true_and_says_when_nothing_strands_any_more() -> None:
    yard = yard_with_past()
    yard.report(30, assignee="j-mika")
    yard.settle()
    yard.pass_by(days=2)
    look(yard)
    posts = len(yard.chat.messages)

    yard.tracker.change(30, "j-mika", status=CLOSED)
    yard.settle()
    look(yard)

    assert told(yard) == ["Nothing strands any more in web"]
    assert len(yard.chat.messages) == posts


def test_what_comes_soon_after_stands_in_the_same_message_and_after_a_day_in_a_new_one() -> None:
    yard = yard_with_past()
    yard.report(30, assignee="j-mika")
    yard.settle()
    yard.pass_by(hours=1)
    yard.report(31, assignee="j-mika")
    yard.settle()
    yard.pass_by(days=1, minutes=-20)
    look(yard)
    assert len(told(yard)) == 1
    yard.pass_by(minutes=60)
    look(yard)
    (shown,) = told(yard)
    assert shown.startswith("Nobody moves 2 issues of web")

    yard.report(32, assignee="j-mika")
    yard.settle()
    yard.pass_by(days=2)
    look(yard)

    first, second = told(yard)
    assert first.startswith("Told again below")
    assert "WEB-32" in second


def test_of_what_not_everybody_there_may_browse_only_the_number_is_told() -> None:
    yard = yard_with_past()
    yard.report(30, "the secret thing", assignee="j-mika")
    yard.settle()
    yard.tracker.hidden[30] = {"j-dana"}
    yard.pass_by(days=2)
    look(yard)

    (shown,) = told(yard)
    assert "secret" not in shown
    assert "1 more that not everybody here may browse in Jira." in shown


def test_who_shares_the_work_takes_it_by_the_button() -> None:
    yard = yard_with_past()
    yard.pass_by(days=4, hours=6)
    yard.report(30)
    yard.settle()
    look(yard)

    yard.command("item.wanted", "UPRIYA", ISSUE)
    yard.settle()

    assert yard.tracker.issues[30].assignee == "j-priya"
    look(yard)
    assert told(yard) == ["Nothing strands any more in web"]


def test_who_does_not_share_the_work_cannot_take_it_by_the_button() -> None:
    yard = yard_with_past()
    yard.pass_by(days=4, hours=6)
    yard.report(30)
    yard.settle()
    look(yard)

    yard.command("item.wanted", "UDANA", ISSUE)
    yard.settle()

    assert yard.tracker.issues[30].assignee is None
    assert "Only those take it here who share the work on its project." in yard.said()


def test_what_somebody_else_took_meanwhile_is_not_taken_from_them() -> None:
    yard = yard_with_past()
    yard.report(30, assignee="j-mika")
    yard.settle()
    yard.command("item.wanted", "UPRIYA", ISSUE)
    yard.settle()
    assert yard.tracker.issues[30].assignee == "j-mika"
    assert "It does not wait for anybody any more." in yard.said()


def test_nothing_is_told_of_a_project_that_the_rules_do_not_name() -> None:
    yard = yard_with_past(watched(WatchRule()))
    yard.report(30, assignee="j-mika")
    yard.settle()
    yard.pass_by(days=2)
    look(yard)
    assert told(yard) == []


def test_rules_say_which_issues_may_lie() -> None:
    rule = StrandingRule(projects=("WEB",), when="item.type != 'Bug'")
    yard = yard_with_past(watched(WatchRule(stranding=rule)))
    yard.report(30, assignee="j-mika")
    yard.settle()
    yard.pass_by(days=2)
    look(yard)
    assert told(yard) == []


def test_app_home_shows_it_to_those_whose_work_it_is() -> None:
    yard = yard_with_past()
    yard.report(30, "the cart forgets its things", assignee="j-mika")
    yard.settle()
    yard.pass_by(days=2)
    look(yard)

    assert "Nobody moves\n*WEB-30* the cart forgets its things" in yard.open_home("UPRIYA")
    assert "Nobody moves" not in yard.open_home("UDANA")


@given(
    hours=st.lists(st.integers(0, 22), min_size=1, max_size=3),
    moments=st.lists(st.integers(0, 24 * 9), min_size=3, max_size=3).map(sorted),
)
def test_working_time_adds_up_and_is_that_in_which_anybody_works(hours: list[int], moments: list[int]) -> None:
    people = {f"p{nth}": person(f"p{nth}", calendar=f"c{nth}") for nth in range(len(hours))}
    calendars = {
        f"c{nth}": CalendarRule(time_zone="UTC", hours=dict.fromkeys(WEEKDAYS, (f"{begins:02}:00-{begins + 1:02}:30",)))
        for nth, begins in enumerate(hours)
    }
    rules = msgspec.structs.replace(watched(**people), calendars=calendars)
    first, middle, last = (NOON + timedelta(hours=moment) for moment in moments)

    def worked(some: list[str], since: datetime, until: datetime) -> timedelta:
        return Shifts.of(some, rules, NOON, NOON + timedelta(days=10)).worked(since, until)

    whole, alone = worked(list(people), first, last), [worked([one], first, last) for one in people]

    assert whole == worked(list(people), first, middle) + worked(list(people), middle, last)
    assert max(alone) <= whole <= min(sum(alone, timedelta()), last - first)
