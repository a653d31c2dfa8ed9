"""What hangs on Confluence's pages, as Atlassian's client asks for it: labels, children, versions, comments."""

from collections.abc import Iterator
from typing import Any

import pytest
from atlassian.confluence.cloud.cloud import ConfluenceCloud
from requests import HTTPError

from sandbox.direct import direct_session
from sandbox.running import Sandbox
from tests.sandbox.test_confluence import Wiki, wiki_as


@pytest.fixture
def wiki(sandbox: Sandbox) -> Iterator[Wiki]:
    call = wiki_as(sandbox, "yardmaster")
    yield call
    call.session.close()


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    place = f"{sandbox.world.places.jira}/wiki"
    with pytest.deprecated_call():  # it says at each start that its older methods are deprecated
        return ConfluenceCloud(
            url=place, username="yardmaster@example.com", password="sandbox", session=direct_session(), timeout=5
        )


def test_pages_are_found_by_title_by_space_and_below_each_other(wiki: Wiki, client: Any) -> None:
    above = client.create_page(wiki.space(), "Above", "<p>a</p>")
    below = client.create_page(wiki.space(), "Below", "<p>b</p>", parent_id=above["id"])

    assert [page["id"] for page in client.get_child_pages(above["id"])] == [below["id"]]
    children = wiki("GET", f"/wiki/api/v2/pages/{above['id']}/children").json()["results"]
    assert [page["id"] for page in children] == [below["id"]]
    assert [page["title"] for page in client.get_pages(space_id=wiki.space(), title="Below")] == ["Below"]
    assert client.get_space(wiki.space())["key"] == "KB"
    listed = wiki("GET", f"/wiki/api/v2/spaces/{wiki.space()}/pages?limit=250").json()["results"]
    assert {above["id"], below["id"]} <= {page["id"] for page in listed}
    client.delete_page(below["id"])
    assert list(client.get_child_pages(above["id"])) == []


def test_versions_are_listed_the_last_first_and_read_one_by_one(wiki: Wiki, client: Any) -> None:
    page = wiki.create().json()
    wiki.update(page, 2)

    assert [one["number"] for one in client.get_page_versions(page["id"])["results"]] == [2, 1]
    first = client.get_page_version(page["id"], 1)
    assert (first["number"], first["nextVersion"], "prevVersion" in first) == (1, 2, False)
    assert wiki("GET", f"/wiki/api/v2/pages/{page['id']}/versions/3").status_code == 404


def test_labels_are_put_on_and_taken_off_and_found_by_search(wiki: Wiki, client: Any) -> None:
    page = wiki.create(title="Labelled").json()
    place = f"/wiki/rest/api/content/{page['id']}/label"
    wiki("POST", place, json=[{"prefix": "global", "name": "runbook-9"}, {"name": "mail"}])
    again = wiki("POST", place, json=[{"name": "mail"}])

    assert [label["name"] for label in again.json()["results"]] == ["runbook-9", "mail"]
    assert wiki("GET", place).json()["size"] == 2
    assert [label["name"] for label in client.get_page_labels(page["id"])] == ["runbook-9", "mail"]
    assert wiki.titles("label = 'runbook-9'") == ["Labelled"]
    assert wiki("DELETE", f"{place}/runbook-9").status_code == 204
    assert wiki("DELETE", f"{place}/runbook-9").status_code == 404
    assert wiki.titles("label = 'runbook-9'") == []


@pytest.mark.parametrize("body", [[], [{"name": ""}], [{"name": " x"}], [7], {"name": "x"}, "x"])
def test_what_is_no_label_is_refused(wiki: Wiki, body: Any) -> None:
    page = wiki.create().json()
    assert wiki("POST", f"/wiki/rest/api/content/{page['id']}/label", json=body).status_code == 400


def test_people_comment_and_answer_each_other(sandbox: Sandbox, wiki: Wiki, client: Any) -> None:
    page = wiki.create().json()
    text = {"representation": "storage", "value": "<p>why?</p>"}
    made = wiki("POST", "/wiki/api/v2/footer-comments", json={"pageId": page["id"], "body": text}).json()
    answer = wiki("POST", "/wiki/api/v2/footer-comments", json={"parentCommentId": made["id"], "body": text}).json()
    body = {"representation": "storage", "value": "<p>why not?</p>"}
    place = f"/wiki/api/v2/footer-comments/{made['id']}"
    changed = wiki("PUT", place, json={"version": {"number": 2}, "body": body})
    late = wiki("PUT", place, json={"version": {"number": 2}, "body": body})

    assert (changed.json()["version"]["number"], late.status_code) == (2, 409)
    assert [one["id"] for one in client.get_page_footer_comments(page["id"])] == [made["id"]]
    assert [one["id"] for one in wiki("GET", f"{place}/children").json()["results"]] == [answer["id"]]
    assert wiki("GET", place).json()["body"]["storage"]["value"] == "<p>why not?</p>"
    mika = wiki_as(sandbox, "mika")
    assert mika("DELETE", place).status_code == 403
    mika.session.close()
    assert wiki("DELETE", place).status_code == 204
    assert list(client.get_page_footer_comments(page["id"])) == []
    assert wiki("GET", f"/wiki/api/v2/footer-comments/{answer['id']}").status_code == 404


def test_what_the_client_asks_at_a_path_that_confluence_does_not_have_is_refused(wiki: Wiki, client: Any) -> None:
    page = wiki.create().json()
    with pytest.raises(HTTPError):
        client.create_page_footer_comment(page["id"], "<p>why?</p>")


@pytest.mark.parametrize("place", ["spaces?keys=KB&limit=1", "pages?body-format=atlas_doc_format&sort=-modified-date"])
def test_lists_in_every_form_are_answered(wiki: Wiki, place: str) -> None:
    assert len(wiki("GET", f"/wiki/api/v2/{place}").json()["results"]) >= 1
