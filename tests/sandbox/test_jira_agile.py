"""Boards, sprints and backlogs of the sandbox's Jira Software, over REST and through the client."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jira import JIRA

from sandbox.running import Sandbox
from tests.sandbox.ear import Ear, Rest, eventually

Json = dict[str, Any]
DATES = {"startDate": "2026-11-20T09:00:00.000Z", "endDate": "2026-12-04T09:00:00.000Z"}


def agile(call: Rest, method: str, path: str, **body: Any) -> Any:
    return call.session.request(method, f"{call.base}/rest/agile/1.0/{path}", **body)


def keys(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [issue["key"] for issue in answer.json()["issues"]]


@pytest.fixture
def sprint(bot: Rest) -> Json:
    board = agile(bot, "GET", "board", params={"projectKeyOrId": "PAY"}).json()["values"][0]
    made = agile(bot, "POST", "sprint", json={"name": "Sprint 1", "originBoardId": board["id"], **DATES})
    assert made.status_code == 201, made.text
    return dict(made.json())


def test_every_software_project_has_a_board_that_its_people_see(dana: Rest, bot: Rest) -> None:
    assert [b["location"]["projectKey"] for b in agile(dana, "GET", "board").json()["values"]] == ["PAY", "WEB", "MOB"]
    hidden = agile(bot, "GET", "board", params={"projectKeyOrId": "SEC"}).json()["values"][0]["id"]
    assert agile(dana, "GET", f"board/{hidden}").status_code == 404


def test_a_sprint_goes_from_future_to_active_to_closed(bot: Rest, sprint: Json) -> None:
    place = f"sprint/{sprint['id']}"
    states = [agile(bot, "POST", place, json={"state": state}) for state in ("closed", "active", "closed", "active")]

    assert [answer.status_code for answer in states] == [400, 200, 200, 400]
    assert "completeDate" in agile(bot, "GET", place).json()


def test_two_sprints_of_a_board_are_not_active_together(bot: Rest, sprint: Json) -> None:
    other = agile(bot, "POST", "sprint", json={"name": "2", "originBoardId": sprint["originBoardId"], **DATES}).json()
    agile(bot, "POST", f"sprint/{sprint['id']}", json={"state": "active"})
    assert agile(bot, "POST", f"sprint/{other['id']}", json={"state": "active"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x" * 31},
        {"startDate": "soon"},
        {"startDate": DATES["endDate"], "endDate": DATES["startDate"]},
        {"state": "paused"},
        {"startDate": None, "state": "active"},
    ],
)
def test_a_sprint_that_cannot_be_is_refused_and_stays(bot: Rest, sprint: Json, body: Json) -> None:
    assert agile(bot, "POST", f"sprint/{sprint['id']}", json=body).status_code == 400
    assert agile(bot, "GET", f"sprint/{sprint['id']}").json() == sprint


def test_issues_go_into_a_sprint_and_back_with_their_changelog(bot: Rest, sprint: Json) -> None:
    place = f"sprint/{sprint['id']}/issue"
    assert agile(bot, "POST", place, json={"issues": ["PAY-1", "PAY-2"]}).status_code == 204

    assert keys(agile(bot, "GET", place)) == ["PAY-1", "PAY-2"]
    assert not {"PAY-1", "PAY-2"} & {*keys(agile(bot, "GET", f"board/{sprint['originBoardId']}/backlog"))}
    assert bot("GET", "issue/PAY-1").json()["fields"]["customfield_10020"][0]["name"] == "Sprint 1"

    assert agile(bot, "POST", "backlog/issue", json={"issues": ["PAY-1"]}).status_code == 204
    entries = bot("GET", "issue/PAY-1/changelog").json()["values"]
    assert [(e["items"][0]["field"], e["items"][0]["toString"]) for e in entries] == [
        ("Sprint", "Sprint 1"),
        ("Sprint", ""),
    ]


def test_queries_know_sprints(bot: Rest, sprint: Json) -> None:
    agile(bot, "POST", f"sprint/{sprint['id']}/issue", json={"issues": ["PAY-1"]})

    def found(jql: str) -> list[str]:
        return keys(bot("GET", "search/jql", params={"jql": f"project = PAY AND {jql}", "fields": "summary"}))

    assert (found("sprint in futureSprints()"), found("sprint in openSprints()")) == (["PAY-1"], [])
    agile(bot, "POST", f"sprint/{sprint['id']}", json={"state": "active"})
    assert found('sprint in openSprints() AND sprint = "Sprint 1" AND cf[10020] is not EMPTY') == ["PAY-1"]
    agile(bot, "POST", f"sprint/{sprint['id']}", json={"state": "closed"})
    assert found("sprint in closedSprints()") == ["PAY-1"]


def test_a_sprint_that_is_removed_gives_its_issues_back(bot: Rest, sprint: Json) -> None:
    agile(bot, "POST", f"sprint/{sprint['id']}/issue", json={"issues": ["PAY-1"]})
    assert agile(bot, "DELETE", f"sprint/{sprint['id']}").status_code == 204
    assert agile(bot, "GET", f"sprint/{sprint['id']}").status_code == 404
    assert bot("GET", "issue/PAY-1").json()["fields"]["customfield_10020"] is None


def test_who_may_not_manage_sprints_or_edit_is_refused(sandbox: Sandbox, dana: Rest, sprint: Json) -> None:
    sandbox.world.jira.projects["PAY"].permissions.update(sprint=frozenset({"sbx-bot"}), edit=frozenset({"sbx-bot"}))
    answers = [
        agile(dana, "POST", "sprint", json={"name": "x", "originBoardId": sprint["originBoardId"]}),
        agile(dana, "POST", f"sprint/{sprint['id']}", json={"state": "active"}),
        agile(dana, "DELETE", f"sprint/{sprint['id']}"),
        agile(dana, "POST", f"sprint/{sprint['id']}/issue", json={"issues": ["PAY-1"]}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


def test_a_started_sprint_is_told(sandbox: Sandbox, ears: Callable[[], Ear], bot: Rest, sprint: Json) -> None:
    ear = ears()
    sandbox.world.webhooks.register(name="sprints", url=ear.url, events=("sprint_started",))
    agile(bot, "POST", f"sprint/{sprint['id']}", json={"state": "active"})
    [heard] = eventually(lambda: list(ear.heard))
    assert json.loads(heard.raw)["sprint"]["state"] == "active"


def test_the_client_works_with_boards_and_sprints(client: JIRA) -> None:
    [board] = client.boards(projectKeyOrID="PAY")
    made = client.create_sprint("Sprint 7", board.id, DATES["startDate"], DATES["endDate"])
    client.add_issues_to_sprint(made.id, ["PAY-1"])
    client.update_sprint(made.id, name="Sprint 7", state="active")

    assert [(sprint.name, sprint.state) for sprint in client.sprints(board.id, state="active")] == [
        ("Sprint 7", "active")
    ]
    client.move_to_backlog(["PAY-1"])
    client.update_sprint(made.id, name="Sprint 7", state="closed")
    assert client.sprint(made.id).state == "closed"


@pytest.mark.parametrize(
    "place",
    [
        "board",
        "board/1",
        "board/1/configuration",
        "board/1/issue?maxResults=2",
        "board/1/backlog?maxResults=2",
        "board/1/project",
        "sprint/{}/issue",
    ],
)
def test_what_the_document_describes_is_answered(bot: Rest, sprint: Json, place: str) -> None:
    assert agile(bot, "GET", place.format(sprint["id"])).status_code == 200
