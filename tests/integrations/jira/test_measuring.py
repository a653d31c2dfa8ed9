"""What a baseline asks of Jira: what statuses count as, and how SLA clocks ended."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from integrations.jira.client import Connection
from integrations.jira.measuring import CyclePage, JiraMeasuring
from integrations.jira.patient import Patient
from orchestrator.baseline import Cycle
from orchestrator.ports import GatewayError
from tests.integrations.jira.archive import SECRET_WORDS, archive

JIRA = "https://jira.test/rest/api/2"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CLOCK = "customfield_10030"
SLA = {"id": CLOCK, "name": "Time to resolution", "schema": {"type": "sd-servicelevelagreement"}}
OTHER = {"id": "summary", "name": "Summary", "schema": {"type": "string"}}
OLD = {"id": "thumbnail", "name": "Images"}


def measuring() -> JiraMeasuring:
    return JiraMeasuring(Connection("https://jira.test", "bot@example.test", "made-up"), Patient(()))


def issue(*runs: bool, **more: Any) -> dict[str, Any]:
    stop = {"iso8601": "2026-03-02T10:30:00+0100", "epochMillis": int(AT.timestamp() * 1000)}
    clock = {"id": "1", "name": SLA["name"], "completedCycles": [{"stopTime": stop, "breached": one} for one in runs]}
    return {"id": "7", "fields": {"project": {"key": "DESK"}, CLOCK: clock} | more}


def cycles(*pages: dict[str, Any], fields: object = (OTHER, OLD, SLA)) -> tuple[list[CyclePage], list[Any]]:
    with responses.RequestsMock() as mock:
        mock.get(f"{JIRA}/field", json=fields)
        for page in pages:
            mock.post(f"{JIRA}/search/jql", json=page)
        found = list(measuring().cycles(AT, "DESK"))
        return found, [json.loads(call.request.body) for call in mock.calls if call.request.body]


def test_each_status_counts_as_what_jira_says() -> None:
    with archive(0) as jira:
        told = JiraMeasuring(jira.connection, Patient()).categories()
        known = {status.id: status.category for status in jira.jira.statuses.values()}

    assert told == known
    assert set(told.values()) == {"new", "indeterminate", "done"}


def test_a_site_without_a_service_desk_is_not_searched() -> None:
    assert cycles(fields=[OTHER, OLD]) == ([], [])


def test_the_runs_that_ended_are_read_page_by_page() -> None:
    found, asked = cycles({"issues": [issue(True, False)], "nextPageToken": "on"}, {"issues": [issue()]})

    run = Cycle(project="DESK", goal="Time to resolution", at=AT, breached=True)
    assert found[0].cycles == (run, Cycle(project="DESK", goal="Time to resolution", at=AT, breached=False))
    assert found[1].cycles == ()
    assert asked[0]["fields"] == ["project", "customfield_10030"]
    assert asked[0]["jql"].startswith('project = "DESK" AND updated >= ')


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(None, id="null"),
        pytest.param({"id": "7"}, id="no fields"),
        pytest.param(issue(project=None), id="no project"),
        pytest.param(issue(**{CLOCK: SECRET_WORDS}), id="no clock"),
        pytest.param(issue(**{CLOCK: {"name": "x", "completedCycles": [{"breached": True}]}}), id="no end"),
    ],
)
def test_a_clock_that_makes_no_sense_is_told_without_its_text_and_hides_no_other(bad: Any) -> None:
    ((page,), _) = cycles({"issues": [bad, issue(True)]})

    assert len(page.cycles) == len(page.skipped) == 1
    assert SECRET_WORDS not in str(page.skipped)


def test_an_issue_without_a_clock_has_no_runs() -> None:
    ((page,), _) = cycles({"issues": [issue(**{CLOCK: None})]})

    assert page == CyclePage(cycles=())


@pytest.mark.parametrize("body", [{}, [{"name": "Open"}], [None]])
def test_statuses_that_make_no_sense_are_told_so(body: object) -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{JIRA}/status", json=body)
        with pytest.raises(GatewayError, match="makes no sense"):
            measuring().categories()
