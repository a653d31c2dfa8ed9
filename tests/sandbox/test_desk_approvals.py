"""Approvals: bound to a status, answered as the caller, decided by the step's rule, and carried out by the workflow."""

import json
from typing import Any

import pytest

from sandbox.desk.approving import decision_of
from sandbox.desk.records import ApprovalStep, Outcome, Vote
from sandbox.desk.state import Poll
from sandbox.running import Sandbox
from tests.sandbox.desk_rest import Desk, desk_as, raised
from tests.sandbox.ear import Ear, Rest, eventually

APPROVALS = "customfield_10029"


@pytest.fixture
def lena(sandbox: Sandbox) -> Desk:
    return desk_as(sandbox, "lena@example.com")


@pytest.fixture
def tom(sandbox: Sandbox) -> Desk:
    return desk_as(sandbox, "tom@example.com")


def move(bot: Rest, key: str, number: str) -> int:
    return bot("POST", f"issue/{key}/transitions", json={"transition": {"id": number}}).status_code


def asked(desk: Desk, bot: Rest, *people: str) -> tuple[str, str]:
    """A request that waits for these people: its key and the approval's id."""
    approvers = [{"accountId": f"sbx-{person}"} for person in people]
    values = {"summary": "A chair", "description": "For me", "customfield_10040": 200, "customfield_10003": approvers}
    key = raised(desk, "13", values=values)
    assert move(bot, key, "83") == 204
    [approval] = desk.get(f"request/{key}/approval")["values"]
    return key, approval["id"]


def answer(desk: Desk, key: str, number: str, decision: Any = "approve") -> Any:
    return desk("POST", f"request/{key}/approval/{number}", json={"decision": decision})


def status(bot: Rest, key: str) -> tuple[str, str | None]:
    fields = bot("GET", f"issue/{key}").json()["fields"]
    return fields["status"]["name"], fields["resolution"] and fields["resolution"]["name"]


def test_entering_the_status_asks_the_approvers_of_the_issue(agent: Desk, bot: Rest, lena: Desk) -> None:
    key, number = asked(agent, bot, "lena", "tom")
    seen = lena.get(f"request/{key}/approval/{number}")

    assert [person["approver"]["accountId"] for person in seen["approvers"]] == ["sbx-lena", "sbx-tom"]
    assert (seen["finalDecision"], seen["canAnswerApproval"], "completedDate" in seen) == ("pending", True, False)
    assert agent.get(f"request/{key}/approval/{number}")["canAnswerApproval"] is False
    assert bot("GET", f"issue/{key}").json()["fields"][APPROVALS][0]["finalDecision"] == "pending"


def test_all_must_approve_and_the_last_one_moves_the_issue(
    agent: Desk, bot: Rest, lena: Desk, tom: Desk, jira_ear: Ear
) -> None:
    key, number = asked(agent, bot, "lena", "tom")
    first = answer(lena, key, number).json()
    waiting = status(bot, key)
    last = answer(tom, key, number).json()

    assert (first["finalDecision"], waiting) == ("pending", ("Waiting for approval", None))
    assert (last["finalDecision"], status(bot, key)) == ("approved", ("In progress", None))
    assert {person["approverDecision"] for person in last["approvers"]} == {"approved"}
    entry = bot("GET", f"issue/{key}/changelog").json()["values"][-1]
    assert (entry["author"]["accountId"], entry["items"][0]["toString"]) == ("sbx-tom", "In progress")
    told = json.loads(eventually(lambda: jira_ear.heard[2:])[0].raw)
    assert (told["user"]["accountId"], told["changelog"]["items"][0]["toString"]) == ("sbx-tom", "In progress")
    assert told["issue"]["fields"][APPROVALS][0]["finalDecision"] == "approved"


def test_one_decline_declines_and_sets_the_resolution_past_the_screen(
    agent: Desk, bot: Rest, lena: Desk, tom: Desk
) -> None:
    key, number = asked(agent, bot, "lena", "tom")

    assert answer(lena, key, number, "decline").json()["finalDecision"] == "declined"
    assert status(bot, key) == ("Closed", "Won't Fix")
    assert answer(tom, key, number).status_code == 409


def test_who_is_no_approver_is_refused_even_as_an_agent(agent: Desk, bot: Rest) -> None:
    key, number = asked(agent, bot, "lena")

    assert answer(agent, key, number).status_code == 403
    assert status(bot, key) == ("Waiting for approval", None)


def test_nobody_answers_twice(agent: Desk, bot: Rest, lena: Desk) -> None:
    key, number = asked(agent, bot, "lena", "tom")
    answer(lena, key, number)

    again = answer(lena, key, number, "decline")

    assert (again.status_code, "already answered" in again.json()["errorMessage"]) == (409, True)


def test_the_reporter_cannot_approve_their_own_request(bot: Rest, lena: Desk, agent: Desk) -> None:
    key, number = asked(lena, bot, "lena", "tom")

    assert answer(lena, key, number).status_code == 403
    people = agent.get(f"request/{key}/approval/{number}")["approvers"]
    assert [person["approver"]["accountId"] for person in people] == ["sbx-tom"]


@pytest.mark.parametrize("decision", ["approved", "", None, 1, ["approve"]])
def test_an_answer_in_other_words_is_none(agent: Desk, bot: Rest, lena: Desk, decision: Any) -> None:
    key, number = asked(agent, bot, "lena")

    assert answer(lena, key, number, decision).status_code == 400


def test_the_moves_of_an_approval_are_not_open_to_anybody_else(agent: Desk, bot: Rest) -> None:
    key, _ = asked(agent, bot, "lena")
    offered = {found["id"] for found in bot("GET", f"issue/{key}/transitions").json()["transitions"]}

    assert offered.isdisjoint({"84", "85"})
    assert (move(bot, key, "84"), move(bot, key, "85")) == (400, 400)


def test_without_approvers_the_moves_stay_open(agent: Desk, bot: Rest) -> None:
    key, _ = asked(agent, bot)

    assert move(bot, key, "84") == 204


def test_a_new_visit_to_the_status_is_a_new_approval(agent: Desk, bot: Rest, lena: Desk) -> None:
    key, number = asked(agent, bot, "lena")
    answer(lena, key, number)
    move(bot, key, "83")
    first, second = lena.get(f"request/{key}/approval")["values"]

    assert (first["finalDecision"], second["finalDecision"], second["canAnswerApproval"]) == (
        "approved",
        "pending",
        True,
    )


def test_requests_can_be_listed_by_their_approver(agent: Desk, bot: Rest, lena: Desk) -> None:
    key, number = asked(agent, bot, "lena")
    mine = {"requestOwnership": "APPROVER", "approvalStatus": "MY_PENDING_APPROVAL"}
    assert [found["issueKey"] for found in lena.get("request", **mine)["values"]] == [key]

    answer(lena, key, number)

    assert lena.get("request", **mine)["values"] == []
    answered = lena.get("request", requestOwnership="APPROVER", approvalStatus="MY_HISTORY_APPROVAL")["values"]
    assert key in [found["issueKey"] for found in answered]


def step(number: int | None = None, percent: int | None = None) -> ApprovalStep:
    go, stop = Outcome(transition="84", resolution=None), Outcome(transition="85", resolution=None)
    return ApprovalStep(
        status="S", name="n", number=number, percent=percent, excluded=frozenset(), approved=go, declined=stop
    )


@pytest.mark.parametrize(
    ("rule", "people", "votes", "expected"),
    [
        (step(), 3, "++", "pending"),
        (step(), 3, "+++", "approved"),
        (step(number=2), 3, "+", "pending"),
        (step(number=2), 3, "++", "approved"),
        (step(number=5), 3, "+++", "approved"),
        (step(percent=50), 3, "+", "pending"),
        (step(percent=50), 3, "++", "approved"),
        (step(percent=50), 4, "++", "approved"),
        (step(number=1), 3, "-", "declined"),
        (step(number=1), 0, "", "pending"),
    ],
)
def test_votes_count_as_the_step_says(
    sandbox: Sandbox, rule: ApprovalStep, people: int, votes: str, expected: str
) -> None:
    at = sandbox.world.clock.now()
    cast = [Vote(account=str(number), approved=vote == "+", at=at) for number, vote in enumerate(votes)]

    assert decision_of(rule, Poll(asked=tuple(map(str, range(people))), votes=cast)) == expected
