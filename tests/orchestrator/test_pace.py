"""How long approvals waited, for whom, and who is asked first because of it."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from orchestrator.approvals.pace import LOOKED_BACK, Pace, Waited, likely, paces, waits
from orchestrator.approvals.slowness import spoken
from rules.agreement import ApprovalRule, StepRule
from rules.model import Person
from rules.requests import Request, RequestState, Step, Vote
from rules.ruleset import PersonRule, Ruleset
from tests.fakes.clock import NOON
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.integrations.store.stored import request
from tests.orchestrator.test_calling import OFFICES, asked_at, called, direct, rules

MORNING = NOON.replace(hour=8)
HOLDERS = {"triager": ("mika", "priya"), "money": ("ann",)}
ONE = Step(name="one", roles=("triager",), holders=HOLDERS)
MONEY = Step(name="money", roles=("money",), holders=HOLDERS)


def question(id_: str, *votes: Vote, steps: tuple[Step, ...] = (ONE,), **more: Any) -> Request:
    given: dict[str, Any] = {"state": RequestState.APPROVED, "asked_at": MORNING, "votes": votes, "steps": steps}
    return request(id_, **given | more)


def vote(human: str, minutes: int, choice: str = "approve", role: str = "triager") -> Vote:
    at = MORNING + timedelta(minutes=minutes)
    return msgspec.structs.replace(
        Vote(request="", human=human, choice="approve", at=at, event=f"{human}{minutes}", roles=(role,)), choice=choice
    )


def at_work() -> Ruleset:
    """Mika's hours are known, Ann's are not."""
    return rules({"mika": {"calendar": "helsinki"}})


def test_a_step_waited_for_the_working_time_of_who_answered() -> None:
    over_night = question("r", vote("mika", 24 * 60))

    [waited] = waits([over_night], at_work())

    assert (waited.workflow, waited.step) == ("repeats", "one")
    assert waited.minutes == (8 * 60 + 30,)


def test_of_whom_no_hours_are_known_time_on_the_clock_counts() -> None:
    [waited] = waits([question("r", vote("ann", 24 * 60, role="money"), steps=(MONEY,))], at_work())

    assert waited.minutes == (24 * 60,)


def test_a_step_in_order_waits_only_once_it_is_asked() -> None:
    answered = question("r", vote("mika", 60), vote("ann", 90, role="money"), steps=(ONE, MONEY), in_order=True)

    assert {one.step: one.minutes for one in waits([answered], at_work())} == {"one": (60,), "money": (30,)}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"state": RequestState.EXPIRED}, Waited(workflow="repeats", step="one", expired=1)),
        ({"state": RequestState.PENDING}, Waited(workflow="repeats", step="one", open=1)),
    ],
)
def test_what_nobody_answered_expired_or_is_open(more: dict[str, Any], expected: Waited) -> None:
    assert waits([question("r", **more)], at_work()) == (expected,)


@pytest.mark.parametrize(
    "more", [{"state": RequestState.SUPERSEDED}, {"undoes": "other"}, {"portal": "https://desk"}, {"steps": ()}]
)
def test_what_asked_nobody_in_the_end_tells_nothing(more: dict[str, Any]) -> None:
    assert waits([question("r", vote("mika", 5), **more)], at_work()) == ()


def test_a_no_ends_the_waiting_of_the_step_that_said_it() -> None:
    refused = question("r", vote("mika", 45, "reject"), steps=(ONE, MONEY), in_order=True, state=RequestState.REJECTED)

    assert [(one.step, one.minutes) for one in waits([refused], at_work())] == [("one", (45,))]


def test_the_slowest_step_stands_first_and_ranks_are_those_of_answers() -> None:
    quick = [question(str(minutes), vote("mika", minutes)) for minutes in range(10, 110, 10)]
    slow = question("s", vote("ann", 300, role="money"), steps=(MONEY,))

    first, second = waits([*quick, slow], at_work())

    assert first.step == "money"
    assert (second.within(50), second.within(90)) == (50, 90)


def test_an_open_question_is_shared_among_those_who_may_answer_it() -> None:
    both = question("r", state=RequestState.PENDING)
    mine = question("s", state=RequestState.PENDING, excluded=("priya",))

    found = {one.person: one for one in paces([both, mine], at_work(), NOON)}

    assert (found["mika"].open, found["mika"].share) == (2, 1500)
    assert (found["priya"].open, found["priya"].share) == (1, 500)


def test_who_has_answered_is_not_waited_for() -> None:
    two = msgspec.structs.replace(ONE, people=2)

    found = {
        one.person: one
        for one in paces([question("r", vote("mika", 30), steps=(two,), state=RequestState.PENDING)], at_work(), NOON)
    }

    assert (found["mika"].open, found["mika"].answered, found["mika"].usual) == (0, 1, 30)
    assert found["priya"].open == 1


def test_answers_of_long_ago_tell_nothing() -> None:
    assert paces([question("r", vote("mika", 30))], at_work(), NOON + LOOKED_BACK + timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("share", "answered", "too_much"),
    [(3000, 0, True), (2000, 0, False), (3000, 60, False), (6000, 60, True), (90_000, 1, True)],
)
def test_too_much_is_what_takes_days_at_the_pace_of_somebody(share: int, answered: int, too_much: bool) -> None:
    assert Pace(person="mika", open=9, share=share, answered=answered, usual=5).is_too_much is too_much


def test_who_answers_sooner_and_has_less_open_comes_first() -> None:
    people = [Person(id=name, name=name) for name in ("ann", "bob", "cy", "di")]
    known = [
        Pace(person="ann", usual=60, share=4000, answered=5),
        Pace(person="bob", usual=60, answered=5),
        Pace(person="cy", usual=600, answered=5),
    ]

    assert [one.id for one in likely(people, known)] == ["bob", "di", "ann", "cy"]


@pytest.mark.parametrize(("minutes", "words"), [(0, "1 min"), (89, "89 min"), (90, "2 h"), (150, "2 h"), (400, "7 h")])
def test_a_stretch_is_told_as_exactly_as_it_matters(minutes: int, words: str) -> None:
    assert spoken(minutes) == words


def first(most: int = 1, **more: Any) -> Ruleset:
    given = rules(**more, approval=ApprovalRule(steps=(StepRule(name="one"),), ask_first=most))
    lena = PersonRule(name="Lena", jira="j-lena", slack="ULENA", roles=("triager",), calendar="helsinki")
    return msgspec.structs.replace(given, people=given.people | {"lena": lena})


def test_who_is_likely_to_answer_soonest_is_asked_first_and_the_others_by_a_reminder() -> None:
    yard, _ = asked_at(8, first())
    assert called(yard) == [("lena", "asked")]
    assert "because it comes first to who is likely to answer soonest" in written(
        next(message for (channel, _), (message, _) in yard.chat.messages.items() if channel == "D-ULENA")
    )

    yard.pass_by(hours=2)

    assert called(yard) == [("lena", "asked"), ("mika", "reminded"), ("priya", "reminded")]


def test_who_answered_quickly_before_is_asked_first_the_next_time() -> None:
    yard, asked = asked_at(8, first())
    yard.clock.pass_by(minutes=5)
    yard.vote("UPRIYA", asked)
    yard.settle()
    assert yard.request(asked.id).state is RequestState.APPROVED

    yard.report(3, by="j-tom")
    yard.settle()

    asked_next = yard.all_requests(RequestState.PENDING)[-1]
    assert [one.person for one in asked_next.calls] == ["priya"]


def test_where_no_channel_may_see_it_only_those_asked_first_get_it_at_once() -> None:
    given = first()
    yard = Yard(given)
    yard.clock.at = NOON.replace(hour=8)
    yard.tracker.hidden[2] = {"j-dana"}
    yard.report(1, by="j-tom")
    yard.report(2, by="j-tom")
    yard.settle()

    assert direct(yard) == ["D-ULENA"]
    yard.pass_by(hours=2)
    assert direct(yard) == ["D-ULENA", "D-UMIKA", "D-UPRIYA"]


def test_where_nobody_is_there_and_no_channel_may_see_it_somebody_gets_it_all_the_same() -> None:
    yard = Yard(first(2))
    yard.clock.at = NOON.replace(hour=1)
    yard.tracker.hidden[2] = {"j-dana"}
    yard.report(1, by="j-tom")
    yard.report(2, by="j-tom")
    yard.settle()

    assert len(direct(yard)) == 2


def test_who_asks_reads_where_approvals_wait_and_for_whom() -> None:
    yard, asked = asked_at(8, first())
    yard.clock.pass_by(minutes=40)
    yard.vote("UPRIYA", asked)
    yard.report(3, by="j-tom")
    yard.settle()
    yard.pass_by(hours=30)

    said = written(yard.ask("UMIKA", "approvals"))

    assert "*repeats*, one: one answer within 40 min, 1 expired" in said
    assert "Priya: 0 open, 1 answered, usually within 40 min" in said
    assert "WEB-3 (repeats)" in said


def test_nobody_reads_of_what_they_may_not_browse_nor_of_other_projects() -> None:
    yard, _ = asked_at(8, first())

    assert "Nothing that you may browse was asked" in written(yard.ask("UMIKA", "approvals", "PAY"))
    assert "1 open" in written(yard.ask("UMIKA", "approvals", "WEB"))
    yard.tracker.hidden[2] = {"j-mika"}
    assert "Nothing that you may browse was asked" in written(yard.ask("UMIKA", "approvals"))


def test_offices_are_as_the_tests_take_them() -> None:
    assert OFFICES["helsinki"].hours["mon"] == ("09:00-17:30",)
