"""The trail and the stream over HTTP: who is let in, what is refused and with which words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from integrations.console import Broadcast
from tests.integrations.console.yard import ITEM, KNOWN, TOKEN, Yard, application, numbers

NO_TOKEN = "the header Authorization: Bearer is missing"
WRONG_TOKEN = "the token is not YARDMASTER_API_TOKEN"
UNKNOWN_KEY = "there is no such issue that we know"
BAD_LIMIT = "limit must be a whole number from 1 to 1000"


@pytest.fixture
def client(yard: Yard, broadcast: Broadcast) -> FlaskClient:
    return application(yard, broadcast).test_client()


def test_the_trail_of_an_issue_is_told_oldest_first(client: FlaskClient, yard: Yard) -> None:
    yard.add(2, item=ITEM.id, text="looked")
    yard.add(1)
    answer = client.get("/api/trail/WEB-21", headers=KNOWN)
    entry = {"at": "2026-11-21T09:30:15Z", "kind": "look.done", "key": "WEB-21", "text": "looked"}
    entry |= {"decision": None, "data": {}}  # type: ignore[dict-item]
    expected = {"key": "WEB-21", "item": 10021, "entries": [{"seq": 1, **entry}, {"seq": 2, **entry}]}
    assert (answer.status_code, answer.json) == (200, expected)


@pytest.mark.parametrize("key", ["web-21", "OLD-1"])
def test_an_issue_is_found_by_any_of_its_keys(client: FlaskClient, key: str) -> None:
    answer = client.get(f"/api/trail/{key}", headers=KNOWN)
    assert answer.get_json() == {"key": "WEB-21", "item": 10021, "entries": []}


def test_a_trail_is_cut_at_its_beginning(client: FlaskClient, yard: Yard) -> None:
    yard.add(300, item=ITEM.id)
    usual = client.get("/api/trail/WEB-21", headers=KNOWN).get_json()["entries"]
    wanted = client.get("/api/trail/WEB-21?limit=2", headers=KNOWN).get_json()["entries"]
    assert (len(usual), [one["seq"] for one in wanted]) == (200, [299, 300])


@pytest.mark.parametrize(("query", "data"), [("", {"verdict": 1}), ("?full=1", {"verdict": 1, "facts": [1]})])
def test_facts_are_told_when_asked_for(client: FlaskClient, yard: Yard, query: str, data: object) -> None:
    yard.add(1, item=ITEM.id, kind="decision.made", facts=[1], verdict=1)
    answer = client.get(f"/api/trail/WEB-21{query}", headers=KNOWN)
    assert answer.get_json()["entries"][0]["data"] == data


def test_what_is_told_is_kept_by_nobody_on_the_way(client: FlaskClient) -> None:
    assert client.get("/api/trail/WEB-21", headers=KNOWN).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/trail/WEB-21", "/api/trail/WEB-99", "/api/stream"])
@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, NO_TOKEN),
        ({"Authorization": TOKEN}, NO_TOKEN),
        ({"Authorization": f"Basic {TOKEN}"}, NO_TOKEN),
        ({"Authorization": "Bearer"}, WRONG_TOKEN),
        ({"Authorization": "Bearer wrong"}, WRONG_TOKEN),
        ({"Authorization": f"Bearer {TOKEN}x"}, WRONG_TOKEN),
        ({"Authorization": f"Bearer  {TOKEN}"}, WRONG_TOKEN),
        ({"Authorization": "Bearer mäde-üp\xff"}, WRONG_TOKEN),
        ({"Authorization": "Bearer " + "x" * 100_000}, WRONG_TOKEN),
    ],
    ids=["none", "no scheme", "other scheme", "empty", "wrong", "longer", "blank", "not ascii", "huge"],
)
def test_who_has_no_token_is_told_nothing(
    client: FlaskClient, path: str, headers: Mapping[str, str], words: str
) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.json) == (401, {"error": words})
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_scheme_may_be_written_in_any_case(client: FlaskClient) -> None:
    assert client.get("/api/trail/WEB-21", headers={"Authorization": f"bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize("given", ["", f"Bearer {TOKEN}", "Bearer ", "Bearer None"])
def test_where_no_token_is_set_nobody_is_let_in(yard: Yard, broadcast: Broadcast, given: str) -> None:
    client = application(yard, broadcast, token=None).test_client()
    assert client.get("/api/trail/WEB-21", headers={"Authorization": given}).status_code == 503


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("trail/WEB-99", 404, UNKNOWN_KEY),
        ("trail/" + "A" * 5_000 + "-1", 404, UNKNOWN_KEY),
        ("trail/WEB-" + "9" * 5_000, 404, UNKNOWN_KEY),
        ("trail/WEB-%D9%A1", 404, UNKNOWN_KEY),
        ("trail/WEB-21%20", 404, UNKNOWN_KEY),
        ("trail/WEB-21%00", 404, UNKNOWN_KEY),
        ("trail/a/b", 404, UNKNOWN_KEY),
        ("trail/..%2F..%2Fhealth", 404, UNKNOWN_KEY),
        ("trail/<script>", 404, UNKNOWN_KEY),
        ("trail/WEB-21?limit=0", 400, BAD_LIMIT),
        ("trail/WEB-21?limit=-1", 400, BAD_LIMIT),
        ("trail/WEB-21?limit=1001", 400, BAD_LIMIT),
        ("trail/WEB-21?limit=", 400, BAD_LIMIT),
        ("trail/WEB-21?limit=ten", 400, BAD_LIMIT),
        ("trail/WEB-21?limit=1e2", 400, BAD_LIMIT),
        ("trail/WEB-21?limit=%D9%A3", 400, BAD_LIMIT),
        ("trail/WEB-21?limit=" + "9" * 5_000, 400, BAD_LIMIT),
        ("trail/WEB-21?full=yes", 400, "full must be a whole number from 0 to 1"),
        ("stream?after=now", 400, "after must be a whole number from 0 to 1000000000000000000"),
        ("stream?after=-1", 400, "after must be a whole number from 0 to 1000000000000000000"),
        ("stream?after=" + "9" * 19, 400, "after must be a whole number from 0 to 1000000000000000000"),
    ],
)
def test_a_bad_question_gets_a_clear_answer(client: FlaskClient, path: str, status: int, words: str) -> None:
    answer = client.get(f"/api/{path}", headers=KNOWN)
    assert (answer.status_code, answer.json) == (status, {"error": words})


def test_a_last_event_id_that_is_no_number_is_refused(client: FlaskClient) -> None:
    answer = client.get("/api/stream", headers={**KNOWN, "Last-Event-ID": "x' OR 1=1"})
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith("Last-Event-ID must be")


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?after=3", {}),
        ("", {"Last-Event-ID": "3"}),
        ("?after=1", {"Last-Event-ID": "3"}),
        ("?after=3", {"Last-Event-ID": ""}),
    ],
)
def test_a_stream_goes_on_after_what_was_heard_last(
    client: FlaskClient, yard: Yard, query: str, headers: Mapping[str, str]
) -> None:
    yard.add(5)
    answer = client.get(f"/api/stream{query}", headers={**KNOWN, **headers})
    heard: list[int] = []
    for chunk in answer.response:
        heard += numbers(bytes(chunk))  # type: ignore[arg-type]
        if len(heard) == 2:
            break
    answer.close()
    assert (answer.mimetype, heard) == ("text/event-stream", [4, 5])


def test_a_ninth_stream_is_refused_until_one_is_closed(client: FlaskClient, broadcast: Broadcast) -> None:
    streams = [client.get("/api/stream", headers=KNOWN) for _ in range(8)]
    refused = client.get("/api/stream", headers=KNOWN)
    streams[0].close()
    again = client.get("/api/stream", headers=KNOWN)
    for stream in (*streams, again):
        stream.close()
    assert refused.get_json() == {"error": "there is no room for another stream now"}
    assert (refused.status_code, again.status_code) == (503, 200)


def test_asking_only_for_the_head_of_a_stream_takes_no_place(client: FlaskClient) -> None:
    for _ in range(9):
        answer = client.head("/api/stream", headers=KNOWN)
        answer.close()
        assert answer.status_code == 200


def test_what_cannot_be_a_key_never_reaches_the_store(client: FlaskClient, yard: Yard) -> None:
    yard.failure = TimeoutError()
    assert client.get("/api/trail/WEB-21'", headers=KNOWN).status_code == 404


@pytest.mark.parametrize("path", ["trail/WEB-21", "stream"])
@pytest.mark.parametrize("failure", [OperationalError("SELECT", {}, OSError("10.0.0.7 refused")), TimeoutError()])
def test_a_store_that_does_not_answer_is_told(
    client: FlaskClient, yard: Yard, path: str, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    yard.failure = failure
    answer = client.get(f"/api/{path}", headers=KNOWN)
    assert (answer.status_code, answer.json) == (503, {"error": "the store does not answer"})
    assert "10.0.0.7" not in caplog.text


def test_no_refusal_logs_what_was_sent(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    client.get("/api/trail/SECRET-1", headers={"Authorization": "Bearer hunter2"})
    client.get("/api/trail/SECRET-1", headers=KNOWN)
    assert "api.trail was answered 401" in caplog.text
    assert "hunter2" not in caplog.text
    assert "SECRET" not in caplog.text
