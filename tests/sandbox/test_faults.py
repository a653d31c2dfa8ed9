"""Faults on purpose: what they strike, and what comes of it."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control


def test_a_fault_strikes_so_many_times_and_only_what_it_names(sandbox: Sandbox, dana: Rest) -> None:
    fault = {"service": "jira", "path": "/issue/PAY-1$", "method": "GET", "times": 2, "status": 503}
    control(sandbox, "POST", "faults", {**fault, "headers": {"Retry-After": "7"}, "body": {"errorMessages": ["no"]}})

    struck = [dana("GET", "issue/PAY-1") for _ in range(3)]
    assert [answer.status_code for answer in struck] == [503, 503, 200]
    assert (struck[0].headers["Retry-After"], struck[0].json()) == ("7", {"errorMessages": ["no"]})
    assert control(sandbox, "GET", "faults")[0]["times"] == 0


@pytest.mark.parametrize(("when", "effects"), [("before", 0), ("after", 1)])
def test_a_connection_breaks_before_or_after_the_work(sandbox: Sandbox, dana: Rest, when: str, effects: int) -> None:
    control(sandbox, "POST", "faults", {"service": "jira", "path": "/comment", "times": 1, "drop": when})
    with pytest.raises(requests.ConnectionError):
        dana("POST", "issue/PAY-1/comment", json={"body": "hi"})
    assert len(control(sandbox, "GET", "effects")) == effects


def test_faults_can_be_shares_and_delays_and_are_cleared(sandbox: Sandbox, dana: Rest) -> None:
    control(sandbox, "POST", "faults", {"service": "jira", "path": "myself", "share": 0.5, "status": 500})
    seen = {dana("GET", "myself").status_code for _ in range(30)}
    control(sandbox, "DELETE", "faults")
    control(sandbox, "POST", "faults", {"service": "jira", "path": "myself", "delay_ms": 150})
    began = time.monotonic()
    dana("GET", "myself")
    assert seen == {200, 500}
    assert time.monotonic() - began > 0.15


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"service": "mail", "path": "x"},
        {"service": "jira", "path": "("},
        {"service": "jira", "path": "x", "status": 9},
        {"service": "jira", "path": "x", "drop": "never"},
        {"service": "jira", "path": "x", "drops": "before"},
        {"service": "jira", "path": "x", "retry_after_s": 3},
        {"service": "jira", "delivery": "eaten"},
        {"service": "jira", "delivery": "hung_up"},
        {"service": "confluence", "delivery": "lost"},
        {"service": "slack", "delivery": "lost", "event": "("},
    ],
)
def test_a_fault_that_cannot_be_is_refused(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    assert control(sandbox, "POST", "faults", fault)["ok"] is False
    assert control(sandbox, "GET", "faults") == []


def test_an_answer_breaks_off_halfway_though_the_work_is_done(sandbox: Sandbox, dana: Rest) -> None:
    fault = {"service": "jira", "path": "/comment$", "method": "POST", "times": 1, "drop": "halfway"}
    control(sandbox, "POST", "faults", fault)

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match=r"[1-9]\d* bytes read, [1-9]\d* more expected"):
        dana("POST", "issue/PAY-1/comment", json={"body": "hi"})

    assert [effect["kind"] for effect in control(sandbox, "GET", "effects")] == ["comment.created"]


def test_an_empty_answer_cannot_be_halved_and_is_not_given(sandbox: Sandbox, dana: Rest) -> None:
    control(sandbox, "POST", "faults", {"service": "jira", "path": "/issue/PAY-1$", "drop": "halfway", "times": 1})
    with pytest.raises(requests.ConnectionError):
        dana("PUT", "issue/PAY-1", json={"fields": {"summary": "other words"}})
    assert dana("GET", "issue/PAY-1").json()["fields"]["summary"] == "other words"


def test_when_to_come_back_is_said_in_seconds_or_as_a_date(sandbox: Sandbox, dana: Rest) -> None:
    fault = {"service": "jira", "path": "myself", "status": 429, "retry_after_s": 90, "times": 1}
    control(sandbox, "POST", "faults", fault)
    control(sandbox, "POST", "faults", {**fault, "retry_after_as_date": True})

    seconds, date = (dana("GET", "myself").headers["Retry-After"] for _ in range(2))

    assert seconds == "90"
    assert timedelta(seconds=60) < parsedate_to_datetime(date) - datetime.now(UTC) <= timedelta(seconds=90)


def test_each_service_refuses_an_expired_token_in_its_own_way(sandbox: Sandbox, dana: Rest, slack: WebClient) -> None:
    for service, path in (("jira", "myself"), ("slack", "users.list")):
        control(sandbox, "POST", "faults", {"service": service, "path": path, "expired_token": True, "times": 1})

    refused = dana("GET", "myself")
    with pytest.raises(SlackApiError, match="token_expired"):
        slack.users_list()

    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Basic realm="Jira"')
    assert (dana("GET", "myself").status_code, slack.users_list()["ok"]) == (200, True)
