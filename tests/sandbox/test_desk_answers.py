"""Asks the service desks for what their document describes (every answer is judged), and for what is refused."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from requests import Response

from sandbox.running import Sandbox
from tests.sandbox.desk_rest import Desk, desk_as, raised
from tests.sandbox.ear import Rest

READS = [
    "info",
    "servicedesk?limit=1",
    "servicedesk/OPS",
    "servicedesk/1/queue?includeCount=true&start=1&limit=2",
    "servicedesk/1/queue/1?includeCount=true",
    "servicedesk/1/queue/1/issue",
    "servicedesk/1/requesttype?expand=field",
    "servicedesk/1/requesttype/13",
    "servicedesk/1/requesttype/13/field",
    "servicedesk/1/requesttypegroup",
    "servicedesk/1/customer?query=mi",
    "servicedesk/1/organization",
    "requesttype?searchQuery=buy",
    "organization",
    "organization/2",
    "organization/2/user",
    "request?requestOwnership=ALL_REQUESTS",
    "request/{key}/status",
    "request/{key}/sla",
    "request/{key}/sla/2",
    "request/{key}/approval",
    "request/{key}/comment",
    "request/{key}/participant",
    "request/{key}/transition",
    "request/{key}/notification",
]
EXPAND = "serviceDesk,requestType,participant,status,sla,attachment,action,comment"


@pytest.fixture
def lived(agent: Desk, bot: Rest) -> str:
    """A request that was resolved once, reopened, and now waits for approval."""
    people = [{"accountId": "sbx-lena"}, {"accountId": "sbx-dana"}]
    values = {
        "summary": "A licence",
        "description": "For design",
        "customfield_10040": 120,
        "customfield_10003": people,
    }
    key = raised(agent, "13", values=values, requestParticipants=["sbx-mika"])
    agent("POST", f"request/{key}/comment", json={"body": "Which one?", "public": True})
    agent("POST", f"request/{key}/comment", json={"body": "Is there budget?", "public": False})
    for move, fields in (("41", {"resolution": {"name": "Done"}}), ("71", {}), ("83", {})):
        assert bot("POST", f"issue/{key}/transitions", json={"transition": {"id": move}, "fields": fields}).ok
    return key


@pytest.mark.parametrize("place", READS)
def test_reads_answer_as_the_document_says(agent: Desk, lived: str, place: str) -> None:
    answer = agent("GET", place.format(key=lived))

    assert answer.status_code == 200, answer.text


def test_a_request_with_everything_expanded_answers_as_the_document_says(agent: Desk, lived: str) -> None:
    answer = agent("GET", f"request/{lived}", params={"expand": EXPAND})

    assert {"serviceDesk", "requestType", "participants", "status", "sla", "comments", "actions"} <= set(answer.json())


def test_single_things_answer_as_the_document_says(agent: Desk, lived: str) -> None:
    for kind in ("comment", "approval"):
        listed = agent.get(f"request/{lived}/{kind}")["values"]
        assert agent("GET", f"request/{lived}/{kind}/{listed[0]['id']}").status_code == 200


def test_writes_answer_as_the_document_says(agent: Desk, sandbox: Sandbox, lived: str) -> None:
    lena = desk_as(sandbox, "lena@example.com")
    approval = agent.get(f"request/{lived}/approval")["values"][0]["id"]
    new = {"serviceDeskId": "1", "requestTypeId": "11", "requestFieldValues": {"summary": "x"}}
    people, yes = {"accountIds": ["sbx-dana"]}, {"decision": "approve"}
    writes: list[tuple[Desk, str, str, Any]] = [
        (agent, "POST", "request", new),
        (agent, "POST", f"request/{lived}/comment", {"body": "Hello", "public": True}),
        (agent, "POST", f"request/{lived}/participant", people),
        (agent, "DELETE", f"request/{lived}/participant", people),
        (agent, "DELETE", f"request/{lived}/notification", None),
        (agent, "PUT", f"request/{lived}/notification", None),
        (lena, "POST", f"request/{lived}/approval/{approval}", yes),
        (agent, "POST", "customer", {"displayName": "Ann", "email": "ann@shop.example"}),
        (agent, "POST", "organization", {"name": "Bakers"}),
        (agent, "POST", "organization/1/user", people),
        (agent, "DELETE", "organization/1/user", people),
        (agent, "DELETE", "servicedesk/1/organization", {"organizationId": 1}),
        (agent, "POST", "servicedesk/1/organization", {"organizationId": 1}),
        (agent, "DELETE", "organization/1", None),
        (agent, "POST", "servicedesk/1/customer", people),
        (agent, "DELETE", "servicedesk/1/customer", people),
        (agent, "POST", "servicedesk/1/requesttype", {"name": "Move", "issueTypeId": "10002"}),
        (agent, "DELETE", "servicedesk/1/requesttype/14", None),
    ]
    for who, method, where, body in writes:
        answer = who(method, where, json=body)
        assert answer.status_code < 300, f"{method} {where}: {answer.text}"


NOT_SERVED = re.compile("attachment|Temporary|feedback|article|assets|insight|/property|permissions/check")


def test_all_paths_of_the_document_are_served_but_those_that_are_known_to_be_missing(shared: Path, agent: Desk) -> None:
    for path, methods in json.loads((shared / "specs/jira/jsm.json").read_text())["paths"].items():
        for method in set(methods) & {"get", "post", "put", "delete"}:
            answer = agent(method.upper(), path.removeprefix("/rest/servicedeskapi/"), json={})
            unknown = answer.status_code == 405 or "requested URL was not found" in answer.text
            assert unknown == bool(NOT_SERVED.search(path)), (method, path, answer.text)


REFUSALS: list[tuple[str, int, Callable[[Desk], Response]]] = [
    ("an unknown desk", 404, lambda desk: desk("GET", "servicedesk/99")),
    ("an unknown request", 404, lambda desk: desk("GET", "request/OPS-999")),
    ("an issue that is no request", 404, lambda desk: desk("GET", "request/PAY-1")),
    ("an unknown queue", 404, lambda desk: desk("GET", "servicedesk/1/queue/99")),
    ("an unknown path", 404, lambda desk: desk("GET", "nothing")),
    ("a wrong method", 405, lambda desk: desk("PUT", "servicedesk")),
    ("a page before the first", 400, lambda desk: desk("GET", "servicedesk?start=-1")),
    ("a limit in words", 400, lambda desk: desk("GET", "servicedesk?limit=ten")),
    ("a body that is no JSON", 400, lambda desk: desk("POST", "request", data="{")),
    ("a body that is no object", 400, lambda desk: desk("POST", "organization", json=[1])),
    ("an empty comment", 400, lambda desk: desk("POST", "request/OPS-1/comment", json={"body": " "})),
    ("an unknown ownership", 400, lambda desk: desk("GET", "request?requestOwnership=NOBODYS")),
    ("an unknown participant", 400, lambda desk: desk("POST", "request/OPS-1/participant", json={"accountIds": ["x"]})),
    ("participants that are no list", 400, lambda desk: desk("POST", "request/OPS-1/participant", json={})),
    ("a move that is not offered", 400, lambda desk: desk("POST", "request/OPS-1/transition", json={"id": "71"})),
]


@pytest.mark.parametrize(("status", "call"), [(s, c) for _, s, c in REFUSALS], ids=[name for name, _, _ in REFUSALS])
def test_a_refusal_has_the_service_desks_form(agent: Desk, status: int, call: Callable[[Desk], Response]) -> None:
    answer = call(agent)

    assert answer.status_code == status
    assert set(answer.json()) == {"errorMessage", "i18nErrorMessage"}
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_who_is_not_logged_in_is_told_so_in_the_same_form(sandbox: Sandbox) -> None:
    answer = desk_as(sandbox, "nobody@example.com")("GET", "servicedesk")

    assert (answer.status_code, set(answer.json())) == (401, {"errorMessage", "i18nErrorMessage"})


@pytest.mark.parametrize(
    "path", ["servicedesk/1/queue", "servicedesk/1/queue/1/issue", "servicedesk/1/customer", "request/OPS-5/sla"]
)
def test_who_is_no_agent_gets_403_with_an_empty_body(sandbox: Sandbox, path: str) -> None:
    answer = desk_as(sandbox, "mika@example.com")("GET", path)

    assert (answer.status_code, answer.content) == (403, b"")


def test_pages_follow_one_another_to_the_last(agent: Desk) -> None:
    first = agent.get("servicedesk/1/queue", limit=3)
    rest = agent.session.get(first["_links"]["next"], timeout=10).json()

    assert (first["size"], first["isLastPage"], rest["start"], rest["isLastPage"]) == (3, False, 3, True)
    assert "next" not in rest["_links"]
    assert [queue["id"] for queue in first["values"] + rest["values"]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("name", ["1", "OPS", "projectKey:OPS", "projectId:10102", "serviceDeskId:1"])
def test_a_desk_goes_by_each_of_its_names(agent: Desk, name: str) -> None:
    assert agent.get(f"servicedesk/{name}")["projectKey"] == "OPS"


JUNK: list[Any] = [
    None,
    [],
    "x",
    7,
    {},
    {"id": []},
    {"decision": {}},
    {"body": 1, "public": "maybe"},
    {"accountIds": [[]]},
]
JUNK += [
    {"name": "n" * 201},
    {"organizationId": []},
    {"email": []},
    {"additionalComment": []},
    {"name": "n", "issueTypeId": []},
]
VALUES: list[Any] = [
    {"summary": []},
    {"summary": {"type": "doc"}},
    {"summary": "x", "components": [[]]},
    {"summary": "x", "customfield_10003": {}},
]
JUNK += [
    {"serviceDeskId": 1, "requestTypeId": 12, "requestFieldValues": {"description": "y", **values}} for values in VALUES
]
JUNK += [{"serviceDeskId": "1", "requestTypeId": "11", "requestFieldValues": {"summary": "x"}, "raiseOnBehalfOf": []}]
JUNK += [
    {
        "serviceDeskId": "1",
        "requestTypeId": "11",
        "requestFieldValues": {"summary": "x"},
        "requestParticipants": {"a": 1},
    }
]


@pytest.mark.parametrize("body", JUNK, ids=str)
def test_no_body_brings_the_door_down(agent: Desk, lived: str, body: Any) -> None:
    approval = agent.get(f"request/{lived}/approval")["values"][0]["id"]
    paths = ["request", "customer", "organization", "organization/1/user", "servicedesk/1/customer"]
    paths += ["servicedesk/1/organization", "servicedesk/1/requesttype"]
    paths += [f"request/{lived}/{name}" for name in ("comment", "participant", "transition", f"approval/{approval}")]
    for path in paths:
        assert agent("POST", path, json=body).status_code < 500, path
