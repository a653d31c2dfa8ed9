"""The benchmark of the front door: its load, its requests, and a short run of all of it."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from flask import Blueprint, Response, request

from benchmarks.__main__ import main
from benchmarks.load import Load, send
from benchmarks.made_issues import MadeIssues
from benchmarks.payloads import JIRA_SECRET, jira_requests, new_issues, slack_requests
from benchmarks.spread import Spread
from integrations.front_door import Door, door_app
from integrations.jira import translate as jira_translate
from integrations.slack import translate as slack_translate
from rules.model import Event

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def parts_of(sent: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = sent.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}, body


@contextmanager
def listening(*answers: int) -> Iterator[tuple[int, list[bytes]]]:
    """A door that gives these statuses in turn, then 200; its port, and the bodies that it got."""
    routes, waiting, got = Blueprint("ear", __name__), list(answers), []

    @routes.post("/slack/events")
    def events() -> Response:
        got.append(request.get_data())
        return Response(status=waiting.pop(0) if waiting else 200)

    door = Door(door_app([routes]), "127.0.0.1", 0, connect=None, closing=lambda: None)
    thread = threading.Thread(target=door.run)
    thread.start()
    try:
        yield int(door.url.rpartition(":")[2]), got
    finally:
        door.stop()
        thread.join()


def test_a_steady_load_sends_each_request_once_and_counts_what_was_refused() -> None:
    requests = slack_requests(0, 20, ["OPS-1", "OPS-2"])

    with listening(500, 401) as (port, got):
        answers = send(Load(port=port, requests=requests, connections=4, seconds=0.2, rate=100))

    assert sorted(got) == sorted(parts_of(one)[1] for one in requests)
    assert (len(answers.seconds), answers.failures) == (18, 2)
    assert answers.took >= 0.19


def test_a_load_without_a_rate_ends_with_its_time_or_its_requests() -> None:
    requests = slack_requests(0, 3, ["OPS-1", "OPS-2"])

    with listening() as (port, got):
        ended = send(Load(port=port, requests=requests, connections=2, seconds=30))
        stopped = send(Load(port=port, requests=requests, connections=2, seconds=0))

    assert len(got) == 3
    assert (len(ended.seconds), len(stopped.seconds)) == (3, 0)


def test_a_door_that_is_not_there_counts_as_failures() -> None:
    with listening() as (port, _):
        pass

    answers = send(Load(port=port, requests=slack_requests(0, 2, ["OPS-1", "OPS-2"]), connections=1, seconds=1))

    assert (answers.seconds, answers.failures) == ([], 2)


def test_a_made_webhook_is_signed_and_carries_an_issue_that_is_new() -> None:
    (issue,) = new_issues(MadeIssues(), 41, 1)

    headers, body = parts_of(jira_requests([issue], "http://jira.example")[0])

    digest = hmac.new(JIRA_SECRET.encode(), body, hashlib.sha256).hexdigest()
    event = jira_translate.event(json.loads(body), "d", NOW)
    assert headers["x-hub-signature"] == f"sha256={digest}"
    assert (event.name, str(event.subject), event.needs_look) == ("jira.issue_created", "item:41", True)
    assert event.payload["snapshot"]["fields"]["summary"] == issue.fields["summary"]


def test_made_messages_are_different_events_that_ask_for_a_look() -> None:
    read = [
        slack_translate.event(json.loads(parts_of(one)[1]), NOW)
        for one in slack_requests(7, 9, ["OPS-1", "PAY-2", "WEB-3"])
    ]

    events = [one for one in read if isinstance(one, Event)]
    assert len({one.id for one in events}) == len({str(one.subject) for one in events}) == 9
    assert all(one.needs_look and len(one.payload["keys"]) == 2 for one in events)


def test_one_in_a_hundred_takes_longer() -> None:
    assert Spread.of([float(number) for number in range(201)]) == Spread(p50_ms=100_000, p99_ms=198_000)
    assert Spread.of([3.0]) == Spread(p50_ms=3_000, p99_ms=3_000)


@pytest.mark.long
def test_both_doors_are_measured_with_workers_idle_and_at_work() -> None:
    few = ["--rounds", "1", "--seconds", "0.3", "--paced-seconds", "0.3", "--workers", "1"]

    result = CliRunner().invoke(main, ["front-door", "--json", *few])

    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    for half in ("idle", "saturated"):
        for way in ("slack", "jira"):
            assert found[half][way]["ours"]["failures"] == found[half][way]["bare"]["failures"] == 0
            assert found[half][way]["bare"]["rate"] > 0 < found[half][way]["ours"]["rate"]
            assert found[half][way]["ours"]["paced"]["p99_ms"] >= found[half][way]["ours"]["paced"]["p50_ms"] > 0
