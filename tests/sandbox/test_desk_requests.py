"""Customer requests: raising, reading, who sees what, comments, participants, and what the portal offers."""

import json
from typing import Any

import pytest

from sandbox.running import Sandbox
from tests.sandbox.desk_rest import Desk, desk_as, raised
from tests.sandbox.ear import Ear, Rest, control, eventually, new_issue

REQUEST_TYPE, PARTICIPANTS = "customfield_10010", "customfield_10026"


@pytest.fixture
def mika(sandbox: Sandbox) -> Desk:
    return desk_as(sandbox, "mika@example.com")


@pytest.fixture
def dana_at_desk(sandbox: Sandbox) -> Desk:
    return desk_as(sandbox, "dana@example.com")


def raw(kind: str, values: Any, **more: Any) -> dict[str, Any]:
    return {"serviceDeskId": "1", "requestTypeId": kind, "requestFieldValues": values, **more}


def test_a_request_is_an_issue_of_its_types_issue_type(bot: Rest, mika: Desk) -> None:
    key = raised(mika, values={"summary": "Mouse is broken", "description": "It squeaks"})
    fields = bot("GET", f"issue/{key}").json()["fields"]

    assert (fields["issuetype"]["name"], fields["reporter"]["accountId"]) == ("Incident", "sbx-mika")
    assert fields[REQUEST_TYPE]["requestType"]["name"] == "Report a problem"
    assert fields[REQUEST_TYPE]["currentStatus"]["status"] == "Needs triage"
    assert fields[REQUEST_TYPE]["_links"]["web"].endswith(f"/servicedesk/customer/portal/1/{key}")


def test_a_new_request_is_told_with_its_type_and_clocks(mika: Desk, jira_ear: Ear) -> None:
    key = raised(mika, requestParticipants=["sbx-tom"])
    told = json.loads(eventually(lambda: jira_ear.heard)[0].raw)
    fields = told["issue"]["fields"]

    assert (told["webhookEvent"], told["issue"]["key"]) == ("jira:issue_created", key)
    assert fields[REQUEST_TYPE]["requestType"]["id"] == "11"
    assert [person["accountId"] for person in fields[PARTICIPANTS]] == ["sbx-tom"]
    assert fields["customfield_10031"]["ongoingCycle"]["goalDuration"]["friendly"] == "16h"


def test_the_fields_of_the_desk_are_listed_with_their_types(bot: Rest) -> None:
    sorts = {field["name"]: field["schema"].get("custom") for field in bot("GET", "field").json()}

    assert sorts["Request Type"] == "com.atlassian.servicedesk:vp-origin"
    assert sorts["Time to resolution"] == "com.atlassian.servicedesk:sd-sla-field"


def test_issues_of_other_projects_have_none_of_the_fields(bot: Rest) -> None:
    assert REQUEST_TYPE not in bot("GET", "issue/PAY-1").json()["fields"]


@pytest.mark.parametrize(
    ("kind", "values", "word"),
    [
        ("11", {}, "What is wrong? is required."),
        ("11", {"summary": "x", "priority": {"id": "1"}}, "'priority' is not valid for this request type"),
        ("11", {"summary": "x" * 256}, "255 characters"),
        ("13", {"summary": "x", "description": "y"}, "Price in EUR is required."),
        ("13", {"summary": "x", "description": "y", "customfield_10040": "dear"}, "Price in EUR"),
        ("13", {"summary": "x", "description": "y", "customfield_10040": True}, "Price in EUR"),
        (
            "13",
            {"summary": "x", "description": "y", "customfield_10040": 1, "customfield_10042": {"value": "?"}},
            "Budget",
        ),
        ("12", {"summary": "x", "description": "y", "customfield_10003": [{"accountId": "ghost"}]}, "ghost"),
        ("11", [], "must be an object"),
    ],
)
def test_a_form_that_is_filled_in_wrongly_makes_no_issue(
    sandbox: Sandbox, mika: Desk, kind: str, values: Any, word: str
) -> None:
    before = len(sandbox.world.jira.issues)
    answer = mika("POST", "request", json=raw(kind, values))

    assert (answer.status_code, word in answer.json()["errorMessage"]) == (400, True), answer.text
    assert len(sandbox.world.jira.issues) == before


def test_a_choice_a_number_and_people_are_kept_as_jira_shows_them(bot: Rest, mika: Desk) -> None:
    values = {
        "summary": "Chair",
        "description": "Back",
        "customfield_10040": 210.5,
        "customfield_10042": {"value": "Team"},
    }
    key = raised(mika, "13", values={**values, "customfield_10003": [{"accountId": "sbx-lena"}]})
    fields = bot("GET", f"issue/{key}").json()["fields"]

    assert (fields["customfield_10040"], fields["customfield_10042"]["value"]) == (210.5, "Team")
    assert [person["displayName"] for person in fields["customfield_10003"]] == ["Lena Fischer"]
    shown = {entry["fieldId"]: entry["value"] for entry in mika.get(f"request/{key}")["requestFieldValues"]}
    assert shown["customfield_10040"] == 210.5


def test_rich_text_is_taken_where_the_request_says_so(bot: Rest, mika: Desk) -> None:
    words = {"type": "paragraph", "content": [{"type": "text", "text": "It squeaks"}]}
    values = {"summary": "x", "description": {"type": "doc", "version": 1, "content": [words]}}

    key = raised(mika, values=values, isAdfRequest=True)

    assert bot("GET", f"issue/{key}").json()["fields"]["description"].strip() == "It squeaks"
    assert mika("POST", "request", json=raw("11", values)).status_code == 400


def test_only_agents_raise_for_others(agent: Desk, mika: Desk) -> None:
    key = raised(agent, raiseOnBehalfOf="sbx-gus")

    assert agent.get(f"request/{key}")["reporter"]["accountId"] == "sbx-gus"
    values = {"summary": "x"}
    assert mika("POST", "request", json=raw("11", values, raiseOnBehalfOf="sbx-gus")).status_code == 403


def test_a_customer_sees_only_requests_that_concern_them(agent: Desk, mika: Desk, dana_at_desk: Desk) -> None:
    key = raised(mika)
    assert mika("GET", f"request/{key}").status_code == 200
    assert dana_at_desk("GET", f"request/{key}").status_code == 404

    agent("POST", f"request/{key}/participant", json={"accountIds": ["sbx-dana"]})

    assert dana_at_desk("GET", f"request/{key}").status_code == 200


def test_members_of_an_organization_see_what_is_shared_with_it(sandbox: Sandbox) -> None:
    lena = desk_as(sandbox, "lena@example.com")

    assert lena("GET", "request/OPS-5").status_code == 200
    assert "OPS-5" in [found["issueKey"] for found in lena.get("request")["values"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"requestOwnership": "OWNED_REQUESTS"}, {"OPS-1", "OPS-8"}),
        ({"requestOwnership": "OWNED_REQUESTS", "searchTerm": "printer"}, {"OPS-8"}),
        ({"requestOwnership": "ORGANIZATION", "organizationId": "1"}, {"OPS-1", "OPS-8"}),
        ({"requestOwnership": "ORGANIZATION", "organizationId": "2"}, set()),
        ({"requestOwnership": "PARTICIPATED_REQUESTS"}, set()),
        ({"requestStatus": "CLOSED_REQUESTS"}, set()),
        ({"requestStatus": "OPEN_REQUESTS", "serviceDeskId": "1", "requestTypeId": "11"}, {"OPS-1", "OPS-8"}),
        ({"serviceDeskId": "1", "requestTypeId": "12"}, set()),
    ],
)
def test_requests_are_listed_by_ownership_status_and_type(sandbox: Sandbox, query: Any, expected: set[str]) -> None:
    with desk_as(sandbox, "gus@partner.example").session as session:
        found = Desk(sandbox.world.places.jira, session).get("request", **query)["values"]

    assert {request["issueKey"] for request in found} == expected


def test_internal_comments_are_hidden_from_customers_and_marked_in_jira(agent: Desk, mika: Desk, bot: Rest) -> None:
    key = raised(mika)
    agent("POST", f"request/{key}/comment", json={"body": "Looks like the driver", "public": False})
    agent("POST", f"request/{key}/comment", json={"body": "We are on it", "public": True})

    assert [said["body"] for said in mika.get(f"request/{key}/comment")["values"]] == ["We are on it"]
    assert [said["public"] for said in agent.get(f"request/{key}/comment")["values"]] == [False, True]
    assert len(agent.get(f"request/{key}/comment", internal="false")["values"]) == 1
    comments = bot("GET", f"issue/{key}/comment", params={"expand": "properties"}).json()["comments"]
    assert [said["jsdPublic"] for said in comments] == [False, True]
    assert comments[0]["properties"] == [{"key": "sd.public.comment", "value": {"internal": True}}]


def test_a_comment_that_jira_marks_as_internal_is_internal_to_the_desk(agent: Desk, bot: Rest) -> None:
    mark = {"key": "sd.public.comment", "value": {"internal": True}}
    bot("POST", "issue/OPS-1/comment", json={"body": "Between us", "properties": [mark]})

    assert [said["public"] for said in agent.get("request/OPS-1/comment")["values"]] == [False]


def test_customers_cannot_speak_internally_nor_read_what_was(agent: Desk, mika: Desk) -> None:
    key = raised(mika)
    number = agent("POST", f"request/{key}/comment", json={"body": "Secret", "public": False}).json()["id"]

    assert mika("POST", f"request/{key}/comment", json={"body": "x", "public": False}).status_code == 403
    assert mika("GET", f"request/{key}/comment/{number}").status_code == 404


def test_the_portal_offers_only_its_own_moves(agent: Desk, mika: Desk, bot: Rest) -> None:
    key = raised(mika)
    assert [move["name"] for move in mika.get(f"request/{key}/transition")["values"]] == ["Cancel request"]

    done = mika("POST", f"request/{key}/transition", json={"id": "86", "additionalComment": {"body": "No need"}})

    assert (done.status_code, done.content) == (204, b"")
    fields = bot("GET", f"issue/{key}").json()["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Closed", "Won't Fix")
    assert [said["body"] for said in agent.get(f"request/{key}/comment")["values"]] == ["No need"]
    assert [stay["status"] for stay in mika.get(f"request/{key}/status")["values"]] == ["Closed", "Needs triage"]


def test_a_queue_shows_its_fields_in_its_order_and_counts(agent: Desk) -> None:
    queue = agent.get("servicedesk/1/queue/2", includeCount="true")
    issues = agent.get("servicedesk/1/queue/2/issue")["values"]

    assert queue["issueCount"] == len(issues)
    assert [issue["fields"]["priority"]["id"] for issue in issues] == sorted(
        issue["fields"]["priority"]["id"] for issue in issues
    )
    assert set(issues[0]["fields"]) == set(queue["fields"])


def test_customers_and_organizations_come_and_go(sandbox: Sandbox, agent: Desk) -> None:
    made = agent("POST", "customer", json={"displayName": "Ann", "email": "ann@shop.example"}).json()["accountId"]
    again = {"displayName": "Ann", "email": "ANN@shop.example"}
    assert agent("POST", "customer", json=again).status_code == 400
    assert agent("POST", "customer?strictConflictStatusCode=true", json=again).status_code == 409

    agent("POST", "organization/2/user", json={"accountIds": [made]})
    agent("POST", "servicedesk/1/customer", json={"accountIds": [made]})

    ann = desk_as(sandbox, "ann@shop.example")
    assert [group["name"] for group in ann.get("organization")["values"]] == ["Design team"]
    assert [person["accountId"] for person in agent.get("servicedesk/1/customer", query="ann")["values"]] == [made]
    assert ann("GET", "organization/1").status_code == 404
    assert agent("DELETE", "organization/2").status_code == 204
    assert ann.get("organization")["values"] == []
    kinds = [effect["kind"] for effect in control(sandbox, "GET", "effects")]
    assert kinds == ["customer.created", "organization.joined", "customers.added", "organization.deleted"]


def test_an_issue_made_over_jiras_own_api_can_be_a_request(agent: Desk, bot: Rest) -> None:
    key = new_issue(bot, "OPS", **{REQUEST_TYPE: "12", "customfield_10003": [{"accountId": "sbx-lena"}]})

    assert agent.get(f"request/{key}")["requestTypeId"] == "12"


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("customfield_10003", [{"accountId": "ghost"}], "ghost"),
        ("customfield_10002", ["99"], "organizations"),
        (REQUEST_TYPE, "99", "not known"),
        ("customfield_10042", {"value": "Mine"}, "Team, Department, Company"),
        ("customfield_99999", "x", "cannot be set"),
    ],
)
def test_a_custom_field_refuses_what_it_cannot_hold(bot: Rest, field: str, value: Any, word: str) -> None:
    answer = bot("PUT", "issue/OPS-7", json={"fields": {field: value}})

    assert (answer.status_code, word in answer.json()["errors"][field]) == (400, True), answer.text


def test_custom_fields_change_with_a_changelog_and_can_be_cleared(bot: Rest) -> None:
    bot("PUT", "issue/OPS-7", json={"fields": {"customfield_10003": [{"accountId": "sbx-tom"}]}})
    bot("PUT", "issue/OPS-7", json={"fields": {"customfield_10003": None}})
    first, second = [entry["items"][0] for entry in bot("GET", "issue/OPS-7/changelog").json()["values"]]

    assert (first["field"], first["fieldId"]) == ("Approvers", "customfield_10003")
    assert (first["fromString"], first["toString"]) == ("Lena Fischer, Dana Okafor", "Tom Becker")
    assert second["to"] is None
    assert bot("GET", "issue/OPS-7").json()["fields"]["customfield_10003"] is None


def test_projects_without_a_desk_have_no_such_fields(bot: Rest) -> None:
    assert bot("PUT", "issue/PAY-1", json={"fields": {"customfield_10003": []}}).status_code == 400


def test_a_change_of_participants_is_logged_and_told(agent: Desk, bot: Rest, jira_ear: Ear) -> None:
    agent("POST", "request/OPS-1/participant", json={"accountIds": ["sbx-dana"]})
    told = json.loads(eventually(lambda: jira_ear.heard)[0].raw)

    assert (told["webhookEvent"], told["changelog"]["items"][0]["toString"]) == ("jira:issue_updated", "Dana Okafor")
    assert bot("GET", "issue/OPS-1/changelog").json()["values"][0]["items"][0]["field"] == "Request participants"
