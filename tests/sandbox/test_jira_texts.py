"""Texts of the sandbox's Jira: wiki markup and documents say the same, in both directions and in both versions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.jira.adf import is_adf, to_adf, to_text
from tests.sandbox.ear import Rest

ALIKE = [
    "one paragraph",
    "two\nlines",
    "two\n\nparagraphs",
    "h2. A heading\n\ntext",
    "* one\n* two\n** inside two\n*# first\n* three",
    "# one\n# two",
    "{code:java}\nint *a* = 1;\n{code}",
    "before\n\n{code}\nx\n\ny\n{code}\n\nafter",
    "{quote}\nsaid\n{quote}",
    "{panel}\nnote\n{panel}",
    "----",
    "||a||b||\n|1|2|",
    "hello [~accountid:sbx-mika], see [the page|https://example.com/a?b=1]",
    "https://example.com/plain",
    "*bold* and _slanted_ and +under+ and -gone- and {{code}}",
    "*_both_*",
]


@pytest.mark.parametrize("text", ALIKE)
def test_what_people_write_comes_back_the_same(text: str) -> None:
    assert to_text(to_adf(text)) == text


@pytest.mark.parametrize(
    "text", ["2 * 3 * 4", "snake_case_name", "a - b - c", "pre-release-1", "{code} without end", "[x]", ""]
)
def test_what_is_no_markup_stays_as_its_letters(text: str) -> None:
    kinds = {node["type"] for block in to_adf(text)["content"] for node in block["content"]}
    assert kinds <= {"text"}
    assert to_text(to_adf(text)) == text


@given(st.text(alphabet="ab *_-+#|[]{}~\n\\h1.codequt:/", max_size=80))
def test_every_text_gives_a_document_and_a_stable_string(text: str) -> None:
    document = to_adf(text)
    assert is_adf(document)
    assert is_adf(to_adf(to_text(document)))


def doc(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(content)}


def words(text: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"marks": [{"type": mark} for mark in marks]} if marks else {})}


def test_a_document_keeps_its_nodes_through_the_site(dana: Rest) -> None:
    item = {"type": "listItem", "content": [{"type": "paragraph", "content": [words("one", "strong")]}]}
    body = doc(
        {"type": "heading", "attrs": {"level": 3}, "content": [words("Why")]},
        {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "sbx-tom"}}, words(" look")]},
        {"type": "bulletList", "content": [item]},
        {"type": "codeBlock", "attrs": {"language": "sql"}, "content": [words("select *")]},
    )

    made = dana("POST", "issue/PAY-1/comment", version="3", json={"body": body}).json()

    assert made["body"] == body
    plain = dana("GET", f"issue/PAY-1/comment/{made['id']}").json()["body"]
    assert plain == "h3. Why\n\n[~accountid:sbx-tom] look\n\n* *one*\n\n{code:sql}\nselect *\n{code}"


def test_a_string_of_version_2_is_a_document_in_version_3(dana: Rest) -> None:
    dana("PUT", "issue/PAY-1", json={"fields": {"description": "* a\n* b"}})
    said = dana("GET", "issue/PAY-1", version="3").json()["fields"]["description"]
    assert [node["type"] for node in said["content"]] == ["bulletList"]


def test_nodes_that_are_not_known_give_their_words() -> None:
    known = {"type": "paragraph", "content": [words("inside")]}
    assert to_text(doc({"type": "expand", "attrs": {"title": "more"}, "content": [known]})) == "inside"
    assert to_text(doc({"type": "blockCard", "attrs": {"url": "https://example.com"}})) == "[https://example.com]"


@pytest.mark.parametrize(
    "body",
    [
        "a string",
        {"type": "doc", "content": []},
        {"type": "doc", "version": 1, "content": ["x"]},
        {"type": "doc", "version": 1, "content": [{"text": "no type"}]},
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text"}]}]},
    ],
)
def test_version_3_takes_documents_only(dana: Rest, body: object) -> None:
    answer = dana("POST", "issue/PAY-1/comment", version="3", json={"body": body})
    assert (answer.status_code, answer.json()["errors"]) == (400, {"comment": "Comment body is not valid!"})
