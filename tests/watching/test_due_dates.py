"""Due dates beside SLAs: what is likely to come late is told to who asks, and to teams whose rules want it."""

from datetime import date, timedelta

import msgspec
import pytest

from orchestrator.watching.results import results
from rules.model import FieldChange
from rules.ruleset import Ruleset
from rules.watching import DigestRule, LaterRule, RiskRule, WatchRule
from tests.fakes.chat import YARD
from tests.fakes.tracker import CLOSED
from tests.fakes.watch import look, remembered, watched
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.watching.test_daily import until
from tests.watching.test_guarding import alerts, closed, guarded
from tests.watching.test_risks import fixed, promising

DAY = timedelta(days=1)


def unpromised(rules: Ruleset) -> Ruleset:
    return msgspec.structs.replace(rules, slas={})


def yard_with_dates(rules: Ruleset | None = None) -> Yard:
    """Forty bugs were due in two days: Mika's twenty came in time, of Priya's twenty half a day late."""
    yard = Yard(unpromised(rules or watched()))
    due = yard.clock.now().date() + 2 * DAY
    for number in range(1, 41):
        late = number > 20 and number % 2
        fixed(yard, number, 72 if late else 20, "priya" if number > 20 else "mika")
        yard.tracker.issues[number] = msgspec.structs.replace(yard.tracker.issues[number], due=due)
        snapshot = yard.tracker.item(number)
        assert snapshot is not None
        yard.memory.items.merge([snapshot])
    yard.pass_by(days=4)
    return yard


def dated(rules: Ruleset | None = None) -> Yard:
    """Issue 50, of Priya's, is due tomorrow and was opened today."""
    yard = yard_with_dates(rules)
    yard.report(50, "the old one", assignee="j-priya", due=yard.clock.now().date() + DAY)
    yard.settle()
    yard.pass_by(hours=20)
    look(yard)
    return yard


def warnings(yard: Yard) -> list[str]:
    shown = (written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == YARD)
    return [one for one in shown if "comes late" in one or "due date of" in one]


def test_who_asks_about_an_issue_is_told_how_likely_it_comes_late_and_why() -> None:
    yard = dated()

    said = written(yard.ask("UMIKA", "sla", "WEB-50"))

    due = yard.tracker.issues[50].due
    assert due is not None
    assert f"*Due date*\nDue {due.day} {due:%B %Y}.\n*" in said
    assert "% that it comes late* (usual 2" in said
    assert "• Of " in said
    assert " such due dates" in said


def test_what_is_late_is_told_as_late_and_is_no_risk_any_more() -> None:
    yard = dated()
    yard.pass_by(days=3)

    assert "*Late*: it was due" in written(yard.ask("UMIKA", "sla", "WEB-50"))
    assert written(yard.ask("UMIKA", "risk", "WEB")) == "No promise that you may see runs in WEB"


def test_what_is_likely_to_come_late_stands_among_what_is_at_risk() -> None:
    yard = dated()

    said, page = written(yard.ask("UMIKA", "risk", "WEB")), yard.open_home("UPRIYA")

    assert "1. *WEB-50* the old one (Open); Priya has it\n• *" in said
    assert "that it comes late (usual 2" in said
    assert "Mine, with a promise that runs (1)\nWEB-50 the old one: *" in page


def test_of_an_issue_with_a_clock_and_a_due_date_the_likelier_counts_and_is_named() -> None:
    yard = dated()
    yard.memory.rules = promising(yard.memory.rules)
    far = yard.clock.now().date() + 90 * DAY
    yard.report(51, "clock and date", assignee="j-priya", due=far)
    yard.settle()
    yard.pass_by(hours=8)

    said = written(yard.ask("UMIKA", "risk", "WEB"))

    ours = said.partition("WEB-51")[2]
    assert "that its SLA Time to fix breaks" in ours.splitlines()[1]


@pytest.mark.parametrize(("due", "told"), [(True, 1), (False, 0)])
def test_a_team_is_warned_of_due_dates_where_its_rules_say_so(due: bool, told: int) -> None:
    yard = dated(guarded(due=due, from_percent=20))

    found = warnings(yard)

    assert len(found) == told
    assert len(alerts(yard)) == told
    for shown in found:
        assert shown.splitlines()[0].endswith("% that WEB-50 comes late")
        assert "if Mika takes it." in shown


def test_what_comes_of_a_later_day_is_foretold_where_the_rules_put_due_dates_off() -> None:
    later = LaterRule(field="Due date", days=10)

    (foretold,) = warnings(dated(guarded(due=True, from_percent=20, later=later)))
    (unknown,) = warnings(dated(guarded(due=True, from_percent=20)))

    move = next(line for line in foretold.splitlines() if "Dana, who reported it, agrees to" in line)
    before, after = (int(part.strip("•* %")) for part in move.partition(" if ")[0].split("->"))
    assert after < before - 20
    assert "agrees to a later time" not in foretold
    assert "-> unknown* if Mika helps with it, or Dana, who reported it, agrees to a later time." in unknown
    assert "[Ask Dana for more time]" in foretold


def test_a_warning_says_that_it_came_in_time() -> None:
    yard = dated(guarded(due=True, from_percent=20))
    closed(yard)

    (shown,) = warnings(yard)

    assert shown.startswith("The due date of WEB-50 is kept")
    assert "*It came in time*" in shown
    assert [one.came for one in alerts(yard)] == ["met"]


def test_a_warning_says_that_it_is_late() -> None:
    yard = dated(guarded(due=True, from_percent=20))
    yard.pass_by(days=2)
    look(yard)

    (shown,) = warnings(yard)

    assert shown.startswith("The due date of WEB-50 is broken")
    assert "*It is late* since" in shown
    assert [one.came for one in alerts(yard)] == ["broken"]


def _put_off(yard: Yard, to: date | None) -> None:
    item = yard.memory.items.item(50)
    assert item is not None
    change = FieldChange(
        id="50:d",
        at=yard.clock.now(),
        author=None,
        field="duedate",
        before=str(item.due),
        after=str(to) if to else None,
    )
    yard.memory.tables.changes.setdefault(50, {})[change.id] = change
    yard.tracker.change(50, "j-priya", due=to)
    yard.settle()
    yard.pass_by(minutes=1)
    look(yard)


def test_a_warning_goes_on_with_another_date_and_ends_where_there_is_none() -> None:
    yard = dated(guarded(due=True, from_percent=20))

    _put_off(yard, yard.clock.now().date() + 30 * DAY)
    (alert,) = alerts(yard)
    _put_off(yard, None)
    (over,) = alerts(yard)

    assert (alert.ended_at, over.came) == (None, "left")
    assert "*It is due no more*" in warnings(yard)[0]


def test_a_date_that_was_put_off_counts_among_no_days_results() -> None:
    yard = dated()
    _put_off(yard, yard.clock.now().date() + 3 * DAY)
    at = yard.clock.now()
    yard.tracker.change(50, "j-priya", status=CLOSED, resolution="Done", resolved_at=at + 2 * DAY)
    yard.pass_by(days=2)
    yard.settle()
    now = yard.clock.now()

    went = yard.engine.gatherer.foretelling.went("WEB", yard.memory.rules, now)

    assert [one for one in results(went, at, now) if one.item == 50 and one.broke] == []


@pytest.mark.parametrize("due", [True, False])
def test_a_teams_day_tells_of_due_dates_where_its_rules_say_so(due: bool) -> None:
    rule = WatchRule(digest=DigestRule(projects=("WEB",)), risk=RiskRule(due=due))
    yard = yard_with_dates(watched(rule))
    until(yard, weekday=0, hour=10)
    yard.report(50, "the old one", assignee="j-priya", due=yard.clock.now().date())
    yard.settle()
    yard.clock.pass_by(hours=4)
    look(yard)

    days = [written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == YARD]

    assert any("that it comes late" in one for one in days) is due


def test_an_issue_without_a_due_date_is_promised_nothing() -> None:
    yard = yard_with_dates()
    remembered(yard, 60)

    assert "The rules promise nothing about it" in written(yard.ask("UMIKA", "sla", "WEB-60"))
