"""`yardmaster people` on a real sandbox: who is joined, who is not, and what would join them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import create_engine

import app
from integrations import rules_files
from integrations.clock import SystemClock
from integrations.store.items import PostgresItems
from integrations.store.migrate import upgrade
from integrations.store.rulebook import PostgresRulebook
from tests.integrations.doctor.conftest import ROOT, Doctor
from tests.integrations.store.seen import whole


def told(*words: str) -> str:
    result = CliRunner().invoke(app.main, ["people", *words])
    assert result.exit_code == 0, result.output
    return result.output


def run_in(database_url: str, home: Path) -> None:
    """Have rules in force, and an open issue of somebody whom nobody in Slack is known for."""
    upgrade(database_url)
    engine = create_engine(database_url)
    PostgresRulebook(engine).publish(rules_files.read(ROOT / "rules" / "packs", home / "rules.yml"), SystemClock())
    PostgresItems(engine).merge([whole(7, assignee="sbx-old"), whole(8, assignee="sbx-mika")])
    engine.dispose()


def test_it_shows_who_is_joined_and_who_is_not(home: Path, database_url: str) -> None:
    run_in(database_url, home)

    output = told()

    assert "joined      mika (Mika), open issues: 1" in output
    assert "not joined  jira:sbx-old, open issues: 1" in output
    assert "-> use one visible address in Jira and Slack, or write a person with `jira: sbx-old`" in output


def test_only_those_who_are_missing_are_shown_as_data(home: Path, database_url: str) -> None:
    run_in(database_url, home)

    missing = [json.loads(line) for line in told("--missing", "--json").splitlines()]

    assert "jira:sbx-old" in {one["id"] for one in missing}
    assert {one["state"] for one in missing} <= {"not joined", "guest", "left"}


def test_the_doctor_tells_of_them_as_well(home: Path, database_url: str, doctor: Doctor) -> None:
    run_in(database_url, home)

    assert any("no Slack user is known of have open issues: 1, issues: 1" in one for one in doctor().of("warning"))


def test_without_rules_in_force_it_says_what_to_do(home: Path, database_url: str) -> None:
    upgrade(database_url)

    result = CliRunner().invoke(app.main, ["people"])

    assert result.exit_code == 1
    assert "no rules are in force yet: start" in result.output
