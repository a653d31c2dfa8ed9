"""Atlassian's Python clients run their normal calls against the service desks."""

from collections.abc import Callable
from typing import Any

import pytest
from atlassian import Jira, ServiceDesk
from atlassian.jira import JiraServiceManagement
from requests import HTTPError

from sandbox.running import Sandbox


def made(sandbox: Sandbox, kind: Callable[..., Any], person: str = "yardmaster") -> Any:
    return kind(url=sandbox.world.places.jira, username=f"{person}@example.com", password="sandbox", cloud=True)


@pytest.fixture
def old(sandbox: Sandbox) -> Any:
    return made(sandbox, ServiceDesk)


@pytest.fixture
def new(sandbox: Sandbox) -> Any:
    return made(sandbox, JiraServiceManagement)


def test_the_older_client_finds_its_way_from_desk_to_request(old: Any) -> None:
    [desk] = old.get_service_desks()
    types = old.get_request_types(desk["id"])["values"]
    fields = old.get_request_type_fields(desk["id"], types[0]["id"])["requestTypeFields"]
    queues = old.get_queues(desk["id"], include_count=True)["values"]

    assert (old.get_info()["isLicensedForUse"], old.get_service_desk_by_id("1")["projectKey"]) == (True, "OPS")
    assert [field["fieldId"] for field in fields if field["required"]] == ["summary"]
    assert queues[0]["issueCount"] == len(old.get_issues_in_queue("1", queues[0]["id"])["values"])
    assert old.get_request_type("1", "12")["name"] == "Get access"


def test_the_older_client_lives_through_a_request(sandbox: Sandbox, old: Any) -> None:
    key = old.create_customer_request("1", "11", {"summary": "No sound"}, request_participants=["sbx-tom"])["issueKey"]
    said = old.create_request_comment(key, "We are on it", public=True)
    old.add_request_participants(key, account_list=["sbx-mika"])
    old.remove_request_participants(key, account_list=["sbx-tom"])

    assert old.get_customer_request(key)["summary"] == "No sound"
    assert [person["accountId"] for person in old.get_request_participants(key)] == ["sbx-mika"]
    assert [comment["id"] for comment in old.get_request_comments(key)] == [said["id"]]
    assert old.get_request_comment_by_id(key, said["id"])["public"] is True
    assert [clock["name"] for clock in old.get_sla(key)] == ["Time to first response", "Time to resolution"]
    assert old.get_sla_by_id(key, "1")["ongoingCycle"]["breached"] is False
    [move] = old.get_customer_transitions(key)["values"]
    old.perform_transition(key, move["id"])
    assert old.get_customer_request_status(key) == "Closed"
    assert key in [request["issueKey"] for request in old.get_my_customer_requests()]


def test_the_older_client_answers_an_approval(sandbox: Sandbox, old: Any) -> None:
    lena = made(sandbox, ServiceDesk, "lena")
    made(sandbox, Jira).set_issue_status("OPS-7", "Waiting for approval")
    [approval] = lena.get_approvals("OPS-7")

    assert lena.get_approval_by_id("OPS-7", approval["id"])["canAnswerApproval"] is True
    assert lena.answer_approval("OPS-7", approval["id"], "approve")["finalDecision"] == "pending"
    with pytest.raises(HTTPError, match="already answered"):
        lena.answer_approval("OPS-7", approval["id"], "approve")
    with pytest.raises(HTTPError, match="not an approver"):
        old.answer_approval("OPS-7", approval["id"], "approve")


def test_the_older_client_keeps_customers_and_organizations(old: Any) -> None:
    ann = old.create_customer("Ann", "ann@shop.example")["accountId"]
    bakers = old.create_organization("Bakers")["id"]
    old.add_users_to_organization(bakers, account_list=[ann])
    old.add_organization("1", int(bakers))
    old.add_customers("1", list_of_accountids=[ann])

    assert [person["accountId"] for person in old.get_users_in_organization(bakers)["values"]] == [ann]
    assert "Bakers" in [group["name"] for group in old.get_organisations("1")["values"]]
    assert old.get_organization(bakers)["name"] == "Bakers"
    assert ann in [person["accountId"] for person in old.get_customers("1")["values"]]
    old.remove_customers("1", list_of_accountids=[ann])
    old.remove_users_from_organization(bakers, account_list=[ann])
    old.remove_organization("1", int(bakers))
    old.delete_organization(bakers)
    assert "Bakers" not in [group["name"] for group in old.get_organisations()["values"]]


def test_the_older_client_takes_the_first_page_for_all(old: Any) -> None:
    for number in range(3):
        old.create_request_comment("OPS-1", f"word {number}")

    assert len(old.get_request_comments("OPS-1", limit=2)) == 2


def test_a_refusal_comes_through_in_the_services_words(old: Any) -> None:
    with pytest.raises(HTTPError, match="does not exist"):
        old.get_customer_request("OPS-999")


def test_who_is_no_agent_makes_the_client_raise_without_words(sandbox: Sandbox) -> None:
    with pytest.raises(HTTPError) as caught:
        made(sandbox, ServiceDesk, "mika").get_queues("1")

    assert caught.value.response.status_code == 403


def test_the_newer_client_does_its_calls(new: Any) -> None:
    body = {"serviceDeskId": "1", "requestTypeId": "11", "requestFieldValues": {"summary": "No sound"}}
    key = new.create_customer_request(data=body)["issueKey"]
    new.create_request_comment(key, data={"body": "Hello", "public": True})
    new.add_request_participants(key, data={"accountIds": ["sbx-mika"]})

    assert new.get_info()["platformVersion"]
    assert new.get_service_desk_by_id("1")["id"] == new.get_service_desks()["values"][0]["id"]
    assert new.get_queue("1", "1", include_count=True)["issueCount"] == new.get_issues_in_queue("1", "1")["size"]
    assert new.get_customer_request_by_id_or_key(key, expand="participant,sla")["participants"]["size"] == 1
    assert new.get_sla_information(key)["size"] == 2
    assert new.get_sla_information_by_id(key, "2")["ongoingCycle"]["breached"] is False
    assert new.get_approvals(key)["values"] == []
    assert new.get_request_comments(key)["values"][0]["body"] == "Hello"
    assert new.get_subscription_status(key) == {"subscribed": True}
    assert new.get_request_type_groups("1")["size"] == 3
    assert new.get_customer_request_status(key)["values"][0]["status"] == "Needs triage"
    new.perform_customer_transition(key, data={"id": "86", "additionalComment": {"body": None}})
    assert new.get_customer_request_status(key)["values"][0]["status"] == "Closed"
