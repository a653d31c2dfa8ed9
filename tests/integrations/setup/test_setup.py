"""The setup over real HTTP: by a person who types, by a script, again, and with everything that may be wrong."""

from __future__ import annotations

import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import create_engine, text

import app
from integrations import rules_files
from integrations.jira.webhook_admin import NAME, JiraWebhooks, Webhook
from integrations.settings import Settings
from integrations.setup import accounts
from rules.ruleset import Ruleset
from sandbox.running import Sandbox
from tests.integrations.setup.conftest import DOOR, SECRETS, Setup
from tests.sandbox.ear import control


def ours(sandbox: Sandbox) -> list[Webhook]:
    return list(JiraWebhooks(sandbox.world.places.jira, "yardmaster@example.com", "sandbox").registered() or ())


def fault(sandbox: Sandbox, path: str, **more: Any) -> None:
    assert control(sandbox, "POST", "faults", {"service": "jira", "path": path, **more})["ok"]


def rules(home: Path) -> Ruleset:
    return rules_files.read(app.PACKS, home / "rules.d")


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def good(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    return result.output


# By a person.


def test_a_person_is_led_through_and_may_mistype(sandbox: Sandbox, home: Path, typed: Setup) -> None:
    site = sandbox.world.places.jira
    connect = [site, "yardmaster@example.com", "wrong", "", "", "sandbox", "xoxb-sandbox", "", "xapp-sandbox", DOOR]
    choose = ["PAYY", "pay", "#random", "yard", "", "Vanished", "Resolved", "", "noone@example.com"]
    decide = ["mika@example.com, priya@example.com", "sbx-nobody", "", "Priya Raman", "y"]

    said = good(typed(*connect, *choose, *decide, options=("--no-backfill",)))

    for words in ("Jira refused our account", "there is no 'PAYY'", "not in #random", "there is no 'Vanished'"):
        assert words in said
    assert "Slack knows nobody with the address noone@example.com" in said
    found = rules(home)
    workflow = found.workflows["duplicates"]
    assert (found.limits.projects, workflow.channel, workflow.close_as.statuses) == (("PAY",), "#yard", ("Resolved",))
    deciders = {one.jira: one.slack for one in found.people.values() if "triager" in one.roles}
    assert deciders == {"sbx-mika": "U0MIKA0001", "sbx-priya": "U0PRIYA001"}
    settings = Settings.read({}, home / ".env")
    assert (settings.jira_url, settings.rules_path) == (site, Path("rules.d"))
    assert [hook.url for hook in ours(sandbox)] == [f"{DOOR}/jira/webhook"]


def test_whom_a_person_confirms_is_linked_and_has_no_role(home: Path, scripted: Setup, typed: Setup) -> None:
    before = good(scripted())

    said = good(typed("", "y", options=("--no-backfill",)))

    assert "In #yard: 1 of 5 people are linked" in before
    assert "tom (U0TOM00001): Jira shows no account with the address tom@example.com" in said
    assert {one.jira: one.roles for one in rules(home).people.values()}["sbx-tom"] == ()
    assert "In #yard: 5 of 5 people are linked" in good(typed("", options=("--no-backfill",)))


def test_the_end_of_input_keeps_what_was_done_and_the_next_time_goes_on(
    sandbox: Sandbox, home: Path, typed: Setup
) -> None:
    first = typed(sandbox.world.places.jira, "yardmaster@example.com", "sandbox", "xoxb-sandbox")

    assert (first.exit_code, "goes on from here" in first.output) == (130, True)
    assert Settings.read({}, home / ".env").jira_email == "yardmaster@example.com"
    second = typed("xoxb-sandbox", "socket", "xapp-sandbox", "")
    assert "Jira answers" in second.output
    assert "Slack answers. The bot is @yardmaster in Yard, reached by Socket Mode." in second.output
    assert "Address of your Jira site" not in second.output


# By a script.


def test_a_script_sets_all_of_it_up_and_a_second_time_changes_nothing(
    sandbox: Sandbox, home: Path, scripted: Setup
) -> None:
    good(scripted(url=DOOR))
    before, hooks = files(home), ours(sandbox)

    said = good(scripted(url=DOOR))

    assert (files(home), ours(sandbox)) == (before, hooks)
    assert set(before) == {".env", "rules.d/pay.yml"}
    assert [(hook.name, hook.signed) for hook in hooks] == [(NAME, True)]
    assert "registered and as it must be" in said


def test_secrets_are_written_for_their_owner_alone_and_never_shown(home: Path, scripted: Setup) -> None:
    said = good(scripted(url=DOOR))

    settings = Settings.read({}, home / ".env")
    assert stat.S_IMODE((home / ".env").stat().st_mode) == 0o600
    secret = settings.jira_webhook_secret
    assert secret is not None
    assert len(secret.reveal()) >= 32
    assert not [value for value in (*SECRETS.values(), secret.reveal()) if value != "sandbox" and value in said]


def test_no_option_takes_a_secret() -> None:
    command = app.main.get_command(None, "setup")  # type: ignore[arg-type]
    assert command is not None
    options = {option for one in command.params for option in one.opts}
    assert not [option for option in options if "token" in option or "secret" in option]


def test_only_what_differs_from_the_shipped_rules_is_written(home: Path, scripted: Setup) -> None:
    good(scripted(close_as="none", link_type="relates", resolution="Done"))

    written = (home / "rules.d" / "pay.yml").read_text()
    workflow, shipped = rules(home).workflows["duplicates"], rules_files.read(app.PACKS, None).workflows["duplicates"]
    assert (workflow.link_type, workflow.close_as.statuses, workflow.close_as.resolution) == ("Relates", (), "Done")
    assert "comment" not in written
    assert workflow.comment == shipped.comment


def test_what_jira_holds_is_read_into_the_database_that_is_set(
    scripted: Setup, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YARDMASTER_DATABASE_URL", database_url)

    said = good(scripted("--backfill"))

    engine = create_engine(database_url)
    with engine.connect() as connection:
        known = connection.execute(text("SELECT count(*) FROM items")).scalar_one()
    engine.dispose()
    assert f"read {known} issues" in said
    assert known > 0


def test_where_git_keeps_the_settings_nothing_is_asked_or_written(home: Path, scripted: Setup) -> None:
    (home / ".env").write_text("A=1\n")
    for words in (["init"], ["add", ".env"]):
        subprocess.run(["git", *words], cwd=home, check=True, capture_output=True)

    said = refused(scripted())

    assert "git rm --cached .env" in said
    assert "1. Jira" not in said
    assert (home / ".env").read_text() == "A=1\n"


# The webhook.


@pytest.mark.parametrize("url", [None, ""])
def test_without_a_public_address_jira_is_asked(sandbox: Sandbox, home: Path, scripted: Setup, url: str | None) -> None:
    assert "Jira is asked every 15 seconds" in good(scripted(url=url))
    assert ours(sandbox) == []
    assert Settings.read({}, home / ".env").jira_webhook_secret is None


def test_a_webhook_that_differs_is_changed_and_keeps_its_number_and_secret(
    sandbox: Sandbox, home: Path, scripted: Setup
) -> None:
    good(scripted(url="http://127.0.0.1:2"))
    [before], env = ours(sandbox), (home / ".env").read_bytes()

    said = good(scripted(url=DOOR))

    [after] = ours(sandbox)
    assert (after.id, after.url) == (before.id, f"{DOOR}/jira/webhook")
    assert "it sends to http://127.0.0.1:2/jira/webhook" in said
    assert (home / ".env").read_bytes() == env


def test_a_webhook_whose_secret_is_unknown_here_gets_a_fresh_one(sandbox: Sandbox, home: Path, scripted: Setup) -> None:
    good(scripted(url=DOOR))
    (home / ".env").unlink()
    [before] = ours(sandbox)
    old = sandbox.world.webhooks.hooks[int(before.id)].secret

    assert "its secret was not known here" in good(scripted(url=DOOR))

    new = sandbox.world.webhooks.hooks[int(before.id)].secret
    secret = Settings.read({}, home / ".env").jira_webhook_secret
    assert secret is not None
    assert (new == secret.reveal(), new != old, ours(sandbox)) == (True, True, [before])


def test_an_answer_that_gets_lost_makes_no_second_webhook(sandbox: Sandbox, scripted: Setup) -> None:
    fault(sandbox, "/rest/webhooks/", method="POST", drop="after", times=1)

    assert "Jira broke off when registering the webhook" in refused(scripted(url=DOOR))
    good(scripted(url=DOOR))

    assert len(ours(sandbox)) == 1


def test_who_may_not_register_is_told_the_screen_and_the_values(sandbox: Sandbox, home: Path, scripted: Setup) -> None:
    sandbox.world.jira.administrators = frozenset()

    said = good(scripted(url=DOOR))
    before = files(home)
    again = good(scripted(url=DOOR))

    assert files(home) == before
    place = sandbox.world.places.jira
    for words in (f"{place}/plugins/servlet/webhooks", f"{DOOR}/jira/webhook", "issuelink_deleted", NAME):
        assert words in said
        assert words in again
    secret = Settings.read({}, home / ".env").jira_webhook_secret
    assert secret is not None
    assert secret.reveal() not in said
    assert "lacks the permission Administer Jira" in said


@pytest.mark.parametrize("url", ["yard.example.com", "ftp://yard.example.com", "http://x y", "http://me:pw@host"])
def test_an_address_that_is_none_is_refused(scripted: Setup, url: str) -> None:
    assert "is not a web address" in refused(scripted(url=url))


# What may be wrong.


def test_a_wrong_token_is_told(home: Path, scripted: Setup) -> None:
    assert "refused our account" in refused(scripted(secrets=SECRETS | {"JIRA_API_TOKEN": "old"}))
    assert files(home) == {}


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-old"}, "the bot's token is not valid"),
        ({"SLACK_APP_TOKEN": "xapp-old"}, "Slack does not take SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xapp-sandbox"}, "take the one that begins with xoxb-"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing: set it in the environment"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN is missing: set it in the environment"),
    ],
)
def test_a_wrong_token_of_slack_is_told_and_jira_stays(
    home: Path, scripted: Setup, secrets: dict[str, str], words: str
) -> None:
    assert words in refused(scripted(secrets=SECRETS | secrets))
    assert Settings.read({}, home / ".env").jira_is_set


def test_an_unreachable_site_is_told(scripted: Setup) -> None:
    assert "Jira could not be reached" in refused(scripted(jira_url="http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"jira_url": None}, "--jira-url is missing"),
        ({"project": None}, "--project is missing"),
        ({"project": "NOPE"}, "there is no 'NOPE'; there is: PAY, WEB, OPS, MOB, SEC"),
        ({"channel": "random"}, "/invite @Yardmaster"),
        ({"link_type": "Twins"}, "there is no 'Twins'; there is: Blocks, Cloners, Duplicate, Relates"),
        ({"close_as": "Open"}, "there is no 'Open'; there is: Resolved, Closed, none"),
        ({"resolution": "Bored"}, "there is no 'Bored'"),
        ({"decider": None}, "--decider is missing"),
        ({"decider": "noone@example.com"}, "Slack knows nobody with the address noone@example.com"),
        ({"decider": "gus@partner.example=sbx-gus"}, "is a guest, a bot or deactivated"),
        ({"decider": "mika@example.com"}, "write --decider mika@example.com=ACCOUNT, of: sbx-dana (Dana Okafor)"),
        ({"decider": "mika@example.com=sbx-gone"}, "Jira knows no person whose account is sbx-gone"),
        ({"decider": "mika@example.com=sbx-bot"}, "Jira knows no person whose account is sbx-bot"),
        ({"decider": " , "}, "somebody has to decide"),
        ({"decider": "mika@example.com=sbx-mika,priya@example.com=sbx-mika"}, "the same account in Jira"),
    ],
)
def test_a_bad_answer_is_told_and_nothing_is_written_of_it(
    home: Path, scripted: Setup, options: dict[str, str | None], words: str
) -> None:
    assert words in refused(scripted(**options))
    assert not (home / "rules.d").exists()


def test_permissions_that_are_missing_are_told_with_their_screen(sandbox: Sandbox, scripted: Setup) -> None:
    sandbox.world.jira.projects["PAY"].permissions.update(comment=frozenset(), transition=frozenset())

    said = good(scripted())

    assert "lacks the permission Add comments in PAY" in said
    assert "lacks the permission Transition issues in PAY" in said
    assert "Link issues" not in said
    assert f"{sandbox.world.places.jira}/plugins/servlet/project-config/PAY/permissions" in said


def test_a_jira_that_fails_in_between_is_told_and_the_next_time_goes_on(sandbox: Sandbox, scripted: Setup) -> None:
    fault(sandbox, "/issueLinkType", status=503, times=1)

    assert "Jira failed (503)" in refused(scripted())
    good(scripted())


def test_a_roll_that_cannot_be_called_stops_nobody(sandbox: Sandbox, scripted: Setup) -> None:
    good(scripted())
    fault(sandbox, "/user/assignable/search", status=503)

    assert "It cannot be told now: Jira failed (503)" in good(scripted(project=None))


def test_over_http_the_signing_secret_is_what_is_needed(home: Path, scripted: Setup) -> None:
    alone = {name: SECRETS[name] for name in ("JIRA_API_TOKEN", "SLACK_BOT_TOKEN")}

    assert "SLACK_SIGNING_SECRET is missing" in refused(scripted(secrets=alone, slack="http"))
    assert "reached over HTTP" in good(scripted(secrets=alone | {"SLACK_SIGNING_SECRET": "shh"}, slack="http"))

    assert not Settings.read({}, home / ".env").slack_over_socket


def test_http_is_refused_where_socket_mode_would_win(scripted: Setup) -> None:
    assert "Socket Mode then wins over HTTP" in refused(scripted(slack="http"))


def test_who_decides_need_not_be_one_to_whom_issues_are_assigned(sandbox: Sandbox, home: Path, scripted: Setup) -> None:
    browsing = frozenset(sandbox.world.jira.accounts) - {"sbx-mika"}
    sandbox.world.jira.projects["PAY"].permissions["browse"] = browsing

    good(scripted())

    assert [one.jira for one in rules(home).people.values()] == ["sbx-mika"]


def test_a_name_from_outside_does_not_steer_the_terminal(sandbox: Sandbox, scripted: Setup) -> None:
    mika = sandbox.world.jira.accounts["sbx-mika"]
    sandbox.world.jira.accounts["sbx-mika"] = replace(mika, name="Mika\x1b[2J")

    said = good(scripted())

    assert "Mika?[2J" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("example.atlassian.net", "https://example.atlassian.net"),
        ("https://example.atlassian.net/jira/software/projects/PAY/boards/1", "https://example.atlassian.net"),
        ("https://jira.example.com/base", "https://jira.example.com/base"),
        ("http://127.0.0.1:8810", "http://127.0.0.1:8810"),
    ],
)
def test_a_site_is_meant_however_it_is_copied(typed: str, meant: str) -> None:
    assert accounts._site(typed) == meant


# Rules that are there.


def test_a_place_for_the_rules_that_cannot_be_written_is_told(home: Path, scripted: Setup) -> None:
    (home / "rules.d").write_text("")

    assert "cannot be written" in refused(scripted())


def test_a_rules_file_that_is_no_text_is_told(home: Path, scripted: Setup) -> None:
    (home / "rules.d").mkdir()
    (home / "rules.d" / "a.yml").write_bytes(b"\xff")

    assert "cannot be read" in refused(scripted())


def test_rules_that_are_there_are_kept(home: Path, scripted: Setup) -> None:
    good(scripted())
    ruled = home / "rules.d" / "pay.yml"
    ruled.write_text(ruled.read_text().replace("#yard", "#payments"))
    before = files(home)

    said = good(scripted(project=None))
    kept = good(scripted())

    assert files(home) == before
    assert "The rules at rules.d are good: about PAY, asked in #payments" in said
    assert "stays as it is" in kept


def test_rules_that_are_there_are_written_anew_when_told_so(home: Path, scripted: Setup) -> None:
    good(scripted())
    before = files(home)
    (home / "rules.d" / "pay.yml").write_text("limits: {projects: [PAY]}")

    good(scripted("--overwrite"))

    assert files(home) == before


def test_a_second_project_is_not_laid_over_the_first(home: Path, scripted: Setup) -> None:
    good(scripted())

    assert "add WEB to their limits.projects" in refused(scripted(project="WEB"))
    assert set(files(home)) == {".env", "rules.d/pay.yml"}


def test_rules_with_mistakes_are_told_and_left(home: Path, scripted: Setup) -> None:
    good(scripted())
    (home / "rules.d" / "pay.yml").write_text("limits: {projects: 5}")

    assert "the rules hold mistakes" in refused(scripted(project=None))


def test_a_rules_file_of_ones_own_is_where_they_are_written(
    home: Path, scripted: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YARDMASTER_RULES", "ours.yml")

    good(scripted())

    assert rules_files.read(app.PACKS, home / "ours.yml").limits.projects == ("PAY",)


def test_what_the_environment_says_otherwise_is_told(
    home: Path, scripted: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIRA_EMAIL", "priya@example.com")

    assert "JIRA_EMAIL is set otherwise in the environment" in good(scripted())
    assert Settings.read({}, home / ".env").jira_email == "yardmaster@example.com"
