"""What a team is told ends in its place where its work is watched no more; a stop alone silences nothing."""

from datetime import timedelta

import msgspec

from rules.ruleset import TeamRule
from rules.watching import OverloadRule, RiskInJiraRule, RiskRule, StrandingRule, WatchRule
from tests.fakes.staff import person
from tests.fakes.watch import WEB, look, watched
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.watching.test_guarding import alerts, at_risk, guarded, warnings
from tests.watching.test_overload import RULE, burst, told, yard_with_past
from tests.watching.test_risks import yard_with_promises
from tests.watching.test_stranding import told as stranded
from tests.watching.test_stranding import yard_with_past as with_lays


def unwatch(yard: Yard, watch: WatchRule | None = None) -> None:
    """Have the rules watch something else, or nothing, and the team's work looked at by its timer."""
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, watch=watch or WatchRule())
    yard.pass_by(minutes=16)


def test_a_warning_ends_in_its_place_and_in_the_ledger() -> None:
    yard = at_risk()
    posts = len(yard.chat.messages)

    unwatch(yard)

    (message,) = warnings(yard)
    assert message.startswith("The SLA of WEB-50 is no longer watched")
    assert "Time to fix is no longer watched*, since" in message
    assert "[Give it" not in message
    assert len(yard.chat.messages) == posts
    assert [one.came for one in alerts(yard)] == ["unwatched"]
    (entry,) = (one for one in yard.memory.tables.ledger if one.kind == "alert.ended")
    assert (entry.data["came"], entry.text.text) == ("unwatched", "what was warned of is no longer watched")


def test_it_is_not_looked_at_again() -> None:
    yard = at_risk()
    unwatch(yard)

    assert WEB not in yard.memory.tables.timers


def test_a_warning_that_was_held_back_ends_without_a_message() -> None:
    yard = at_risk(guarded(a_day=1))
    alert = msgspec.structs.replace(alerts(yard)[0], id="held", item=51, told_at=None)
    yard.memory.tables.alerts["held"] = alert

    unwatch(yard)

    assert {one.came for one in alerts(yard)} == {"unwatched"}
    assert len(warnings(yard)) == 1


def test_while_other_projects_of_the_team_are_watched_only_what_is_about_this_one_ends() -> None:
    yard = at_risk()
    teams = {"web": TeamRule(purpose="Shares it.", projects=("WEB", "SHOP"))}
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, teams=teams)
    unwatch(yard, WatchRule(risk=RiskRule(projects=("SHOP",))))

    assert [one.came for one in alerts(yard)] == ["unwatched"]
    assert WEB in yard.memory.tables.timers


def test_an_issue_tells_nothing_in_jira_any_more() -> None:
    yard = at_risk(guarded(jira=RiskInJiraRule(property=True)))
    assert alerts(yard)[0].to_tell is not None

    unwatch(yard)

    assert alerts(yard)[0].to_tell is None


def test_who_presses_a_button_of_before_is_answered() -> None:
    yard = at_risk()
    (alert,) = alerts(yard)
    unwatch(yard)
    yard.command("rescue.asked", "UMIKA", WEB, alert=alert.id, what="later")
    yard.settle()

    assert "I know no such warning" in yard.chat.replies[-1][1].title.text


def test_who_was_asked_to_save_it_is_told_that_nothing_has_to_be_decided_any_more() -> None:
    yard = at_risk()
    yard.command("rescue.asked", "UMIKA", WEB, alert=alerts(yard)[0].id, what="later")
    yard.settle()
    unwatch(yard)

    shown = [written(message) for message, _ in yard.chat.messages.values()]
    assert any("*It is no longer watched*; nothing has to be decided any more." in one for one in shown)


def test_what_nobody_moves_is_told_no_more() -> None:
    yard = with_lays()
    yard.report(50, "the broken one", assignee="j-mika")
    yard.settle()
    yard.pass_by(days=2)
    look(yard)
    (before,) = stranded(yard)

    unwatch(yard)

    shown = [written(message) for message, _ in yard.chat.messages.values()]
    assert "WEB-50" in before
    assert [one for one in shown if "no longer watched whether anybody moves the issues of web, since" in one] == shown


def test_that_more_comes_than_the_shift_can_do_is_told_no_more() -> None:
    yard = yard_with_past()
    burst(yard, 12, hours=5)
    look(yard)
    unwatch(yard, WatchRule(stranding=StrandingRule(projects=("WEB",))))

    (notice,) = (one for one in yard.memory.tables.notices.values() if one.kind == "overload")
    assert notice.ended
    assert "no longer watched whether the shift of {0} can do what comes" in notice.title.text


def test_a_stop_of_all_work_leaves_the_team_told_of_what_is_likely_to_break() -> None:
    yard = yard_with_promises(guarded())
    yard.report(50, "the old one", assignee="j-priya")
    yard.settle()
    yard.stop("everything")
    yard.pass_by(hours=6)
    look(yard)

    assert len(warnings(yard)) == 1


def test_what_comes_again_after_the_shift_could_do_it_is_told_anew_but_not_at_once() -> None:
    rules = watched(RULE, priya=person("priya", calendar="office"))
    yard = yard_with_past(rules)
    burst(yard, 12, hours=5)
    look(yard)
    easy = WatchRule(overload=OverloadRule(projects=("WEB",), from_late=1000))
    yard.memory.rules = msgspec.structs.replace(rules, watch=easy)
    look(yard)
    assert ["can do what comes again" in one for one in told(yard)] == [True]

    yard.memory.rules = rules
    look(yard)
    soon = told(yard)
    yard.memory.rules = msgspec.structs.replace(rules, watch=easy)
    look(yard)
    yard.memory.rules = rules
    standing = next(one for one in yard.memory.tables.notices.values() if one.kind == "overload")
    earlier = msgspec.structs.replace(standing, at=standing.at - timedelta(hours=4))
    yard.memory.tables.notices[standing.id] = earlier
    yard.clock.pass_by(minutes=1)
    look(yard)

    assert ["can do what comes again" in one for one in soon] == [False]
    assert sorted("can do what comes again" in one for one in told(yard)) == [False, True]
