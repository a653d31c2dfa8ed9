"""The doctor finds what is wrong, says how to mend it, and ends well only where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, text

import app
from integrations.doctor.examination import SYSTEMS
from integrations.jira.webhook_admin import JiraWebhooks
from integrations.settings import Secret
from sandbox.faults import Fault
from sandbox.running import Sandbox
from tests.integrations.doctor.conftest import RULES, Doctor


def test_a_good_installation_has_no_fault(doctor: Doctor) -> None:
    report = doctor()

    assert report.of("fault") == []
    assert report.exit_code == 0
    well = "\n".join(report.of("well"))
    for words in (
        "settings: they can be used",
        "database: PostgreSQL",
        "nobody else gets in without a password",
        "rules: the files are good",
        "jira: the token is good; the bot is Yardmaster",
        "jira: it has Administer Jira",
        "jira: in WEB it may do all that the rules' tools need",
        "jira: the link type Duplicate exists",
        "could be closed by",
        "changes are found by polling",
        "slack: it has its 10 scopes",
        "slack: a socket can be opened",
        "slack: the bot is in #yard",
        "people: workflow duplicates: 2 people may decide",
    ):
        assert words in well


def test_what_is_not_running_is_a_warning(doctor: Doctor) -> None:
    warnings = "\n".join(doctor().of("warning"))

    assert "door: no door answers" in warnings
    assert "database: no worker is at work" in warnings
    assert "rules: no rules are in force yet" in warnings


def test_it_reads_well_on_a_terminal(home: Path) -> None:
    result = CliRunner().invoke(app.main, ["doctor"])

    assert "ok          settings    they can be used" in result.output
    assert result.output.endswith("faults: 0, warnings: 3\n")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("JIRA_EMAIL", "nobody", "settings: JIRA_EMAIL is not an e-mail address -> write the one that the API token"),
        ("JIRA_API_TOKEN", "wrong", "JIRA_API_TOKEN"),
        ("JIRA_URL", "http://127.0.0.1:1", "jira: http://127.0.0.1:1 does not answer"),
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "set SLACK_BOT_TOKEN"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "make an App-Level Token with connections:write and set SLACK_APP_TOKEN"),
        ("SLACK_API_URL", "http://127.0.0.1:1/api", "slack: http://127.0.0.1:1/api/ does not answer"),
        ("YARDMASTER_DATABASE_URL", "postgresql://x@127.0.0.1:1/x", "database: it does not answer"),
        ("YARDMASTER_RULES", "", "rules: YARDMASTER_RULES is not set, so nobody may decide"),
    ],
)
def test_a_wrong_setting_is_a_fault_with_its_fix(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)

    report = doctor()

    assert any(told in one for one in report.of("fault")), report.found
    assert report.exit_code == 1
    assert "wrong" not in "".join(report.of("fault"))


GATE = """
workflows:
  new:
    outcome: Agreed to.
    owner: operator
    agent: approvals
    when: "true"
    approvers: triager
    channel: "#yard"
    expires_after_hours: 24
    gate:
      on_status: {}
      fields: [{}]
      approved: {{statuses: [In progress], comment: Yes.}}
      rejected: {{statuses: [Closed], comment: No.}}
"""

WATCHED = """
watch:
  risk:
    priorities: [{priority}]
    later: {{{later}}}
"""
PROMISED = """
slas:
  Time to fix:
    when: "true"
    starts: [issue created]
    pauses: [status {}, assignee not set]
    stops: [resolution set, entered status {}]
    goals: [{{within: 4h}}]
"""


@pytest.mark.parametrize(
    ("rules", "verdict", "told"),
    [
        ("limits: {projects: 5}", "fault", "rules: rules.yml:1:10: limits.projects: expected a list, found 5"),
        ("workflows: {duplicates: {channel: '#nowhere'}}", "fault", "write /invite @Yardmaster in #nowhere"),
        (
            "workflows: {duplicates: {link_type: Clone}}",
            "fault",
            "rules.yml:1:26: workflows.duplicates.link_type: there is no link type 'Clone' -> write",
        ),
        (
            "workflows: {duplicates: {close_as: {resolution: Never}}}",
            "fault",
            "rules.yml:1:37: workflows.duplicates.close_as.resolution: there is no resolution 'Never' -> write one of",
        ),
        ("workflows: {duplicates: {close_as: {statuses: [Gone]}}}", "warning", "could not be closed as Gone"),
        (
            GATE.format("Waiting for aproval", "Supplier"),
            "fault",
            "no status 'Waiting for aproval' -> write Waiting for",
        ),
        (GATE.format("Waiting for approval", "Suplier"), "fault", "no field 'Suplier' -> write Supplier"),
        (GATE.format("Waiting for approval", "Supplier"), "well", "the statuses and fields of the gate new exist"),
        (
            WATCHED.format(priority="Hihg", later="statuses: [In progress]"),
            "fault",
            "jira: rules.yml:4:18: watch.risk.priorities.0: there is no priority 'Hihg' -> write High",
        ),
        (
            WATCHED.format(priority="High", later="statuses: [In progress, Wating for customer]"),
            "fault",
            "watch.risk.later.statuses.1: there is no status 'Wating for customer' -> write Waiting for customer",
        ),
        (
            WATCHED.format(priority="High", later="field: Due dat"),
            "fault",
            "rules.yml:5:13: watch.risk.later.field: there is no field 'Due dat' -> write Due date",
        ),
        (
            WATCHED.format(priority="High", later="field: duedate"),
            "well",
            "what watch.risk names of priorities, statuses and fields exists",
        ),
        (
            PROMISED.format("Wating for customer", "Closed"),
            "warning",
            "rules.yml:6:14: slas.Time to fix.pauses.0: there is no status 'Wating for customer' -> write Waiting",
        ),
        (
            PROMISED.format("Waiting for customer", "Closd"),
            "warning",
            "slas.Time to fix.stops.1: there is no status 'Closd' -> write Closed",
        ),
        (PROMISED.format("waiting for Customer", "closed"), "well", "the statuses of the SLA Time to fix exist"),
        ("limits: {projects: [NONE]}", "fault", "NONE"),
        ("people: {mika: {jira: null}}", "warning", "mika is not linked: no account in Jira is known"),
        (
            "people: {mika: {roles: []}, priya: {roles: [operator]}}",
            "fault",
            "nobody who is linked has the role triager",
        ),
        ("people: {mika: {roles: []}}", "warning", "only priya may decide -> give the role triager to a second person"),
        ("people: {priya: {roles: [triager]}}", "warning", "nobody who is linked may stop Yardmaster"),
    ],
)
def test_what_rules_cannot_have_is_told(home: Path, doctor: Doctor, rules: str, verdict: str, told: str) -> None:
    (home / "rules").mkdir()
    (home / "rules.yml").rename(home / "rules" / "a.yml")
    (home / "rules" / "b.yml").write_text(rules)
    (home / "rules.yml").symlink_to("rules")

    found = doctor().of(verdict)

    assert any(told.replace("rules.yml", "rules.yml/b.yml") in one or told in one for one in found), found


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("JIRA_URL", "http://127.0.0.1:1", ["jira: its account, what the rules name, and the webhook: it does not"]),
        ("JIRA_API_TOKEN", "wrong", ["jira: what the rules name, and the webhook: the account cannot be used"]),
        ("JIRA_API_TOKEN", "wrong", ["people: who may decide: Jira cannot be asked who they are"]),
        ("SLACK_API_URL", "http://127.0.0.1:1/api", ["slack: its tokens, scopes and channels: it does not answer"]),
        ("SLACK_BOT_TOKEN", "xoxb-wrong", ["slack: whether the bot is in the rules' channels: its token cannot be"]),
        ("SLACK_BOT_TOKEN", "xoxb-wrong", ["people: who may decide: Slack cannot be asked who they are"]),
        (
            "YARDMASTER_PORT",
            "high",
            [f"{system}: all of it: the settings cannot be used" for system in SYSTEMS],
        ),
    ],
)
def test_what_one_fault_keeps_from_being_checked_says_so_and_is_no_second_fault(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: list[str]
) -> None:
    monkeypatch.setenv(name, value)

    report = doctor()

    unchecked = report.of("unchecked")
    assert all(any(one.startswith(words) for one in unchecked) for words in told), unchecked
    assert len(report.of("fault")) == 1


def test_rules_that_cannot_be_used_leave_the_accounts_to_be_checked(home: Path, doctor: Doctor) -> None:
    (home / "rules.yml").write_text("limits: {projects: 5}")

    report = doctor()

    assert [one.partition(":")[0] for one in report.of("unchecked")] == ["jira", "slack", "people", "grants"]
    assert any("jira: the token is good" in one for one in report.of("well"))


def test_a_name_from_outside_does_not_steer_the_terminal(home: Path) -> None:
    (home / "rules.yml").write_text(RULES.replace("#yard", "#\\e[2Jyard"))

    output = CliRunner().invoke(app.main, ["doctor"]).output

    assert "there is no channel #?[2Jyard that the bot is in" in output
    assert "\x1b" not in output


@pytest.mark.parametrize("words", [["--wait", "0"], ["--wait", "forever"], ["--wait", "1e9"]])
def test_a_wait_that_makes_no_sense_is_refused(words: list[str]) -> None:
    result = CliRunner().invoke(app.main, ["doctor", *words])

    assert result.exit_code == 2
    assert "--wait" in result.output


def test_a_missing_scope_is_a_fault(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.world.slack.scopes -= {"im:history", "commands"}

    assert any("the app lacks the scopes commands, im:history" in one for one in doctor().of("fault"))


def test_a_missing_permission_is_a_fault_with_the_screen(doctor: Doctor, sandbox: Sandbox) -> None:
    project = sandbox.world.jira.project("WEB")
    assert project is not None
    project.permissions["link"] = frozenset()

    (lacking,) = doctor().of("fault")

    assert "in WEB it lacks Link issues" in lacking
    assert f"give it at {sandbox.world.places.jira}/plugins/servlet/project-config/WEB/permissions" in lacking


def test_a_webhook_that_is_not_as_it_must_be_is_a_fault(
    doctor: Doctor, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIRA_WEBHOOK_SECRET", "s" * 20)
    assert any("no webhook that sends here is registered" in one for one in doctor().of("fault"))

    hooks = JiraWebhooks(sandbox.world.places.jira, "yardmaster@example.com", "sandbox")
    hooks.register("http://door/jira/webhook", Secret("s" * 20))
    assert doctor().of("fault") == []

    (ours,) = (hook for hook in sandbox.world.webhooks.hooks.values() if hook.name == "Yardmaster")
    ours.enabled = False
    assert any(
        "/jira/webhook is wrong: it is switched off -> run `yardmaster setup`" in one for one in doctor().of("fault")
    )

    ours.enabled, ours.name = True, "by hand"
    monkeypatch.delenv("JIRA_WEBHOOK_SECRET")
    refused = "is refused here; changes are found by polling -> set JIRA_WEBHOOK_SECRET"
    report = doctor()
    assert any(refused in one for one in report.of("warning"))
    assert report.exit_code == 0


def test_a_jira_that_breaks_in_the_middle_leaves_the_other_checks(doctor: Doctor, sandbox: Sandbox) -> None:
    sandbox.world.faults.add(Fault(service="jira", path="issueLinkType", status=500))

    report = doctor()

    assert len(report.of("fault")) == 1
    assert any("slack: the bot is in #yard" in one for one in report.of("well"))


def test_tables_of_a_newer_version_are_a_fault(doctor: Doctor, database_url: str) -> None:
    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert any("its tables are of a newer version, 9999 -> upgrade" in one for one in doctor().of("fault"))


def test_it_prints_no_secret(doctor: Doctor) -> None:
    assert not any(secret in str(doctor().found) for secret in ("xoxb-", "xapp-"))
