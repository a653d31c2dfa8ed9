"""Health and metrics: what is missing is named, and numbers are the store's at the moment of asking."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from integrations.console import Broadcast
from rules.model import Switch
from tests.integrations.console.yard import Yard, application

DOWN = OperationalError("SELECT 1", {}, OSError("10.0.0.7 refused"))


@pytest.fixture
def client(yard: Yard, broadcast: Broadcast) -> FlaskClient:
    return application(yard, broadcast, token=None).test_client()


def scrape(client: FlaskClient) -> dict[str, float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {sample.name + "".join(sample.labels.values()): sample.value for one in families for sample in one.samples}


def test_a_process_that_answers_lives_even_without_its_store(client: FlaskClient, yard: Yard) -> None:
    yard.failure = DOWN
    assert client.get("/health/live").status_code == 200


def test_it_is_ready_when_nothing_is_missing(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"ready": True})


def test_what_is_missing_is_named(client: FlaskClient, yard: Yard) -> None:
    yard.lacking = ("no worker has a heartbeat", "no rules are active")
    answer = client.get("/health/ready")
    missing = ["no worker has a heartbeat", "no rules are active"]
    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": missing})


def test_a_store_that_does_not_answer_is_missing(client: FlaskClient, yard: Yard) -> None:
    yard.failure = DOWN
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": ["the store does not answer"]})


def test_the_entries_of_the_ledger_are_counted_by_kind(client: FlaskClient, yard: Yard) -> None:
    yard.add(2, kind="decision.made")
    before = scrape(client)["yardmaster_ledger_entries_totaldecision.made"]
    yard.add(1, kind="decision.made")
    assert (before, scrape(client)["yardmaster_ledger_entries_totaldecision.made"]) == (2, 3)


def test_how_things_stand_is_measured(client: FlaskClient, yard: Yard) -> None:
    yard.standing_now = yard.standing_now.__replace__(switches=(Switch(scope="everything"), Switch(scope="agent")))
    assert scrape(client) == {
        "yardmaster_events_waiting": 1,
        "yardmaster_events_buried": 2,
        "yardmaster_subjects_quarantined": 3,
        "yardmaster_requests_pending": 4,
        "yardmaster_actions_open": 5,
        "yardmaster_actions_failed": 6,
        "yardmaster_items": 7,
        "yardmaster_ledger_rows": 8,
        "yardmaster_ledger_unsealed": 9,
        "yardmaster_switches": 2,
        "yardmaster_vendor_upjira": 1,
        "yardmaster_vendor_upslack": 1,
        "yardmaster_jira_gap_issues": 10,
    }


def test_a_vendor_that_is_out_of_service_is_down(client: FlaskClient, yard: Yard) -> None:
    yard.standing_now = yard.standing_now.__replace__(troubles={"Slack": "it cannot be reached", "polling Jira": "429"})

    told = scrape(client)

    assert (told["yardmaster_vendor_upjira"], told["yardmaster_vendor_upslack"]) == (1, 0)


def test_a_gap_that_is_unknown_is_not_measured_as_none(client: FlaskClient, yard: Yard) -> None:
    yard.missed = None
    assert "yardmaster_jira_gap_issues" not in scrape(client)


def test_metrics_come_in_the_form_that_prometheus_reads(client: FlaskClient) -> None:
    assert client.get("/metrics").content_type.startswith("text/plain; version=")


def test_a_scrape_fails_where_the_store_does_not_answer(client: FlaskClient, yard: Yard) -> None:
    yard.failure = DOWN
    answer = client.get("/metrics")
    assert answer.status_code == 503
    assert "10.0.0.7" not in answer.text
