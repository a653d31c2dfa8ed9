"""Faults on purpose: what they strike, and what comes of it."""

import time
from typing import Any

import pytest
import requests

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
    ],
)
def test_a_fault_that_cannot_be_is_refused(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    assert control(sandbox, "POST", "faults", fault)["ok"] is False
    assert control(sandbox, "GET", "faults") == []
