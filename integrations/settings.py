"""Reads the environment and `.env` into one frozen value, and tells all mistakes at once.

It is the only module that knows the names of environment variables. It must not connect to anything, and no message of
it may hold what a person wrote as a value: a token pasted into the wrong line would end in a log.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dotenv.parser import parse_stream
from rapidfuzz import process

from integrations import setting_values as values
from integrations.logs import Form
from integrations.secret import Secret

__all__ = ["Mistake", "Secret", "Settings", "SettingsError"]

T = TypeVar("T")

_READ_BY_TESTS = frozenset({"YARDMASTER_SHARED", "YARDMASTER_TEST_DATABASE_URL"})
_FOR_GRANTS = ("ATLASSIAN_CLIENT_ID", "ATLASSIAN_CLIENT_SECRET", "YARDMASTER_GRANT_KEYS", "YARDMASTER_PUBLIC_URL")
_POLL_S = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One setting that cannot be used: its name, what is wrong, and what to write instead."""

    name: str
    wrong: str
    instead: str

    def __str__(self) -> str:
        return f"{self.name} {self.wrong}; {self.instead}"


class SettingsError(Exception):
    """The settings hold mistakes; all of them, in the order of their names."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that is settled before Yardmaster starts. URLs of Jira and the clock have no slash at their end."""

    jira_url: str | None
    jira_email: str | None
    jira_api_token: Secret | None
    jira_webhook_secret: Secret | None
    customer_field: str | None
    team_field: str | None
    poll: int | None
    slack_bot_token: Secret | None
    slack_app_token: Secret | None
    slack_signing_secret: Secret | None
    slack_api_url: str
    database_url: Secret | None
    rules_path: Path | None
    calendars_path: Path | None
    clock_url: str | None
    host: str
    port: int
    api_token: Secret | None
    home: Path
    workers: int
    log_level: str
    log_format: Form
    embeddings: str | None
    otlp_endpoint: str | None
    otlp_traces_endpoint: str | None
    otlp_headers: Secret | None
    public_url: str | None
    atlassian_client_id: str | None
    atlassian_client_secret: Secret | None
    grant_keys: tuple[Secret, ...] | None
    atlassian_auth_url: str
    atlassian_api_url: str

    @classmethod
    def read(cls, environ: Mapping[str, str], dotenv: Path | None) -> Settings:
        """Read the settings; the environment wins over the file, an empty value counts as absent.

        Args:
            environ: the environment's variables.
            dotenv: a file of `NAME=value` lines; nothing is read where it does not exist.

        Raises:
            SettingsError: with every mistake that the settings hold.
        """
        reading = _Reading(environ, dotenv)
        settings = cls(
            jira_url=reading.take("JIRA_URL", values.web_address),
            jira_email=reading.take("JIRA_EMAIL", values.email),
            jira_api_token=reading.take("JIRA_API_TOKEN", values.secret),
            jira_webhook_secret=reading.take("JIRA_WEBHOOK_SECRET", values.secret),
            customer_field=reading.take("YARDMASTER_CUSTOMER_FIELD", values.custom_field),
            team_field=reading.take("YARDMASTER_TEAM_FIELD", values.custom_field),
            poll=reading.take("YARDMASTER_POLL", values.number_up_to(3600)),
            slack_bot_token=reading.take("SLACK_BOT_TOKEN", values.token_of("xoxb-")),
            slack_app_token=reading.take("SLACK_APP_TOKEN", values.token_of("xapp-")),
            slack_signing_secret=reading.take("SLACK_SIGNING_SECRET", values.secret),
            slack_api_url=(reading.take("SLACK_API_URL", values.web_address) or "https://slack.com/api") + "/",
            database_url=reading.take("YARDMASTER_DATABASE_URL", values.database),
            rules_path=reading.take("YARDMASTER_RULES", values.existing("rules")),
            calendars_path=reading.take("YARDMASTER_CALENDARS", values.existing("calendars")),
            clock_url=reading.take("YARDMASTER_CLOCK_URL", values.web_address),
            host=reading.take("YARDMASTER_HOST", values.host) or "127.0.0.1",
            port=reading.take("YARDMASTER_PORT", values.number_up_to(65535)) or 8801,
            api_token=reading.take("YARDMASTER_API_TOKEN", values.secret),
            home=reading.take("YARDMASTER_HOME", values.path) or Path("var"),
            workers=reading.take("YARDMASTER_WORKERS", values.number_up_to(64)) or 1,
            log_level=reading.take("YARDMASTER_LOG_LEVEL", values.log_level) or "INFO",
            log_format=reading.take("YARDMASTER_LOG_FORMAT", values.log_format) or "text",
            embeddings=reading.take("YARDMASTER_EMBEDDINGS", values.model),
            otlp_endpoint=reading.take("OTEL_EXPORTER_OTLP_ENDPOINT", values.web_address),
            otlp_traces_endpoint=reading.take("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", values.web_address),
            otlp_headers=reading.take("OTEL_EXPORTER_OTLP_HEADERS", values.secret),
            public_url=reading.take("YARDMASTER_PUBLIC_URL", values.web_address),
            atlassian_client_id=reading.take("ATLASSIAN_CLIENT_ID", values.word),
            atlassian_client_secret=reading.take("ATLASSIAN_CLIENT_SECRET", values.secret),
            grant_keys=reading.take("YARDMASTER_GRANT_KEYS", values.keys),
            atlassian_auth_url=reading.take("ATLASSIAN_AUTH_URL", values.web_address) or "https://auth.atlassian.com",
            atlassian_api_url=reading.take("ATLASSIAN_API_URL", values.web_address) or "https://api.atlassian.com",
        )
        reading.finish()
        return settings

    @property
    def jira_is_set(self) -> bool:
        """Whether there is a Jira to work with."""
        return self.jira_url is not None

    @property
    def poll_every(self) -> int | None:
        """How often Jira is asked what changed, in seconds: as set, or where no webhook is taken; None: never."""
        return self.poll or (_POLL_S if self.jira_webhook_secret is None else None)

    @property
    def traces_url(self) -> str | None:
        """Where spans are sent; None: nowhere."""
        beside = f"{self.otlp_endpoint}/v1/traces" if self.otlp_endpoint else None
        return self.otlp_traces_endpoint or beside

    @property
    def slack_is_set(self) -> bool:
        """Whether there is a Slack workspace to work with."""
        return self.slack_bot_token is not None

    @property
    def slack_over_socket(self) -> bool:
        """Whether Slack is reached by Socket Mode, which wins over HTTP where both are possible."""
        return self.slack_app_token is not None


class _Reading:
    """The values as people wrote them, and the mistakes found in them so far."""

    def __init__(self, environ: Mapping[str, str], dotenv: Path | None) -> None:
        self._mistakes: list[Mistake] = []
        self._asked: set[str] = set()
        written = {**self._lines_of(dotenv), **environ}
        self._values = {name: value.strip() for name, value in written.items() if value.strip()}

    def take(self, name: str, parse: Callable[[str], T]) -> T | None:
        self._asked.add(name)
        if name not in self._values:
            return None
        try:
            return parse(self._values[name])
        except values.Unusable as unusable:
            self._mistakes.append(Mistake(name=name, wrong=unusable.wrong, instead=unusable.instead))
            return None

    def finish(self) -> None:
        """Check what only shows when everything has been asked for; raise SettingsError for all mistakes together."""
        self._refuse_unknown_names()
        self._need_together("Jira", ("JIRA_URL", "JIRA_EMAIL", "JIRA_API_TOKEN"), ("JIRA_WEBHOOK_SECRET",))
        self._need_together("Slack", ("SLACK_BOT_TOKEN",), ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"))
        self._need_together("answers in people's own names", _FOR_GRANTS, ())
        if "SLACK_BOT_TOKEN" in self._values and not self._values.keys() & {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}:
            instead = "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
            self._mistakes.append(Mistake(name="SLACK_BOT_TOKEN", wrong="can send but not receive", instead=instead))
        if self._mistakes:
            raise SettingsError(tuple(sorted(self._mistakes, key=lambda mistake: mistake.name)))

    def _refuse_unknown_names(self) -> None:
        for name in self._values:
            if name.startswith("YARDMASTER_") and name not in self._asked | _READ_BY_TESTS:
                nearest = process.extractOne(name, sorted(self._asked))[0]
                self._mistakes.append(Mistake(name=name, wrong="is not a setting", instead=f"did you mean {nearest}?"))

    def _need_together(self, system: str, needed: tuple[str, ...], optional: tuple[str, ...]) -> None:
        given = [name for name in (*needed, *optional) if name in self._values]
        for name in needed:
            if given and name not in self._values:
                wrong = f"is missing, although {given[0]} is set"
                instead = f"set it too, or leave out all settings of {system}"
                self._mistakes.append(Mistake(name=name, wrong=wrong, instead=instead))

    def _lines_of(self, dotenv: Path | None) -> dict[str, str]:
        try:
            text = dotenv.read_text(encoding="utf-8") if dotenv and dotenv.exists() else ""
        except (OSError, UnicodeDecodeError):
            instead = "make it a readable text file of NAME=value lines"
            self._mistakes.append(Mistake(name=".env", wrong="cannot be read", instead=instead))
            return {}
        lines = list(parse_stream(io.StringIO(text)))
        for line in lines:
            if line.error:
                wrong = f"cannot be understood at line {line.original.line}"
                self._mistakes.append(Mistake(name=".env", wrong=wrong, instead="write NAME=value there"))
        return {line.key: line.value for line in lines if line.key is not None and line.value is not None}
