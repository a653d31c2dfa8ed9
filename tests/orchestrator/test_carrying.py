"""An approval on its way: judged again on fresh facts, held while work is stopped, asked anew when facts drifted."""

from collections.abc import Callable

import msgspec
import pytest

from orchestrator.ports import GatewayError
from rules.requests import RequestState
from tests.fakes.rulings import ruleset
from tests.fakes.tracker import BUSY, CLOSED, TRANSITIONS
from tests.fakes.yard import Yard


def test_an_approval_is_held_while_work_is_stopped_and_carried_out_once_it_goes_on() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.stop("project", "WEB")
    yard.vote("UMIKA", request)
    yard.settle()
    assert yard.tracker.performed == []
    assert "Nothing is done yet: work is stopped for project WEB." in yard.card()

    yard.resume()

    assert len(yard.tracker.performed) == 3
    assert "All done" in yard.card()


def test_a_held_approval_is_looked_at_again_without_writing_anything_new() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.stop()
    yard.vote("UMIKA", request)
    yard.settle()
    before = yard.kinds(), yard.request(request.id)

    for _ in range(3):
        yard.look(request.subject)

    assert (yard.kinds(), yard.request(request.id)) == before


def drop_workflow(yard: Yard) -> None:
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, workflows={})


def forbid_project(yard: Yard) -> None:
    limits = msgspec.structs.replace(yard.memory.rules.limits, projects=("PAY",))
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, limits=limits)


def spend_budget(yard: Yard) -> None:
    yard.memory.tables.budgets["duplicates", "2026-03-02"] = 499


def take_tools(yard: Yard) -> None:
    agent = msgspec.structs.replace(yard.memory.rules.agents["duplicates"], tools=("link",))
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, agents={"duplicates": agent})


@pytest.mark.parametrize(
    ("deny", "why"),
    [
        (drop_workflow, "the rules no longer know its workflow"),
        (forbid_project, "the rules do not allow work in WEB"),
        (spend_budget, "1 are left of today's budget"),
        (take_tools, "duplicates has no tool for comment and transition"),
    ],
)
def test_an_approval_does_not_overrule_a_denial(deny: Callable[[Yard], None], why: str) -> None:
    yard = Yard()
    request = yard.repeat()
    deny(yard)

    yard.vote("UMIKA", request)
    yard.settle()

    withdrawn = yard.request(request.id)
    assert withdrawn.state is RequestState.WITHDRAWN
    assert why in str(withdrawn.note)
    assert f"Withdrawn: {withdrawn.note}" in yard.card()
    assert yard.tracker.performed == []


def move(yard: Yard) -> None:
    yard.tracker.change(2, "j-dana", status=BUSY)


def rename_known(yard: Yard) -> None:
    yard.tracker.change(1, "j-tom", key="PAY-9", project="PAY")


def close_known(yard: Yard) -> None:
    yard.tracker.change(1, "j-tom", status=CLOSED)


def reword_known(yard: Yard) -> None:
    summary = yard.tracker.issues[1].summary
    yard.tracker.change(1, "j-tom", summary=msgspec.structs.replace(summary, text=f"{summary.text} (all banks)"))


def lose_transition(yard: Yard) -> None:
    yard.tracker.transitions_of = {"1": TRANSITIONS["1"][:1]}


@pytest.mark.parametrize(
    ("drift", "difference"),
    [
        (move, "its status was Open and is In Progress"),
        (rename_known, "the known issue's key was WEB-1 and is PAY-9"),
        (close_known, "the known issue's status category was new and is done"),
        (reword_known, "what the comment would say has changed"),
        (lose_transition, "whether and how it would be closed has changed"),
    ],
)
def test_what_drifted_is_asked_anew_with_the_difference_and_nothing_is_done(
    drift: Callable[[Yard], None], difference: str
) -> None:
    yard = Yard()
    request = yard.repeat()
    drift(yard)
    yard.vote("UMIKA", request)

    yard.settle()

    renewed = yard.only_request(RequestState.PENDING)
    assert yard.request(request.id).state is RequestState.SUPERSEDED
    assert renewed.replaces == request.id
    assert difference in str(renewed.note)
    assert yard.tracker.performed == []


def test_a_renewed_question_is_carried_out_when_it_is_approved_in_turn() -> None:
    yard = Yard()
    request = yard.repeat()
    move(yard)
    yard.vote("UMIKA", request)
    yard.settle()

    yard.approve("UPRIYA")

    assert yard.tracker.issues[2].status == CLOSED


def test_a_renewed_question_still_excludes_who_proposed_it_first() -> None:
    yard = Yard()
    yard.report(1)
    yard.report(2, summary="Something else", by="j-tom")
    yard.settle()
    yard.mention("UMIKA", "WEB-2 is WEB-1", "WEB-2", "WEB-1")
    first = yard.only_request()
    move(yard)
    yard.vote("UPRIYA", first)
    yard.settle()

    renewed = yard.only_request(RequestState.PENDING)
    yard.vote("UMIKA", renewed)
    yard.settle()

    assert yard.request(renewed.id).state is RequestState.PENDING
    assert "somebody else has to decide" in yard.said()


@pytest.mark.parametrize("gone", [1, 2])
def test_an_approval_of_what_is_gone_is_withdrawn(gone: int) -> None:
    yard = Yard()
    request = yard.repeat()
    del yard.tracker.issues[gone]

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.WITHDRAWN
    assert yard.tracker.performed == []


def test_an_open_question_about_what_somebody_linked_meanwhile_is_withdrawn() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.link(2, 1, "Duplicate", "j-tom")

    yard.settle()

    assert yard.request(request.id).state is RequestState.WITHDRAWN
    assert "Withdrawn: somebody linked them meanwhile" in yard.card()


def test_an_open_question_about_a_deleted_issue_is_withdrawn() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.delete(2, "j-dana")

    yard.settle()

    assert yard.request(request.id).state is RequestState.WITHDRAWN


def test_more_evidence_for_the_same_actions_is_no_drift() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.report(3, summary="Checkout is slow")
    yard.tracker.change(2, "j-dana", labels=("urgent",))

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.APPROVED
    assert len(yard.tracker.performed) == 3


def test_an_approval_stands_when_its_giver_loses_the_role_afterwards() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.stop()
    yard.vote("UMIKA", request)
    yard.settle()
    people = {name: msgspec.structs.replace(one, roles=()) for name, one in yard.memory.rules.people.items()}
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, people=people)

    yard.resume()

    assert len(yard.tracker.performed) == 3


def test_all_that_came_of_a_decision_is_joined_to_the_one_that_people_saw() -> None:
    yard = Yard()
    decision = yard.repeat().asks[0].decision

    request = yard.approve()
    yard.undo("UMIKA", request)
    yard.settle()

    assert {record.decision for record in yard.records(request)} == {decision}
    joined = {(kind, of) for _, kind, of, _ in yard.memory.tables.outcomes}
    assert joined == {("confirmed", decision), ("undone", decision)}


def test_an_agent_that_the_rules_dropped_with_actions_planned_fails_visibly() -> None:
    yard = Yard()
    yard.repeat()
    request = yard.only_request()
    yard.tracker.failures = [GatewayError("too many calls", retryable=True, retry_after=5)]
    yard.vote("UMIKA", request)
    yard.settle()
    yard.memory.rules = ruleset(agents={}, workflows={})

    yard.pass_by(minutes=1)

    assert "not done: the rules no longer know its agent" in yard.card()
    assert yard.tracker.performed == []


def test_what_drifted_while_work_was_stopped_is_asked_anew_once_it_goes_on() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.stop()
    yard.vote("UMIKA", request)
    move(yard)
    yard.settle()
    assert yard.request(request.id).state is RequestState.APPROVED

    yard.resume()

    assert yard.only_request(RequestState.PENDING).replaces == request.id


def test_what_drifted_to_where_the_rules_do_not_allow_work_is_withdrawn() -> None:
    yard = Yard()
    request = yard.repeat()
    limits = msgspec.structs.replace(yard.memory.rules.limits, projects=("WEB",))
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, limits=limits)
    rename_known(yard)

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.only_request().state is RequestState.WITHDRAWN
