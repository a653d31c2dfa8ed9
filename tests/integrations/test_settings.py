"""Settings: what is read, what is refused, and that secrets stay secret."""

from __future__ import annotations

import base64
import copy
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.settings import Secret, Settings, SettingsError

JIRA = {"JIRA_URL": "https://yard.example.net", "JIRA_EMAIL": "bot@example.net", "JIRA_API_TOKEN": "t0ken"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
KEYS = tuple(base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"a", b"b"))
GRANTS = {
    "ATLASSIAN_CLIENT_ID": "app-id",
    "ATLASSIAN_CLIENT_SECRET": "app-secret",
    "YARDMASTER_GRANT_KEYS": ", ".join(KEYS),
    "YARDMASTER_PUBLIC_URL": "https://yard.example.com/",
}
NAMES = (
    *JIRA,
    *SLACK,
    "JIRA_WEBHOOK_SECRET",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "YARDMASTER_POLL",
    "YARDMASTER_CUSTOMER_FIELD",
    "YARDMASTER_TEAM_FIELD",
    "YARDMASTER_DATABASE_URL",
    "YARDMASTER_RULES",
    "YARDMASTER_CALENDARS",
    "YARDMASTER_EMBEDDINGS",
    "YARDMASTER_CLOCK_URL",
    "YARDMASTER_HOST",
    "YARDMASTER_PORT",
    "YARDMASTER_API_TOKEN",
    "YARDMASTER_HOME",
    "YARDMASTER_WORKERS",
    "YARDMASTER_LOG_LEVEL",
    *GRANTS,
    "ATLASSIAN_AUTH_URL",
    "ATLASSIAN_API_URL",
)


def read(dotenv: Path | None = None, /, **environ: str) -> Settings:
    return Settings.read(environ, dotenv)


def mistakes_of(**environ: str) -> dict[str, str]:
    with pytest.raises(SettingsError) as refused:
        read(**environ)
    return {mistake.name: str(mistake) for mistake in refused.value.mistakes}


def test_nothing_needs_to_be_set() -> None:
    settings = read()
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8801, 1)
    assert (settings.home, settings.log_level) == (Path("var"), "INFO")
    assert settings.slack_api_url == "https://slack.com/api/"
    assert not settings.jira_is_set
    assert not settings.slack_is_set


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    settings = read(
        **JIRA,
        **SLACK,
        JIRA_WEBHOOK_SECRET="hook",
        YARDMASTER_RULES=str(tmp_path),
        YARDMASTER_PORT="9000",
        YARDMASTER_HOST="::1",
        YARDMASTER_HOME=str(tmp_path / "home"),
        YARDMASTER_LOG_LEVEL="debug",
        YARDMASTER_API_TOKEN="bearer",
    )
    assert settings.jira_is_set
    assert settings.slack_is_set
    assert settings.slack_over_socket
    assert (settings.jira_url, settings.jira_email) == ("https://yard.example.net", "bot@example.net")
    assert (settings.host, settings.port, settings.log_level) == ("::1", 9000, "DEBUG")
    assert (settings.rules_path, settings.home) == (tmp_path, tmp_path / "home")
    assert settings.jira_webhook_secret == Secret("hook")
    assert settings.api_token == Secret("bearer")


def test_what_people_let_us_answer_needs_all_of_its_settings() -> None:
    settings = read(**JIRA, **GRANTS)
    assert settings.grant_keys == (Secret(KEYS[0]), Secret(KEYS[1]))
    assert settings.public_url == "https://yard.example.com"
    assert (settings.atlassian_auth_url, settings.atlassian_api_url) == (
        "https://auth.atlassian.com",
        "https://api.atlassian.com",
    )
    for name in GRANTS:
        left = {key: value for key, value in GRANTS.items() if key != name}
        assert set(mistakes_of(**JIRA, **left)) == {name}
    assert read(**JIRA).grant_keys is None


def test_what_is_no_key_is_refused_with_how_to_make_one() -> None:
    told = mistakes_of(**JIRA, **GRANTS | {"YARDMASTER_GRANT_KEYS": f"{KEYS[0]},short"})["YARDMASTER_GRANT_KEYS"]
    assert "openssl rand" in told
    assert "short" not in told


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("YARDMASTER_PORT=1000\nYARDMASTER_WORKERS=3\n")
    settings = read(dotenv, YARDMASTER_PORT="2000")
    assert (settings.port, settings.workers) == (2000, 3)


def test_a_dollar_in_the_file_is_a_dollar(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("YARDMASTER_API_TOKEN='a${HOME}b'\n")
    assert read(dotenv, HOME="x").api_token == Secret("a${HOME}b")


def test_a_file_that_does_not_exist_is_no_mistake(tmp_path: Path) -> None:
    assert read(tmp_path / ".env").port == 8801


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_value_counts_as_absent(name: str) -> None:
    assert read(**{name: "  "}) == read()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x80=1"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        read(tmp_path / ".env")


def test_a_directory_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        read(tmp_path)


def test_a_line_that_cannot_be_understood_is_told_by_its_number_and_not_by_its_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("YARDMASTER_PORT=1000\nSLACK_BOT_TOKEN='xoxb-never-closed\n")
    with pytest.raises(SettingsError) as refused:
        read(tmp_path / ".env")
    assert "line 2" in str(refused.value)
    assert "never-closed" not in str(refused.value)


def test_all_mistakes_are_told_at_once() -> None:
    assert set(mistakes_of(YARDMASTER_PORT="x", YARDMASTER_HOST="a b", YARDMASTER_LOG_LEVEL="loud")) == {
        "YARDMASTER_PORT",
        "YARDMASTER_HOST",
        "YARDMASTER_LOG_LEVEL",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YARDMASTER_PORT", "0"),
        ("YARDMASTER_PORT", "65536"),
        ("YARDMASTER_PORT", "-1"),
        ("YARDMASTER_PORT", "٣"),
        ("YARDMASTER_PORT", "9" * 5000),
        ("YARDMASTER_WORKERS", "65"),
        ("YARDMASTER_WORKERS", "1.5"),
        ("YARDMASTER_POLL", "0"),
        ("YARDMASTER_POLL", "3601"),
        ("YARDMASTER_CUSTOMER_FIELD", "Customer"),
        ("YARDMASTER_TEAM_FIELD", "Team"),
        ("YARDMASTER_CUSTOMER_FIELD", "customfield_10050,*all"),
        ("YARDMASTER_HOST", "http://127.0.0.1"),
        ("YARDMASTER_RULES", "/nowhere/at/all"),
        ("YARDMASTER_CALENDARS", "/nowhere/at/all"),
        ("YARDMASTER_EMBEDDINGS", "/nowhere/at/all"),
        ("YARDMASTER_EMBEDDINGS", "MiniLM"),
        ("YARDMASTER_CLOCK_URL", "localhost:8900"),
        ("YARDMASTER_CLOCK_URL", "http://"),
        ("YARDMASTER_CLOCK_URL", "http://[::1"),
        ("YARDMASTER_CLOCK_URL", "http://host:99999"),
        ("YARDMASTER_CLOCK_URL", "file:///etc/passwd"),
        ("YARDMASTER_CLOCK_URL", "http://me:word@host"),
        ("SLACK_API_URL", "https://slack.com/api/?x=1"),
        ("YARDMASTER_DATABASE_URL", "mysql://host/name"),
        ("YARDMASTER_DATABASE_URL", "not a url"),
        ("YARDMASTER_DATABASE_URL", "postgresql://host:port/name"),
        ("YARDMASTER_API_TOKEN", "two words"),
        ("YARDMASTER_API_TOKEN", "line\nbreak"),
        ("YARDMASTER_HOME", "a\0b"),
        ("YARDMASTER_HOME", "~nobody-of-this-name/yard"),
        ("YARDMASTER_CALENDARS", "n" * 300),
        ("YARDMASTER_EMBEDDINGS", "n" * 300),
    ],
)
def test_an_unusable_value_is_refused_by_its_setting(name: str, value: str) -> None:
    assert set(mistakes_of(**{name: value})) == {name}


def test_embeddings_are_named_or_lie_in_a_folder(tmp_path: Path) -> None:
    assert read().embeddings is None
    assert read(YARDMASTER_EMBEDDINGS="minilm").embeddings == "minilm"
    assert read(YARDMASTER_EMBEDDINGS=str(tmp_path)).embeddings == str(tmp_path)


def test_a_token_of_the_other_kind_is_refused() -> None:
    told = mistakes_of(SLACK_BOT_TOKEN="xapp-1", SLACK_APP_TOKEN="xoxb-1")
    assert "xoxb-" in told["SLACK_BOT_TOKEN"]
    assert "xapp-" in told["SLACK_APP_TOKEN"]


@pytest.mark.parametrize("left_out", JIRA)
def test_jira_set_in_part_is_a_mistake_that_names_what_is_missing(left_out: str) -> None:
    part = {name: value for name, value in JIRA.items() if name != left_out}
    told = mistakes_of(**part)
    assert set(told) == {left_out}
    assert "is missing" in told[left_out]


def test_a_webhook_secret_alone_is_jira_set_in_part() -> None:
    assert set(mistakes_of(JIRA_WEBHOOK_SECRET="hook")) == set(JIRA)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 15),
        ({"JIRA_WEBHOOK_SECRET": "hook"}, None),
        ({"YARDMASTER_POLL": "60"}, 60),
        ({"JIRA_WEBHOOK_SECRET": "hook", "YARDMASTER_POLL": "60"}, 60),
    ],
)
def test_jira_is_polled_where_no_webhook_is_taken_or_where_it_is_wanted(
    given: dict[str, str], seconds: int | None
) -> None:
    assert read(**JIRA, **given).poll_every == seconds


def test_a_bot_that_could_not_hear_is_a_mistake() -> None:
    assert "receive" in mistakes_of(SLACK_BOT_TOKEN="xoxb-1")["SLACK_BOT_TOKEN"]


def test_an_ear_without_a_bot_is_a_mistake() -> None:
    assert set(mistakes_of(SLACK_SIGNING_SECRET="s")) == {"SLACK_BOT_TOKEN"}


def test_slack_over_http_needs_no_app_token() -> None:
    settings = read(SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="s")
    assert settings.slack_is_set
    assert not settings.slack_over_socket


def test_an_unknown_name_is_a_mistake_that_offers_the_nearest() -> None:
    assert "did you mean YARDMASTER_DATABASE_URL?" in mistakes_of(YARDMASTER_DB_URL="x")["YARDMASTER_DB_URL"]


def test_names_that_only_tests_read_are_known() -> None:
    assert read(YARDMASTER_SHARED="x", YARDMASTER_TEST_DATABASE_URL="y") == read()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_way_to_write_postgresql_ends_in_one_driver(scheme: str) -> None:
    url = read(YARDMASTER_DATABASE_URL=f"{scheme}://me:word@host:5433/name?sslmode=require").database_url
    assert url == Secret("postgresql+psycopg://me:word@host:5433/name?sslmode=require")


def test_addresses_have_one_form() -> None:
    settings = read(**JIRA | {"JIRA_URL": "https://yard.example.net/"}, SLACK_API_URL="http://127.0.0.1:9/api")
    assert settings.jira_url == "https://yard.example.net"
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"


@given(st.sampled_from(NAMES), st.text(st.characters(exclude_characters="\0"), min_size=12))
def test_no_mistake_repeats_what_was_written(name: str, value: str) -> None:
    told = ""
    try:
        read(**{name: f"Qz9{value}"})
    except SettingsError as refused:
        told = str(refused)
    assert "Qz9" not in told


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r:>5}".format, "%s".__mod__])
def test_a_secret_prints_itself_as_stars(show: object) -> None:
    assert callable(show)
    assert show(Secret("hunter2")).strip() == "***"


def test_settings_print_without_their_secrets() -> None:
    shown = repr(read(**JIRA, **SLACK, YARDMASTER_DATABASE_URL="postgresql://me:hunter2@host/name"))
    assert not [secret for secret in ("t0ken", "xoxb-1", "xapp-1", "hunter2") if secret in shown]


def test_a_secret_gives_itself_away_only_when_told() -> None:
    assert Secret("hunter2").reveal() == "hunter2"


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy])
def test_a_secret_is_not_written_down(write: object) -> None:
    assert callable(write)
    with pytest.raises(TypeError, match="not written down"):
        write(Secret("hunter2"))
