"""Whether people can answer Jira in their own names here, and whether the bot sees whom a service desk asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from integrations.atlassian.sealing import Seal
from integrations.secret import Secret
from sandbox.running import Sandbox
from tests.integrations.doctor.conftest import RULES, Doctor
from tests.integrations.doctor.test_door import answering

GATE = """
roles: {buyer: {purpose: Decides., may: [approve, read]}}
workflows:
  duplicates: {channel: "#yard"}
  purchases:
    outcome: Nothing is bought that nobody agreed to.
    owner: operator
    agent: approvals
    when: item.project == "OPS"
    approvers: triager
    channel: "#yard"
    expires_after_hours: 72
    gate:
      on_status: Waiting for approval
      approved: {statuses: [In progress], comment: "Approved by {people}."}
      rejected: {statuses: [Closed], comment: "Rejected by {people}."}
"""


@pytest.fixture
def key(sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have answers in people's own names set up; gives the key."""
    del home
    made = Fernet.generate_key().decode()
    page = sandbox.world.places.page
    settings = {
        "ATLASSIAN_CLIENT_ID": "sandbox",
        "ATLASSIAN_CLIENT_SECRET": "sandbox",
        "ATLASSIAN_AUTH_URL": f"{page}/atlassian/auth",
        "ATLASSIAN_API_URL": f"{page}/atlassian/api",
        "YARDMASTER_GRANT_KEYS": made,
        "YARDMASTER_PUBLIC_URL": "http://127.0.0.1:1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return made


def of_grants(found: list[str]) -> list[str]:
    return [one for one in found if one.startswith("grants:")]


def test_where_it_is_not_set_up_that_is_said_and_no_fault(doctor: Doctor) -> None:
    report = doctor()
    assert of_grants(report.of("fault")) == []
    assert "not set up" in of_grants(report.of("unchecked"))[0]


def test_an_app_that_atlassian_knows_and_a_key_that_fits_are_well(doctor: Doctor, key: str) -> None:
    report = doctor()

    well = "\n".join(of_grants(report.of("well")))
    assert "Atlassian knows the app" in well
    assert "the newest key opens the 0 grants" in well
    assert of_grants(report.of("fault")) == []
    assert "leads to no door from here" in of_grants(report.of("warning"))[0]
    assert key not in str(report.found)


def test_a_wrong_secret_is_a_fault(doctor: Doctor, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del key
    monkeypatch.setenv("ATLASSIAN_CLIENT_SECRET", "guessed")
    [told] = of_grants(doctor().of("fault"))
    assert "ATLASSIAN_CLIENT_SECRET" in told
    assert "guessed" not in told


def test_an_address_without_tls_is_a_fault(doctor: Doctor, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    del key
    monkeypatch.setenv("YARDMASTER_PUBLIC_URL", "http://yard.example.com")
    assert any("is not https" in one for one in of_grants(doctor().of("fault")))


def test_a_way_back_that_another_program_answers_is_told(
    doctor: Doctor, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del key
    with answering(b"hello") as port:
        monkeypatch.setenv("YARDMASTER_PUBLIC_URL", f"http://127.0.0.1:{port}")
        assert any("leads to no door" in one for one in of_grants(doctor().of("warning")))


def test_grants_that_no_key_opens_are_a_fault_and_older_ones_a_warning(
    doctor: Doctor, key: str, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    newer = Fernet.generate_key().decode()
    monkeypatch.setenv("YARDMASTER_GRANT_KEYS", f"{newer},{key}")
    older = Seal([Secret(key)]).newest
    engine = create_engine(database_url)
    with engine.begin() as connection:
        row = "INSERT INTO grants VALUES (:account, 'U', 'i', 'c', 's', :by, now())"
        connection.execute(text(row), [{"account": "a", "by": older}, {"account": "b", "by": "lost"}])
    engine.dispose()

    report = doctor()

    assert any("1 grants are sealed by a key that is not set" in one for one in of_grants(report.of("fault")))
    assert any("1 grants are still sealed by an older key" in one for one in of_grants(report.of("warning")))


def test_the_bot_is_told_whether_it_sees_whom_a_desk_asks(doctor: Doctor, home: Path, sandbox: Sandbox) -> None:
    rules = RULES.replace('workflows: {duplicates: {channel: "#yard"}}', GATE).replace("[PAY, WEB]", "[PAY, WEB, OPS]")
    (home / "rules.yml").write_text(rules)
    assert any("it is an agent of the service desk OPS" in one for one in doctor().of("well"))

    [desk] = sandbox.world.desk.desks.values()
    desk.agents = frozenset()

    assert any("it is no agent of the service desk OPS" in one for one in doctor().of("fault"))
