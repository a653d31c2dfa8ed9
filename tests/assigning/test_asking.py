"""Somebody is asked to take what nobody has: who, why, and what comes of each answer."""

import msgspec
import pytest

from orchestrator.batching import Batch
from rules.actions import AssignAction
from rules.agreement import ApprovalRule, StepRule
from rules.model import Event, Subject
from rules.requests import CANDIDATE, Request, RequestState
from rules.ruleset import AgentRule
from tests.fakes.chat import YARD
from tests.fakes.staff import person, staffed, waiting
from tests.fakes.tracker import CLOSED
from tests.fakes.written import written
from tests.fakes.yard import Yard


def question(yard: Yard) -> Request:
    return yard.only_request(RequestState.PENDING)


def cards(yard: Yard) -> dict[str, str]:
    """The cards as they stand, by channel; of several in one, the last."""
    return {channel: written(message) for (channel, _), (message, _) in yard.chat.messages.items()}


def press(yard: Yard, user: str, name: str = "item.given", **more: str) -> Event:
    request = question(yard)
    event = yard.command(name, user, request.subject, request=request.id, **more)
    yard.settle()
    return event


def answer(yard: Yard, user: str, choice: str = "approve") -> Request:
    request = question(yard)
    yard.vote(user, request, choice)
    yard.settle()
    return yard.request(request.id)


def assignee(yard: Yard) -> str | None:
    return yard.tracker.issues[9].assignee


def next_minutes(yard: Yard) -> None:
    """Let the queue be looked at again."""
    yard.pass_by(minutes=1)
    yard.pass_by(minutes=16)


def test_whoever_suits_best_is_asked_and_reads_why_them_and_why_not_the_other() -> None:
    yard = waiting()

    told = cards(yard)["D-UMIKA"]

    assert question(yard).candidate == "mika"
    assert told.startswith("Should Mika take WEB-9?")
    assert "WEB-9 assignee: nobody → Mika" in told
    assert "*Mika*, 88 points: resolved 4 of 5 like it in component cart, none reopened" in told
    assert "Priya, 77 points: resolved 1 of 5 like it in component cart" in told
    assert "11.3 points behind, most for who usually does such work" in told
    assert "[Take it] [Not me] [Somebody else] [Ask a question] [Details]" in told
    assert "[Give it to Mika] [I take it] [Somebody else] [Nobody] [Ask a question] [Details]" in cards(yard)[YARD]
    assert "then somebody else is asked." in told
    assert "<@" not in told
    assert assignee(yard) is None


def test_what_is_one_of_many_reports_of_a_problem_is_given_to_nobody() -> None:
    yard = waiting()
    batch = Batch(id="b", members=(8, 9), since=yard.clock.now(), grown_at=yard.clock.now(), version=1)
    yard.memory.tables.batches["b"] = batch
    yard.tracker.change(9, "j-tom", priority="High")
    yard.settle()
    assert [one.state for one in yard.all_requests()] == [RequestState.WITHDRAWN]


def test_nobody_is_called_by_a_card_who_is_only_compared_with() -> None:
    assert set(cards(waiting())) == {YARD, "D-UMIKA"}


def test_who_is_asked_takes_it_and_it_is_theirs_in_jira() -> None:
    yard = waiting()

    request = answer(yard, "UMIKA")

    assert assignee(yard) == "j-mika"
    assert request.state is RequestState.APPROVED
    assert request.votes[0].roles == (CANDIDATE,)
    assert yard.outcomes() == ["confirmed"]
    assert "Approved by Mika. All done." in cards(yard)[YARD]


def test_who_decides_gives_it_to_them() -> None:
    yard = waiting()

    answer(yard, "UTOM")

    assert assignee(yard) == "j-mika"


def test_who_neither_decides_nor_is_asked_cannot_answer() -> None:
    yard = waiting()

    answer(yard, "UPRIYA")

    assert assignee(yard) is None
    assert "This needs somebody with the role" in yard.said()


def test_after_not_me_the_next_is_asked_and_the_first_is_not_asked_again() -> None:
    yard = waiting()

    answer(yard, "UMIKA", "reject")
    next_minutes(yard)

    assert question(yard).candidate == "priya"
    assert "Not now: Mika: said no to it" in cards(yard)["D-UPRIYA"]
    answer(yard, "UPRIYA", "reject")
    next_minutes(yard)
    assert yard.all_requests(RequestState.PENDING) == []
    assert assignee(yard) is None


def test_a_no_of_who_decides_leaves_it_to_people() -> None:
    yard = waiting()

    answer(yard, "UTOM", "reject")
    next_minutes(yard)

    assert yard.all_requests(RequestState.PENDING) == []


def test_silence_is_no_refusal_but_the_next_is_asked() -> None:
    yard = waiting()

    yard.pass_by(hours=9)
    next_minutes(yard)

    assert [one.state for one in yard.all_requests()] == [RequestState.EXPIRED, RequestState.PENDING]
    assert question(yard).candidate == "priya"
    assert "Not now: Mika: did not answer in time" in cards(yard)["D-UPRIYA"]


def test_another_who_could_may_take_it_themselves() -> None:
    yard = waiting()

    press(yard, "UPRIYA")

    assert assignee(yard) == "j-priya"
    assert yard.said() == "Done: Priya gets it."
    superseded, given = yard.all_requests()
    assert (superseded.state, given.candidate, given.replaces) == (RequestState.SUPERSEDED, "priya", superseded.id)


def test_who_could_not_do_it_cannot_take_it() -> None:
    yard = waiting()

    press(yard, "UDANA")

    assert assignee(yard) is None
    assert "not among those who could take it" in yard.said()


def test_who_decides_gives_it_to_somebody_else() -> None:
    yard = waiting()

    press(yard, "UTOM", whom="priya")

    assert assignee(yard) == "j-priya"
    assert yard.outcomes() == ["confirmed"]


def test_who_is_asked_may_name_another_who_is_then_asked() -> None:
    yard = waiting()

    press(yard, "UMIKA", whom="priya")

    assert assignee(yard) is None
    assert question(yard).candidate == "priya"
    assert "Asked again, because Mika wants Priya to take it" in cards(yard)["D-UPRIYA"]
    answer(yard, "UPRIYA")
    assert assignee(yard) == "j-priya"


def test_nobody_gives_it_to_another_without_a_say_in_it() -> None:
    yard = waiting()

    press(yard, "UDANA", whom="priya")

    assert assignee(yard) is None
    assert question(yard).candidate == "mika"


def test_the_form_offers_those_who_could_and_why() -> None:
    yard = waiting()

    yard.command("give.opened", "UTOM", Subject(kind="person", id="UTOM"), request=question(yard).id, view="v1")
    yard.settle()

    (place,) = yard.chat.forms["v1"].inputs
    assert [choice.value for choice in place.choices] == ["priya"]


def test_a_question_that_somebody_chose_stands_though_the_queue_is_looked_at_again() -> None:
    yard = waiting()
    press(yard, "UMIKA", whom="priya")

    next_minutes(yard)

    assert question(yard).candidate == "priya"


def test_who_takes_it_in_jira_ends_the_question() -> None:
    yard = waiting()

    yard.tracker.change(9, "j-lena", assignee="j-lena")
    yard.settle()

    assert yard.only_request().state is RequestState.WITHDRAWN
    assert yard.only_request().note == "Lena has it by now"


def test_what_is_closed_needs_nobody_any_more() -> None:
    yard = waiting()

    yard.tracker.change(9, "j-dana", status=CLOSED)
    yard.settle()

    assert yard.only_request().note == "it does not wait for anybody any more"


def test_whoever_reported_it_may_take_it_and_may_not_decide_about_another() -> None:
    yard = waiting(by="j-tom")

    answer(yard, "UTOM")
    assert assignee(yard) is None

    mikas = waiting(by="j-mika")
    answer(mikas, "UMIKA")
    assert assignee(mikas) == "j-mika"


def test_where_the_rules_say_who_has_to_agree_the_one_who_is_asked_does_not_count() -> None:
    lead = ApprovalRule(steps=(StepRule(name="lead", roles=("triager",)),))
    yard = waiting(staffed(approval=lead))

    request = question(yard)
    yard.vote("UMIKA", request)
    yard.settle()
    assert assignee(yard) is None

    answer(yard, "UTOM")
    assert assignee(yard) == "j-mika"


def test_the_rules_may_let_it_be_given_without_asking_and_it_can_be_undone() -> None:
    rules = staffed()
    agent = msgspec.structs.replace(rules.agents["dispatcher"], autonomy={"assign": "act_with_undo"})
    limits = msgspec.structs.replace(rules.limits, confidence={"assign": 500})
    free = msgspec.structs.replace(rules, agents={**rules.agents, "dispatcher": agent}, limits=limits)
    yard = waiting(free)

    request = yard.only_request()
    assert (assignee(yard), request.note) == ("j-mika", "allowed by the rules")
    yard.undo("UMIKA", request)
    yard.settle()

    assert assignee(yard) is None
    assert "Undone by Mika." in cards(yard)[YARD]
    next_minutes(yard)
    assert len([one for one in yard.all_requests() if one.undoes is None]) == 1


def test_undo_leaves_what_somebody_else_decided_since() -> None:
    yard = waiting()
    request = answer(yard, "UTOM")
    yard.tracker.change(9, "j-dana", assignee="j-priya")
    yard.settle()

    yard.undo("UTOM", request)
    yard.settle()

    assert assignee(yard) == "j-priya"
    assert yard.said() == "There is nothing left that could be undone."


def test_an_answer_that_was_lost_on_its_way_gives_it_once() -> None:
    yard = waiting()
    yard.tracker.lost = 1

    answer(yard, "UTOM")
    yard.clock.pass_by(seconds=13)
    yard.pass_by(seconds=1)

    assert assignee(yard) == "j-mika"
    assert len([one for one, _ in yard.tracker.performed if isinstance(one, AssignAction)]) == 1
    assert "All done." in cards(yard)[YARD]


def test_what_somebody_took_between_the_yes_and_the_deed_is_left_to_them() -> None:
    yard = waiting()
    original = yard.tracker.item

    def taken_meanwhile(item: int) -> object:
        if yard.memory.tables.actions and yard.tracker.issues[9].assignee is None:
            yard.tracker.change(9, "j-lena", assignee="j-lena")
        return original(item)

    yard.tracker.item = taken_meanwhile  # type: ignore[assignment, method-assign]
    answer(yard, "UTOM")

    assert assignee(yard) == "j-lena"
    assert "somebody else changed meanwhile who is responsible" in cards(yard)[YARD]


@pytest.mark.parametrize(("change", "kind"), [({"assignee": "j-tom"}, "reassigned"), ({"status": CLOSED}, "finished")])
def test_what_came_of_it_is_recorded_once(change: dict[str, object], kind: str) -> None:
    yard = waiting()
    answer(yard, "UMIKA")

    yard.tracker.change(9, "j-dana", **change)
    yard.settle()
    yard.tracker.change(9, "j-dana", labels=("seen",))
    yard.settle()

    assert sorted(yard.outcomes()) == sorted(["confirmed", kind])


def test_while_work_is_stopped_nobody_is_asked_and_then_they_are() -> None:
    yard = Yard(staffed())
    yard.stop("agent", "dispatcher")
    yard.report(9, "another thing")
    yard.settle()
    yard.pass_by(minutes=1)
    assert yard.all_requests() == []

    yard.resume()

    assert question(yard).candidate in ("mika", "priya")


def test_who_is_asked_finds_it_on_their_page_with_both_answers() -> None:
    yard = waiting()

    told = yard.open_home("UMIKA")

    assert "Should Mika take WEB-9?" in told
    assert "[Take it] [Not me] [Somebody else] [Details]" in told


def test_without_anybody_who_decides_the_one_who_is_to_do_it_can_still_be_asked() -> None:
    nobody = {name: person(name, teams=()) for name in ("tom", "lena")}

    yard = waiting(staffed(people=nobody))

    answer(yard, "UMIKA")
    assert assignee(yard) == "j-mika"


def test_an_agent_without_the_tool_asks_nobody() -> None:
    rules = staffed()
    agent = AgentRule(role="Looks on.", owner="operator", tools=(), asks_from=0, actions_per_day=5)

    yard = waiting(msgspec.structs.replace(rules, agents={**rules.agents, "dispatcher": agent}))

    assert yard.all_requests() == []
