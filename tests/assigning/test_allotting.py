"""The look at a queue: all that waits is matched at once, and again when who could take it changes."""

from datetime import timedelta

import msgspec
import pytest

from orchestrator.people.availability import Absence, Presence
from rules.assigning import AssignRule
from rules.model import SlaClock, Subject
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset
from rules.slas import GoalRule, SlaRule
from tests.fakes.staff import person, staffed, waiting, yard_with_past
from tests.fakes.tracker import BUSY, CLOSED
from tests.fakes.written import written
from tests.fakes.yard import Yard

WEB = ("WEB",)
FIX = SlaRule(when="true", starts=("issue created",), stops=("resolution set",), goals=(GoalRule(within="10h"),))


def come(yard: Yard, *numbers: int, **more: object) -> None:
    for number in numbers:
        yard.report(number, f"another thing number {number}", components=("cart",), **more)  # type: ignore[arg-type]
    yard.settle()


def candidates(yard: Yard) -> dict[int, str | None]:
    pending = yard.all_requests(RequestState.PENDING)
    return {one.asks[0].payload.item: one.candidate for one in pending if one.workflow == "assigning"}


def matched(yard: Yard) -> list[dict[str, object]]:
    entries = [entry for entry in yard.memory.tables.ledger if entry.kind == "queue.matched"]
    return [one for entry in entries for one in entry.data["allotted"]]


def away(yard: Yard, who: str, hours: int) -> None:
    now = yard.clock.now()
    gone = Absence(person=who, since=now, until=now + timedelta(hours=hours), source="calendar")
    yard.memory.tables.absences[who, "calendar"] = gone


def later(yard: Yard) -> None:
    yard.pass_by(minutes=16)


def on_card(yard: Yard, user: str) -> str:
    return [written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == f"D-{user}"][-1]


def limited(hours: int) -> Ruleset:
    return staffed(people={"mika": person("mika", open_hours=hours)})


def test_what_comes_together_is_matched_together_and_nobody_is_given_more_than_they_take() -> None:
    yard = yard_with_past(limited(1))

    for number in range(10, 16):
        yard.report(number, f"another thing number {number}", components=("cart",))
    yard.settle()
    yard.pass_by(minutes=1)

    given = candidates(yard)
    assert given.keys() == set(range(10, 16))
    assert list(given.values()).count("mika") == 4
    assert yard.kinds().count("queue.matched") <= 2


def test_the_first_is_matched_at_once_and_what_comes_in_the_same_minute_at_its_end() -> None:
    yard = yard_with_past()
    come(yard, 10)
    assert candidates(yard).keys() == {10}

    yard.clock.pass_by(seconds=-59)
    come(yard, 11)
    assert candidates(yard).keys() == {10}

    yard.pass_by(minutes=1)
    assert candidates(yard).keys() == {10, 11}


def test_what_is_asked_already_counts_as_work_that_they_have() -> None:
    yard = waiting(limited(1))
    assert candidates(yard) == {9: "mika"}

    come(yard, *range(20, 28))
    later(yard)

    assert list(candidates(yard).values()).count("mika") <= 4


def test_where_more_waits_than_those_who_are_there_take_the_card_says_so() -> None:
    yard = yard_with_past(staffed(people={name: person(name, open_hours=1) for name in ("mika", "priya")}))

    come(yard, *range(20, 40))
    later(yard)

    assert "All that waits is about" in "".join(_all(yard, "UMIKA"))
    assert "h more than those who are there take." in "".join(_all(yard, "UMIKA"))


def test_what_somebody_has_already_is_not_given_out() -> None:
    yard = yard_with_past()

    come(yard, 10, assignee="j-dana")
    later(yard)

    assert candidates(yard) == {}


def test_projects_that_the_rules_do_not_name_are_left_alone() -> None:
    yard = yard_with_past()

    come(yard, 10, project="PAY")
    later(yard)

    assert yard.all_requests() == []


def test_what_the_condition_does_not_hold_for_is_left_alone() -> None:
    yard = yard_with_past(staffed(when='item.priority == "High"'))

    come(yard, 10, priority="Low")
    come(yard, 11, priority="High")
    later(yard)

    assert candidates(yard).keys() == {11}


def test_who_drops_out_is_replaced_and_the_card_says_why() -> None:
    yard = waiting()

    yard.ask("UMIKA", "away", "until friday")
    yard.pass_by(minutes=1)

    assert candidates(yard) == {9: "priya"}
    assert "Asked again, because who would take it has changed." in on_card(yard, "UPRIYA")
    assert "Not now: Mika: away until" in on_card(yard, "UPRIYA")


def test_a_short_absence_takes_nothing_away_from_who_is_asked() -> None:
    yard = waiting()

    away(yard, "mika", 2)
    later(yard)

    assert candidates(yard) == {9: "mika"}


def test_who_goes_home_without_an_answer_is_replaced_by_one_who_is_there() -> None:
    yard = waiting()
    people = yard.memory.rules.people | {"mika": person("mika", calendar="early")}
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, people=people)

    later(yard)

    assert candidates(yard) == {9: "priya"}
    assert "Not now: Mika: back at work" in on_card(yard, "UPRIYA")


def test_where_nobody_else_is_there_the_question_stands() -> None:
    yard = waiting()
    early = {name: person(name, calendar="early") for name in ("mika", "priya")}
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, people=yard.memory.rules.people | early)

    later(yard)

    assert candidates(yard) == {9: "mika"}


def test_who_gets_too_much_meanwhile_is_asked_no_more() -> None:
    yard = waiting(limited(1))

    for number in range(30, 34):
        yard.report(number, "short", assignee="j-mika", status=BUSY)
    yard.settle()
    later(yard)

    assert candidates(yard) == {9: "priya"}
    assert "Not now: Mika: at capacity: has room for 0.0 h" in on_card(yard, "UPRIYA")


@pytest.mark.parametrize(("hours", "asked"), [(1, "priya"), (30, "mika")])
def test_what_breaks_before_somebody_is_back_goes_to_one_who_is_there(hours: int, asked: str) -> None:
    yard = waiting()
    people = yard.memory.rules.people | {"mika": person("mika", calendar="late")}
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, people=people)

    breaks = SlaClock(name="resolution", breaches_at=yard.clock.now() + timedelta(hours=hours))
    yard.tracker.change(9, "j-dana", slas=(breaks,))
    yard.settle()
    later(yard)

    assert candidates(yard) == {9: asked}


def test_what_somebody_has_who_is_long_away_is_offered_to_another_and_given_back_by_undo() -> None:
    rule = AssignRule(projects=WEB, hands_over_after_hours=24)
    yard = yard_with_past(staffed(rule))
    come(yard, 10, assignee="j-mika", status=BUSY)
    away(yard, "mika", 100)
    later(yard)
    come(yard, 11)
    later(yard)

    assert candidates(yard)[10] == "priya"
    told = next(text for text in _all(yard, "UPRIYA") if "WEB-10" in text)
    assert "WEB-10 assignee: Mika → Priya" in told
    assert "Mika has it now, but away until" in told

    request = next(one for one in yard.all_requests(RequestState.PENDING) if one.asks[0].payload.item == 10)
    yard.vote("UTOM", request)
    yard.settle()
    assert yard.tracker.issues[10].assignee == "j-priya"
    yard.undo("UTOM", request)
    yard.settle()
    assert yard.tracker.issues[10].assignee == "j-mika"


def test_what_somebody_has_who_left_is_offered_to_another() -> None:
    yard = yard_with_past(staffed(AssignRule(projects=WEB, hands_over_after_hours=24)))
    come(yard, 10, assignee="j-mika", status=BUSY)
    yard.directory.gone.add("mika")
    come(yard, 11)
    later(yard)

    assert candidates(yard) == {10: "priya", 11: "priya"}
    told = next(text for text in _all(yard, "UPRIYA") if "WEB-10" in text)
    assert "Mika has it now, but they have left" in told


@pytest.mark.parametrize("rule", [AssignRule(projects=WEB), AssignRule(projects=WEB, hands_over_after_hours=200)])
def test_what_somebody_has_stays_theirs_unless_they_are_away_for_as_long_as_the_rules_say(rule: AssignRule) -> None:
    yard = yard_with_past(staffed(rule))
    come(yard, 10, assignee="j-mika", status=BUSY)
    away(yard, "mika", 100)
    later(yard)
    come(yard, 11)
    later(yard)

    assert candidates(yard).keys() == {11}


def test_an_overload_is_relieved_of_what_is_not_begun_where_the_rules_want_it() -> None:
    rule = AssignRule(projects=WEB, relieves=True)
    yard = yard_with_past(staffed(rule, people={"mika": person("mika", open_hours=1)}))
    come(yard, 20, 21, assignee="j-mika", status=BUSY)
    come(yard, 22, 23, 24, 25, 26, assignee="j-mika")
    come(yard, 27)
    later(yard)

    given = candidates(yard)
    assert {20, 21}.isdisjoint(given)
    assert {25, 26, 27} <= given.keys()
    assert "mika" not in given.values()


def test_a_try_is_made_where_the_risk_is_low_and_recorded_with_its_probability() -> None:
    yard = yard_with_past(staffed(AssignRule(projects=WEB, explore=200)))
    yard.clock.pass_by(days=1)
    for number in range(100, 140):
        at = SlaClock(name="resolution", breaches_at=yard.clock.now() + timedelta(days=3))
        yard.report(number, f"another thing number {number}", components=("cart",), slas=(at,), status=CLOSED)
    yard.settle()

    for number in range(200, 216, 2):
        come(yard, number, number + 1)
        later(yard)

    told = matched(yard)
    assert {one["chance"] for one in told} <= {100, 200, 800, 900, 1000}
    tried = [one for one in told if one["explored"]]
    assert tried
    assert all(one["chance"] in (100, 200) for one in tried)


def test_nothing_is_tried_unless_the_rules_say_so() -> None:
    yard = yard_with_past()
    come(yard, *range(200, 216))
    later(yard)

    assert {(one["chance"], one["explored"]) for one in matched(yard)} == {(1000, False)}


def test_dull_work_goes_to_who_had_less_of_it() -> None:
    rule = AssignRule(projects=WEB, dull='"dull" in item.labels')
    yard = Yard(staffed(rule))
    for number, who in ((1, "mika"), (2, "priya"), (3, "mika"), (4, "priya")):
        done = {"assignee": f"j-{who}", "status": CLOSED, "resolved_at": yard.clock.now()}
        yard.report(number, "thing", labels=("dull",) if who == "mika" else (), **done)  # type: ignore[arg-type]
    yard.settle()

    come(yard, 9, labels=("dull",))
    later(yard)

    assert candidates(yard) == {9: "priya"}


def test_of_two_alike_the_one_who_is_seen_in_slack_is_asked() -> None:
    yard = Yard(staffed())
    yard.chat.present["UPRIYA"] = Presence(person="UPRIYA", seen_at=yard.clock.now(), active=True)

    come(yard, 9)
    later(yard)

    assert candidates(yard) == {9: "priya"}


def test_what_somebody_declares_to_know_is_theirs_before_it_is_whose_habit_it_is() -> None:
    yard = yard_with_past(staffed(people={"priya": person("priya", skills=("cart",))}))

    come(yard, 9)

    assert candidates(yard) == {9: "priya"}


def test_who_shares_no_team_and_did_no_such_work_is_not_asked() -> None:
    others = {"mika": person("mika", teams=()), "priya": person("priya", teams=())}
    yard = Yard(staffed(people=others))

    come(yard, 9)
    later(yard)

    assert yard.all_requests() == []


def test_what_has_a_security_level_is_not_counted_for_what_everybody_may_read() -> None:
    yard = Yard(staffed())
    for number in range(1, 5):
        done = {"assignee": "j-mika", "status": CLOSED, "resolved_at": yard.clock.now()}
        yard.report(number, "thing", components=("cart",), security_level="secret", **done)  # type: ignore[arg-type]
    yard.settle()

    come(yard, 9)
    later(yard)

    assert "resolved 4 of" not in on_card(yard, "UMIKA")


def test_what_no_signal_told_of_is_found_within_a_quarter_of_an_hour() -> None:
    yard = waiting()
    yard.vote("UMIKA", yard.all_requests()[0])
    yard.settle()
    yard.report(10, "another thing that nobody told of", components=("cart",))
    lost = yard.tracker.webhooks.pop()
    yard.memory.items.merge([yard.tracker.snapshot(yard.tracker.issues[10])])

    later(yard)

    assert lost.name == "jira.issue_created"
    assert candidates(yard).keys() == {10}


def test_who_was_found_and_not_asked_is_asked_once_that_is_possible() -> None:
    yard = yard_with_past()
    tools = yard.memory.rules.agents
    mute = msgspec.structs.replace(tools["dispatcher"], tools=())
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, agents={**tools, "dispatcher": mute})
    come(yard, 10)
    assert candidates(yard) == {}

    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, agents=tools)
    later(yard)

    assert candidates(yard).keys() == {10}
    assert yard.kinds().count("queue.matched") == 1


def test_a_queue_that_the_rules_no_longer_know_is_let_be() -> None:
    yard = yard_with_past()

    yard.look(Subject(kind="queue", id="gone"))

    assert "queue.matched" not in yard.kinds()


def _all(yard: Yard, user: str) -> list[str]:
    return [written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == f"D-{user}"]


def _open(yard: Yard) -> list[Request]:
    return yard.all_requests(RequestState.PENDING)


def test_how_it_was_drawn_who_is_asked_is_kept_with_the_question() -> None:
    yard = yard_with_past(staffed(AssignRule(projects=WEB, explore=200)))

    come(yard, *range(20, 26))
    later(yard)

    logged = {one["item"]: one for one in matched(yard)}
    kept = {one.asks[0].payload.item: one.draw for one in yard.all_requests(RequestState.PENDING)}
    assert any(one is not None for one in kept.values())
    for item, draw in kept.items():
        told = logged[item]
        assert (draw.others if draw else 0, draw.explored if draw else False) == (told["others"], told["explored"])


def test_whom_people_chose_themselves_was_not_drawn() -> None:
    yard = waiting(staffed(AssignRule(projects=WEB, explore=200)))
    request = yard.only_request(RequestState.PENDING)
    other = {"mika": "priya", "priya": "mika"}[request.candidate or ""]

    yard.command("item.given", "UTOM", request.subject, request=request.id, whom=other)
    yard.settle()

    assert yard.all_requests()[-1].draw is None


def take_turns(yard: Yard, number: int) -> None:
    """Mika is asked and says no; Priya takes it and ends it the next day."""
    come(yard, number)
    yard.pass_by(minutes=1)
    for user in ("UMIKA", "UPRIYA"):
        request = next(one for one in yard.all_requests(RequestState.PENDING) if one.candidate == user[1:].lower())
        yard.vote(user, request, "reject" if user == "UMIKA" else "approve")
        yard.settle()
        yard.pass_by(minutes=1)
        yard.pass_by(minutes=16)
    yard.clock.pass_by(hours=24)
    yard.tracker.change(number, "j-priya", status=CLOSED)
    yard.settle()


def test_who_says_no_to_such_work_and_who_ends_it_well_is_told_and_counts() -> None:
    yard = yard_with_past()
    for number in (10, 11):
        take_turns(yard, number)

    come(yard, 30)
    yard.pass_by(minutes=1)

    told = written(yard.ask("UTOM", "who", "WEB-30"))
    assert "asked 2 times lately, brought 0 to a good end, said no to 2" in told
    assert "asked 2 times lately, brought 2 to a good end" in told
    assert "asked 2 times lately" in on_card(yard, str(yard.all_requests()[-1].candidate).upper().join(("U", "")))


def test_where_too_few_were_tried_who_asks_for_a_project_is_told_so() -> None:
    yard = yard_with_past(staffed(AssignRule(projects=WEB, explore=200)))
    assert "too few to tell" not in written(yard.ask("UTOM", "who", "WEB"))

    come(yard, 10)
    yard.pass_by(minutes=1)
    request = yard.only_request(RequestState.PENDING)
    yard.vote(f"U{str(request.candidate).upper()}", request, "reject")
    yard.settle()

    told = written(yard.ask("UTOM", "who", "WEB"))
    assert "Tried somebody else than the first" in told
    assert "too few to tell whether that goes as well." in told


def test_what_is_foretold_of_the_sla_is_recorded_with_what_foretold_it() -> None:
    yard = yard_with_past(msgspec.structs.replace(staffed(), slas={"Time to fix": FIX}))
    come(yard, 10)
    later(yard)

    (one,) = (each for each in matched(yard) if each["item"] == 10)

    assert (one["foretold_by"], one["risk"]) == (["sla-1"], yard.memory.allotments([10])[0].risk)
    assert one["risk"] in range(1, 1000)
