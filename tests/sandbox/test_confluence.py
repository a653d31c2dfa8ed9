"""Confluence: pages with versions, who may see them, pages of results, and search."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from atlassian.confluence.cloud.cloud import ConfluenceCloud
from hypothesis import given
from hypothesis import strategies as st

from sandbox.confluence.call import ConfluenceError
from sandbox.confluence.cql import read_cql
from sandbox.direct import direct_session
from sandbox.running import Sandbox
from tests.sandbox.ear import control


@dataclass(frozen=True)
class Wiki:
    base: str
    session: requests.Session

    def __call__(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(method, f"{self.base}{path}", timeout=10, **more)

    def space(self, key: str = "KB") -> str:
        (found,) = self("GET", "/wiki/api/v2/spaces", params={"keys": key}).json()["results"]
        return str(found["id"])

    def create(self, title: Any = "New", **more: Any) -> requests.Response:
        text = {"representation": "storage", "value": "<p>words</p>"}
        asked = {"spaceId": self.space(), "status": "current", "title": title, "body": text, **more}
        return self("POST", "/wiki/api/v2/pages", json=asked)

    def update(self, page: dict[str, Any], number: int, **more: Any) -> requests.Response:
        text = {"representation": "storage", "value": "<p>newer words</p>"}
        asked = {"id": page["id"], "status": "current", "title": page["title"], "body": text}
        return self("PUT", f"/wiki/api/v2/pages/{page['id']}", json={**asked, "version": {"number": number}, **more})

    def titles(self, cql: str) -> list[str]:
        answer = self("GET", "/wiki/rest/api/search", params={"cql": cql})
        assert answer.status_code == 200, answer.text
        return [result["title"] for result in answer.json()["results"]]


def wiki_as(sandbox: Sandbox, person: str, token: str = "sandbox") -> Wiki:
    session = direct_session()
    session.auth = (f"{person}@example.com", token)
    return Wiki(sandbox.world.places.jira, session)


@pytest.fixture
def wiki(sandbox: Sandbox) -> Iterator[Wiki]:
    call = wiki_as(sandbox, "yardmaster")
    yield call
    call.session.close()


@pytest.fixture
def client(sandbox: Sandbox) -> ConfluenceCloud:
    session = direct_session()
    place, who = f"{sandbox.world.places.jira}/wiki", "yardmaster@example.com"
    with pytest.deprecated_call():  # it says at each start that its older methods are deprecated
        return ConfluenceCloud(url=place, username=who, password="sandbox", session=session, timeout=5)


def test_a_page_is_written_read_and_written_again(sandbox: Sandbox, wiki: Wiki) -> None:
    made = wiki.create().json()
    again = wiki.update(made, 2, title="Newer")
    old = wiki("GET", f"/wiki/api/v2/pages/{made['id']}?version=1&body-format=storage").json()
    new = wiki("GET", f"/wiki/api/v2/pages/{made['id']}?body-format=view").json()

    assert (made["version"]["number"], again.status_code, again.json()["version"]["number"]) == (1, 200, 2)
    assert (old["title"], old["body"]["storage"]["value"]) == ("New", "<p>words</p>")
    assert (new["title"], new["body"]["view"]["value"]) == ("Newer", "<p>newer words</p>")
    effects = control(sandbox, "GET", "effects")
    assert [(effect["service"], effect["kind"]) for effect in effects] == [
        ("confluence", "page.created"),
        ("confluence", "page.updated"),
    ]


@pytest.mark.parametrize("number", [1, 3, None, "2", True])
def test_any_version_but_the_next_is_a_conflict(wiki: Wiki, number: Any) -> None:
    made = wiki.create().json()
    refused = wiki.update(made, number)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "CONFLICT")
    assert wiki("GET", f"/wiki/api/v2/pages/{made['id']}").json()["version"]["number"] == 1


def test_of_two_writers_the_second_is_told(wiki: Wiki) -> None:
    made = wiki.create().json()
    assert [wiki.update(made, 2).status_code, wiki.update(made, 2).status_code] == [200, 409]


def test_a_title_is_there_once_in_a_space(wiki: Wiki) -> None:
    wiki.create("One")
    other = wiki.create("Two").json()
    refused = [wiki.create("ONE"), wiki.update(other, 2, title="one")]
    assert [answer.status_code for answer in refused] == [400, 400]
    assert wiki.create("One", spaceId=wiki.space("HR")).status_code == 200


def test_a_closed_space_is_not_there_for_others(sandbox: Sandbox, wiki: Wiki) -> None:
    (page,) = wiki("GET", "/wiki/api/v2/pages", params={"title": "Runbook: a leaked token"}).json()["results"]
    dana = wiki_as(sandbox, "dana")
    assert dana("GET", f"/wiki/api/v2/pages/{page['id']}").status_code == 404
    assert dana("GET", "/wiki/api/v2/spaces?keys=SECRUN").json()["results"] == []
    assert dana("GET", f"/wiki/api/v2/spaces/{page['spaceId']}").status_code == 404
    assert dana.titles('text ~ "leaked"') == []
    assert wiki.titles('text ~ "leaked"') == ["Runbook: a leaked token"]
    assert dana.create(spaceId=page["spaceId"]).status_code == 404
    dana.session.close()


def test_results_come_in_pages_by_a_cursor(wiki: Wiki) -> None:
    seen: list[str] = []
    path: str | None = "/wiki/api/v2/pages?limit=4&sort=-title"
    while path:
        answer = wiki("GET", path).json()
        assert len(answer["results"]) <= 4
        seen += [page["title"] for page in answer["results"]]
        path = answer["_links"].get("next")
    assert (len(seen), seen) == (len(set(seen)), sorted(seen, key=str.casefold, reverse=True))
    assert len(seen) == 10


def test_search_comes_in_pages_too(wiki: Wiki) -> None:
    first = wiki("GET", "/wiki/rest/api/search", params={"cql": "type = page", "limit": 6}).json()
    rest = wiki("GET", f"/wiki{first['_links']['next']}").json()
    titles = [result["title"] for result in first["results"] + rest["results"]]
    assert (first["totalSize"], len(titles), len(set(titles))) == (10, 10, 10)
    assert "next" not in rest["_links"]


@pytest.mark.parametrize(
    ("cql", "titles"),
    [
        ('text ~ "session_rekey_failed"', ["Known problem: VPN disconnects every hour"]),
        ('title ~ "runbook" and text ~ "restart pool" and space = KB', ["Runbook: a database runs out of connections"]),
        ('title ~ "check*" and type = page and space = HR', ["First day checklist"]),
        ("label in (vpn, mail) order by title", None),
        ('text ~ "\\"image cache\\""', ["Runbook: CI runners are stuck"]),
        ('text ~ "\\"cache image\\""', []),
        ("type = blogpost", []),
        ('space = "KB" and not label = runbook and label != "known-problem"', ["Known problems and runbooks"]),
        ('space not in (KB, SECRUN) and title !~ "checklist"', ["Joining and leaving"]),
        ('(title = "First day checklist" or title = "no such") order by created desc', ["First day checklist"]),
    ],
)
def test_search_understands_cql(wiki: Wiki, cql: str, titles: list[str] | None) -> None:
    expected = titles if titles is not None else [
        "Known problem: shared mailbox is missing in the mail client",
        "Known problem: VPN disconnects every hour",
    ]  # fmt: skip
    assert wiki.titles(cql) == expected


@pytest.mark.parametrize("cql", ["", "text", "text ~", 'text = "x"', "space ~ KB", "(type = page", "type = page or",
                                 'color = red', "type in ()", 'title ~ "x', "type = page order by size",
                                 "(" * 40 + "type = page" + ")" * 40])  # fmt: skip
def test_cql_that_cannot_be_read_is_refused(wiki: Wiki, cql: str) -> None:
    refused = wiki("GET", "/wiki/rest/api/search", params={"cql": cql})
    assert (refused.status_code, set(refused.json())) == (400, {"errors"})


@given(st.text(max_size=50))
def test_any_text_is_cql_or_refused(text: str) -> None:
    try:
        read_cql(text)
        status = 200
    except ConfluenceError as error:
        status = error.status
    assert status in (200, 400)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"spaceId": None}, 400),
        ({"spaceId": "1"}, 404),
        ({"spaceId": ["x"]}, 404),
        ({"title": ""}, 400),
        ({"title": "x" * 256}, 400),
        ({"title": 3}, 400),
        ({"body": {"representation": "wiki", "value": "h1. x"}}, 400),
        ({"body": "words"}, 400),
        ({"body": {"storage": "words"}}, 400),
        ({"body": {"storage": {"value": 3}}}, 400),
        ({"parentId": "99"}, 404),
    ],
)
def test_what_is_no_page_is_refused(sandbox: Sandbox, wiki: Wiki, change: dict[str, Any], status: int) -> None:
    assert wiki.create(**change).status_code == status
    assert control(sandbox, "GET", "effects") == []


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=99999", "cursor=x", "cursor=cGxhY2U6LTE", "sort=size",
                                   "body-format=wiki"])  # fmt: skip
def test_a_list_that_cannot_be_is_refused(wiki: Wiki, query: str) -> None:
    assert wiki("GET", f"/wiki/api/v2/pages?{query}").status_code == 400


@pytest.mark.parametrize(("person", "token"), [("yardmaster", "wrong"), ("nobody", "sandbox")])
def test_who_is_not_known_is_refused(sandbox: Sandbox, person: str, token: str) -> None:
    call = wiki_as(sandbox, person, token)
    answer = call("GET", "/wiki/api/v2/spaces")
    call.session.close()
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="Confluence"')


def test_confluence_fails_on_demand_apart_from_jira(sandbox: Sandbox, wiki: Wiki) -> None:
    control(sandbox, "POST", "faults", {"service": "confluence", "path": "/pages", "status": 503, "times": 1})
    answers = [wiki("GET", "/rest/api/2/myself"), *(wiki("GET", "/wiki/api/v2/pages") for _ in range(2))]
    assert [answer.status_code for answer in answers] == [200, 503, 200]


def test_a_deleted_page_is_in_the_trash_and_then_gone(wiki: Wiki) -> None:
    made = wiki.create("Gone").json()
    place = f"/wiki/api/v2/pages/{made['id']}"
    assert wiki("DELETE", f"{place}?purge=true").status_code == 400
    assert wiki("DELETE", place).status_code == 204
    assert (wiki("GET", place).json()["status"], wiki.titles('title = "Gone"')) == ("trashed", [])
    assert wiki("DELETE", f"{place}?purge=true").status_code == 204
    assert wiki("GET", place).status_code == 404


def test_the_clients_normal_calls_work(wiki: Wiki, client: ConfluenceCloud) -> None:
    made = client.create_page(wiki.space(), "By the client", "<p>one</p>")
    changed = client.update_page(made["id"], title="By the client", body="<p>two</p>", status="current")
    found = client.get_page_by_id(made["id"], body_format="storage")
    spaces = client.get_spaces(keys=["KB", "HR"])

    assert changed["version"]["number"] == 2
    assert found["body"]["storage"]["value"] == "<p>two</p>"
    assert sorted(space["key"] for space in spaces) == ["HR", "KB"]
