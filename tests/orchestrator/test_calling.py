"""Who is asked about an open question directly, and when."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from orchestrator.people.availability import Presence
from orchestrator.people.turns import managers_of, turns_of
from rules.agreement import ApprovalRule, StepRule
from rules.requests import Request, RequestState
from rules.rotations import RotationRule
from rules.ruleset import WEEKDAYS, CalendarRule, PersonRule, Ruleset, TeamRule
from tests.fakes.chat import YARD
from tests.fakes.clock import NOON
from tests.fakes.rulings import ruleset
from tests.fakes.written import written
from tests.fakes.yard import Yard


def office(zone: str, shift: str) -> CalendarRule:
    return CalendarRule(time_zone=zone, hours=dict.fromkeys(WEEKDAYS[:5], (shift,)))


OFFICES = {
    "helsinki": office("Europe/Helsinki", "09:00-17:30"),
    "kolkata": office("Asia/Kolkata", "09:30-18:30"),
    "dallas": office("America/Chicago", "09:00-17:00"),
}
#: In UTC: Mika is at work from 7:00 to 15:30, Priya from 4:00 to 13:00, Dana, who manages both, from 15:00 to 23:00.
PEOPLE: dict[str, dict[str, Any]] = {
    "mika": {"calendar": "helsinki", "manager": "dana"},
    "priya": {"calendar": "kolkata", "manager": "dana"},
    "dana": {"calendar": "dallas"},
}


def rules(people: dict[str, dict[str, Any]] = PEOPLE, **workflow: Any) -> Ruleset:
    """The rules of `ruleset`, with offices, and with reminders after two hours and escalation after four."""
    plain = ruleset(calendars=OFFICES)
    asked = {"remind_after_hours": 2, "escalate_after_hours": 4} | workflow
    repeats = msgspec.structs.replace(plain.workflows["repeats"], **asked)
    known = {name: msgspec.structs.replace(one, **people.get(name, {})) for name, one in plain.people.items()}
    return msgspec.structs.replace(plain, workflows={"repeats": repeats}, people=known)


def asked_at(hour: int, given: Ruleset, minute: int = 0, by: str = "j-tom") -> tuple[Yard, Request]:
    """Have a question asked at an hour of Monday in UTC."""
    yard = Yard(given)
    yard.clock.at = NOON.replace(hour=hour, minute=minute) - timedelta(minutes=2)
    yard.report(1, by="j-tom")
    yard.settle()
    yard.report(2, by=by)
    yard.settle()
    return yard, yard.only_request()


def called(yard: Yard) -> list[tuple[str, str]]:
    return [(one.person, one.kind) for one in yard.only_request().calls]


def direct(yard: Yard) -> list[str]:
    return sorted(channel for channel, _ in yard.chat.messages if channel.startswith("D-"))


def test_while_enough_people_are_there_the_channel_is_asked_and_nobody_else() -> None:
    yard, _ = asked_at(10, rules())

    assert called(yard) == []
    assert direct(yard) == []


def test_whoever_is_there_alone_is_asked_directly_at_once_and_told_why() -> None:
    yard, _ = asked_at(14, rules())

    assert called(yard) == [("mika", "asked")]
    assert direct(yard) == ["D-UMIKA"]
    shown = yard.chat.messages[next(place for place in yard.chat.messages if place[0] == "D-UMIKA")]
    told = "\n".join(line.text for section in shown[0].sections for line in section.lines)
    assert "Asked {0} directly {1}, because {2} is not there (back at work {3})." in told
    assert "request.asked_directly" in yard.kinds()


def test_who_is_away_is_not_there_though_it_is_their_working_time() -> None:
    yard = Yard(rules())
    yard.clock.at = NOON.replace(hour=9)
    yard.ask("UPRIYA", "away", "until friday")
    yard.repeat(by="j-tom")

    assert called(yard) == [("mika", "asked")]


def test_nobody_is_called_whose_hours_nobody_declared() -> None:
    yard, _ = asked_at(14, rules({"priya": {"calendar": "kolkata"}}))

    yard.pass_by(hours=20)

    assert ("mika", "asked") not in called(yard)
    assert {person for person, _ in called(yard)} <= {"priya"}


def test_without_a_word_of_it_in_the_rules_nobody_is_reminded() -> None:
    yard, _ = asked_at(10, rules(remind_after_hours=None, escalate_after_hours=None))

    yard.pass_by(hours=22)

    assert called(yard) == []


def test_everybody_is_reminded_after_so_much_of_their_own_working_time() -> None:
    yard, _ = asked_at(10, rules(escalate_after_hours=None))

    yard.pass_by(hours=1, minutes=59)
    assert called(yard) == []
    yard.pass_by(minutes=1)

    assert sorted(called(yard)) == [("mika", "reminded"), ("priya", "reminded")]
    assert direct(yard) == ["D-UMIKA", "D-UPRIYA"]
    assert "Reminded Mika 12:00." in "\n".join(_texts(yard))


def test_working_time_goes_on_where_it_ended_the_day_before() -> None:
    yard, _ = asked_at(12, rules(escalate_after_hours=None))

    yard.pass_by(hours=2)
    assert called(yard) == [("mika", "reminded")]
    yard.pass_by(hours=14, minutes=59)
    assert called(yard) == [("mika", "reminded")]
    yard.pass_by(minutes=1)

    assert called(yard) == [("mika", "reminded"), ("priya", "reminded")]


def test_who_was_reminded_is_not_reminded_again() -> None:
    yard, _ = asked_at(7, rules(expires_after_hours=48, escalate_after_hours=None))

    for _ in range(40):
        yard.pass_by(hours=1)

    assert sorted(called(yard)) == [("mika", "reminded"), ("priya", "reminded")]
    assert len(direct(yard)) == 2


def test_who_has_answered_is_not_reminded() -> None:
    yard, request = asked_at(10, rules())
    yard.vote("UPRIYA", request)
    yard.settle()

    yard.pass_by(hours=10)

    assert called(yard) == []


def test_where_nobody_answers_in_time_whoever_manages_them_is_asked_once_awake() -> None:
    yard, request = asked_at(10, rules())

    yard.pass_by(hours=4)
    assert "escalated" not in {kind for _, kind in called(yard)}
    yard.pass_by(hours=1, minutes=30)

    assert called(yard)[-1] == ("dana", "escalated")
    assert "Escalated to Dana" in "\n".join(_texts(yard))
    yard.vote("UDANA", request)
    yard.settle()
    answered = yard.only_request()
    assert answered.state is RequestState.APPROVED
    assert [(one.human, one.instead_of) for one in answered.votes] == [("dana", "mika")]


def test_where_nobody_is_there_in_time_it_is_escalated_at_once() -> None:
    yard, _ = asked_at(20, rules())

    assert called(yard) == [("dana", "escalated")]
    assert "{0} is not there" in yard.only_request().calls[0].why.text


def test_a_manager_to_whom_nothing_was_escalated_decides_nothing() -> None:
    yard, request = asked_at(10, rules())

    yard.vote("UDANA", request)
    yard.settle()

    assert yard.only_request().state is RequestState.PENDING


def test_it_is_never_escalated_to_who_is_excluded() -> None:
    yard, _ = asked_at(20, rules(), by="j-dana")

    assert called(yard) == []


def test_a_manager_who_may_not_decide_it_is_passed_over_for_the_next() -> None:
    given = rules(PEOPLE | {"dana": {"calendar": "dallas", "manager": "tom"}, "tom": {"calendar": "dallas"}})

    yard, _ = asked_at(20, given, by="j-dana")

    assert called(yard) == [("tom", "escalated")]


def test_an_absence_that_is_told_while_a_question_is_open_moves_it_on_at_once() -> None:
    yard, _ = asked_at(15, rules(), minute=10)
    before = called(yard)

    yard.ask("UMIKA", "away", "until friday")
    yard.pass_by(seconds=1)

    assert before == [("mika", "asked")]
    assert called(yard) == [("mika", "asked"), ("dana", "escalated")]


def test_who_is_on_call_is_there_at_night() -> None:
    given = rules({"mika": {"calendar": "helsinki"}, "priya": {"calendar": "kolkata"}})
    rotation = RotationRule(people=("priya", "mika"), since=NOON.replace(hour=0), each_hours=24)
    given = msgspec.structs.replace(given, teams={"ops": TeamRule(purpose="Runs it.", on_call=rotation)})

    yard, _ = asked_at(20, given)

    assert called(yard) == [("priya", "asked")]


def test_a_question_of_working_hours_lasts_over_the_night() -> None:
    _, request = asked_at(10, rules(expires_after_hours=8, expires_in_working_hours=True))

    assert request.expires_at == NOON.replace(hour=9) + timedelta(days=1)


def test_expiry_ends_it_all() -> None:
    yard, _ = asked_at(10, rules(expires_after_hours=1))

    yard.pass_by(hours=1, seconds=11)

    assert yard.only_request().state is RequestState.EXPIRED
    assert called(yard) == []


def test_a_question_from_before_reminders_is_taken_up_at_its_next_look() -> None:
    yard, request = asked_at(10, rules(escalate_after_hours=None))
    old = msgspec.structs.replace(yard.request(request.id), look_at=None, calls=())
    yard.memory.tables.requests[request.id] = old
    yard.clock.pass_by(hours=2, minutes=30)

    yard.tracker.change(2, "j-tom", priority="High")
    yard.settle()

    assert sorted(called(yard)) == [("mika", "reminded"), ("priya", "reminded")]


def test_a_chain_of_managers_that_leads_in_a_circle_ends() -> None:
    known = {name: PersonRule(name=name, manager=above) for name, above in (("a", "b"), ("b", "c"), ("c", "a"))}

    assert managers_of("a", ruleset(people=known)) == ("b", "c")


def test_turns_on_call_follow_each_other_without_a_gap() -> None:
    rotation = RotationRule(people=("mika", "priya"), since=NOON, each_hours=12)
    given = ruleset(teams={"ops": TeamRule(purpose="Runs it.", on_call=rotation)})
    until = NOON + timedelta(days=3)

    turns = sorted(turn for one in ("mika", "priya") for turn in turns_of(one, given, NOON, until))

    assert turns[0][0] == NOON
    assert all(one[1] == other[0] for one, other in pairwise(turns))
    assert turns[-1][1] >= until


@pytest.mark.parametrize("hours", range(0, 24, 3))
def test_whenever_it_is_asked_nobody_is_called_twice_and_only_who_may_answer(hours: int) -> None:
    yard, _ = asked_at(hours, rules(expires_after_hours=72))

    for _ in range(24):
        yard.pass_by(hours=3)
    yard.pass_by(minutes=1)

    people = [person for person, _ in called(yard)]
    assert len(people) == len(set(people))
    assert set(people) <= {"mika", "priya", "dana"}
    assert yard.only_request().state is RequestState.EXPIRED


def test_who_does_not_want_to_be_disturbed_is_reminded_once_that_ends() -> None:
    yard, _ = asked_at(10, rules(escalate_after_hours=None))
    quiet = Presence(person="UMIKA", seen_at=NOON, active=False, quiet_until=NOON.replace(hour=14))
    yard.chat.present = {"UMIKA": quiet}

    yard.pass_by(hours=2)
    assert called(yard) == [("priya", "reminded")]
    yard.pass_by(hours=2)

    assert called(yard) == [("priya", "reminded"), ("mika", "reminded")]


def test_a_chat_that_does_not_answer_leaves_people_in_their_hours() -> None:
    yard, _ = asked_at(10, rules(escalate_after_hours=None))
    yard.chat.silent = True

    yard.pass_by(hours=2)

    assert sorted(called(yard)) == [("mika", "reminded"), ("priya", "reminded")]


def put_off(yard: Yard, user: str, request: Request) -> None:
    yard.command("reminder.put_off", user, request.subject, request=request.id)
    yard.settle()


def test_who_was_asked_directly_may_be_reminded_two_hours_later() -> None:
    yard, request = asked_at(13, rules(remind_after_hours=None, escalate_after_hours=None), minute=20)
    assert len(direct(yard)) == 1

    put_off(yard, "UMIKA", request)
    yard.pass_by(hours=1, minutes=59)
    assert len(direct(yard)) == 1
    yard.pass_by(minutes=1)

    assert direct(yard) == ["D-UMIKA", "D-UMIKA"]
    assert "I remind you" in yard.said()
    assert yard.kinds().count("request.reminded") == 1
    yard.pass_by(hours=1)
    assert len(direct(yard)) == 2


def test_only_the_own_copy_of_a_card_can_be_put_off() -> None:
    yard, _ = asked_at(14, rules())

    shown = {channel: written(message) for (channel, _), (message, _) in yard.chat.messages.items()}

    assert "[Remind me in 2 hours]" in shown["D-UMIKA"]
    assert "[Remind me in 2 hours]" not in shown[YARD]


@pytest.mark.parametrize("user", ["UDANA", "UTOM"])
def test_who_may_not_answer_is_reminded_of_nothing(user: str) -> None:
    yard, request = asked_at(10, rules())

    put_off(yard, user, request)

    assert yard.only_request().snoozes == ()
    assert yard.kinds()[-1] == "command.refused"


def test_who_has_answered_meanwhile_is_not_reminded_though_they_wanted_it() -> None:
    two = ApprovalRule(steps=(StepRule(name="two", people=2),))
    yard, request = asked_at(10, rules(approval=two, remind_after_hours=None, escalate_after_hours=None))
    put_off(yard, "UMIKA", request)
    yard.vote("UMIKA", yard.only_request())
    yard.settle()

    yard.pass_by(hours=3)

    assert direct(yard) == []


def test_a_question_is_put_off_once_at_a_time_and_not_beyond_its_end() -> None:
    yard, request = asked_at(10, rules(expires_after_hours=3))
    put_off(yard, "UMIKA", request)
    put_off(yard, "UMIKA", request)
    assert "I remind you already" in yard.said()
    yard.clock.pass_by(hours=1, minutes=30)

    put_off(yard, "UPRIYA", request)

    assert "It expires before that" in yard.said()
    assert len(yard.only_request().snoozes) == 1


def _texts(yard: Yard) -> list[str]:
    return [written(message) for message, _ in yard.chat.messages.values()]
