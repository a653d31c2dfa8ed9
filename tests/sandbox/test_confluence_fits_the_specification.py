"""Confluence's answers against the published document of version 2."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sandbox.running import Sandbox
from tests.sandbox.test_confluence import wiki_as


@lru_cache
def openapi(shared: Path) -> Any:
    return json.loads((shared / "specs/jira/confluence-v2.json").read_text())


def misfits(shared: Path, method: str, path: str, status: int, body: Any) -> list[str]:
    """Where a body is not what the document says; null passes, since the document says `nullable` in words alone."""
    document = openapi(shared)
    content = document["paths"][path][method.lower()]["responses"][str(status)]["content"]["application/json"]
    schemas = {**document["components"]["schemas"], "X": content["schema"]}
    validator = Draft202012Validator({"$ref": "#/components/schemas/X", "components": {"schemas": schemas}})
    mistakes = [error for error in validator.iter_errors(body) if error.instance is not None]
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:120]}" for error in mistakes]


@pytest.mark.parametrize(
    ("path", "place", "query"),
    [
        ("/spaces", "spaces", "?keys=KB&limit=1"),
        ("/pages", "pages", "?limit=2&body-format=storage"),
        ("/pages", "pages", "?body-format=atlas_doc_format&sort=-modified-date"),
    ],
)
def test_confluence_answers_as_its_document_says(
    shared: Path, sandbox: Sandbox, path: str, place: str, query: str
) -> None:
    call = wiki_as(sandbox, "yardmaster")
    answer = call("GET", f"/wiki/api/v2/{place}{query}")
    call.session.close()
    assert len(answer.json()["results"]) >= 1
    assert misfits(shared, "GET", path, 200, answer.json()) == []


def test_one_page_and_one_space_are_as_the_document_says(shared: Path, sandbox: Sandbox) -> None:
    call = wiki_as(sandbox, "yardmaster")
    made = call.create()
    changed = call.update(made.json(), 2)
    read = call("GET", f"/wiki/api/v2/pages/{made.json()['id']}?body-format=view")
    space = call("GET", f"/wiki/api/v2/spaces/{call.space()}")
    call.session.close()

    assert misfits(shared, "POST", "/pages", 200, made.json()) == []
    assert misfits(shared, "PUT", "/pages/{id}", 200, changed.json()) == []
    assert misfits(shared, "GET", "/pages/{id}", 200, read.json()) == []
    assert misfits(shared, "GET", "/spaces/{id}", 200, space.json()) == []
