"""The judge of all that the sandbox says: it finds what is wrong, and what it lets pass stands in the docs."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control
from tests.sandbox.published.deviations import KNOWN, Deviation, unexplained
from tests.sandbox.published.judge import Judge, Said
from tests.sandbox.published.overheard import Overheard
from tests.sandbox.published.place import shared_or_skip
from tests.sandbox.published.shape import essence

DOCS = Path(__file__).parents[2] / "docs" / "sandbox.md"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(shared_or_skip())


def jira(method: str, path: str, status: int, body: Any) -> Said:
    return Said("jira", method, path, status, b"" if body is None else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        (jira("GET", "/rest/api/2/issue/PAY-1", 200, {"id": 7}), "id: 7 is not of type 'string'"),
        (jira("GET", "/rest/api/latest/issue/PAY-1", 200, {"idd": "7"}), "Additional properties are not allowed"),
        (jira("GET", "/rest/api/3/issue/PAY-1", 200, None), "there is no body"),
        (jira("DELETE", "/rest/api/3/issue/PAY-1", 204, {}), "there is a body"),
        (jira("GET", "/rest/api/3/issue/PAY-1", 201, {}), "there is no 201"),
        (jira("PATCH", "/rest/api/3/issue/PAY-1", 200, {}), "there is no PATCH"),
        (jira("GET", "/rest/api/3/teapot", 200, {}), "no document knows this path"),
        (Said("jira", "GET", "/rest/api/3/myself", 200, b"<html>"), "the body is no JSON"),
        (jira("GET", "/rest/agile/1.0/board", 200, {"values": {}}), "values: {} is not of type 'array'"),
        (jira("GET", "/rest/servicedeskapi/request", 200, {"size": "1"}), "size: '1' is not of type 'integer'"),
        (Said("confluence", "GET", "/wiki/api/v2/pages/1", 200, b'{"id": 1}'), "id: 1 is not of type 'string'"),
        (Said("slack", "POST", "auth.test", 200, b'{"ok": 1}'), "ok: 1 is not of type 'boolean'"),
        (Said("slack", "POST", "chat.sing", 200, b'{"ok": true}'), "no schema"),
        (Said("slack", "", "event_any", 0, b'{"type": "app_home_opened"}'), "'user' is a required property"),
        (Said("slack", "", "slash_command", 0, b'{"command": "/y"}'), "'trigger_id' is a required property"),
    ],
)
def test_what_is_not_as_published_is_found(judge: Judge, said: Said, mistake: str) -> None:
    found = unexplained(judge.mistakes([said]))
    assert any(mistake in line for line in found), found


def test_an_answer_of_a_running_sandbox_is_overheard_and_judged(
    judgement: tuple[Overheard, Judge] | None, judge: Judge, sandbox: Sandbox, bot: Rest
) -> None:
    assert judgement is not None
    judgement[0].taken()
    bot("GET", "myself")
    sandbox.world.jira.accounts.clear()
    control(sandbox, "POST", "slack/command", {"user": "U0TOM00001", "channel": "C0YARD0001", "command": "/y"})
    assert {(one.service, one.path) for one in judgement[0].taken()} == {
        ("jira", "/rest/api/2/myself"),
        ("slack", "slash_command"),
    }


def test_one_shape_is_one_whatever_it_holds_but_words_that_a_schema_knows_count() -> None:
    words = {"open", "closed"}
    many = [{"a": "x", "state": "open"}, {"a": "y", "state": "open"}]
    shape, short = essence(many, words)
    assert shape == essence([{"a": "z", "state": "open"}], words)[0]
    assert shape != essence([{"a": "z", "state": "closed"}], words)[0]
    assert shape != essence([{"a": 1, "state": "open"}], words)[0]
    assert shape != essence([], words)[0]
    assert len(short) == 1


def test_a_mistake_beside_a_known_deviation_is_not_let_pass() -> None:
    known = [Deviation("x", r"jira GET /a 200: \d+ too many", "they may")]
    assert unexplained(["jira GET /a 200: 3 too many", "jira GET /a 200: 3 too many, and more"], known) == [
        "jira GET /a 200: 3 too many, and more"
    ]


def test_the_docs_tell_every_known_deviation_and_no_other() -> None:
    _, _, section = DOCS.read_text(encoding="utf-8").partition("\n## Known deviations\n")
    told = [line.strip("| ").split(" | ") for line in section.split("\n## ")[0].splitlines() if line.startswith("| ")]
    assert [tuple(row) for row in told[1:]] == [(known.what, known.reason) for known in KNOWN]
