"""The whole examination: every check, in the order in which one would mend what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
import sqlalchemy

from integrations.directory import CachedDirectory
from integrations.doctor.database import check_database
from integrations.doctor.finding import Finding, tried, unchecked, warning, well
from integrations.doctor.jira import JiraCheck
from integrations.doctor.line import check_line
from integrations.doctor.people import check_files, check_in_force, check_people
from integrations.doctor.round_trip import RoundTrip
from integrations.doctor.slack import SlackCheck
from integrations.jira.client import Connection
from integrations.jira.gateway import JiraTracker
from integrations.jira.webhook_admin import JiraWebhooks
from integrations.parts import given
from integrations.settings import Settings
from integrations.setup.site import JiraSite
from integrations.slack.client import web_client
from integrations.slack.gateway import SlackChat
from integrations.store.rulebook import PostgresRulebook
from rules.ruleset import Ruleset

__all__ = ["Examination"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Reads everything and changes nothing. `engine` is None where no database is known."""

    settings: Settings
    packs: Path
    scopes: tuple[str, ...]
    engine: sqlalchemy.Engine | None

    def findings(self) -> Iterator[Finding]:
        """Give every finding; what cannot be checked because of an earlier one says so."""
        yield well("settings", "they can be used")
        yield from self._door()
        if self.engine is None:
            yield unchecked("database", "none is set: `yardmaster run` brings its own, and it is not running here")
        else:
            yield from check_database(self.engine)
        rules, found = check_files(self.packs, self.settings.rules_path)
        yield from found
        if rules is not None and self.engine is not None:
            yield check_in_force(rules, PostgresRulebook(self.engine))
        tracker = self._jira_gateway()
        chat = SlackChat(web_client(given(self.settings.slack_bot_token), self.settings.slack_api_url), tracker.url_of)
        yield from self._jira(rules, tracker)
        yield from self._slack(rules, chat)
        if rules is not None and self.settings.jira_is_set and self.settings.slack_is_set:
            fix = "mend what is said of Jira and Slack first"
            yield from tried("rules", lambda: check_people(rules, CachedDirectory(tracker, chat)), fix)

    def round_trip(self, issue: str, channel: str | None, wait: float, say: Callable[[str], None]) -> Iterator[Finding]:
        """Have a webhook and a press come round; the only check that changes something, for a moment."""
        settings = self.settings
        rules, _ = check_files(self.packs, settings.rules_path)
        named = channel or next((one.channel for one in rules.workflows.values()), None) if rules else channel
        if self.engine is None or not (settings.jira_is_set and settings.slack_is_set) or named is None:
            yield unchecked("door", "the round trip: it needs a database, Jira, Slack and a channel")
            return
        tracker = self._jira_gateway()
        trip = RoundTrip(
            engine=self.engine,
            connection=Connection(settings.jira_url or "", settings.jira_email or "", given(settings.jira_api_token)),
            chat=SlackChat(web_client(given(settings.slack_bot_token), settings.slack_api_url), tracker.url_of),
            say=say,
            wait=wait,
        )
        if settings.jira_webhook_secret is None:
            yield unchecked("jira", "a webhook: none is taken, JIRA_WEBHOOK_SECRET is not set")
        else:
            yield from trip.webhook(issue)
        yield from trip.press(named)

    def _door(self) -> Iterator[Finding]:
        settings = self.settings
        here = f"http://{settings.host}:{settings.port}"
        try:
            answer = requests.get(f"{here}/health/ready", timeout=5)
            missing = answer.json().get("missing", ())
            if answer.ok:
                yield well("door", f"{here} is open, and ready")
            else:
                yield warning("door", f"{here} is open, but {'; '.join(missing)}", "start what is missing")
        except (requests.RequestException, ValueError, AttributeError):
            yield warning("door", f"no door answers at {here}", "start `yardmaster run`, or a door elsewhere")
        if settings.host not in {"127.0.0.1", "::1", "localhost"}:
            words = f"the door listens on {settings.host}, beyond this machine, without TLS"
            yield warning("door", words, "let only a proxy that ends TLS reach it; keep /metrics and /api inside")

    def _jira_gateway(self) -> JiraTracker:
        settings = self.settings
        return JiraTracker(settings.jira_url or "", settings.jira_email or "", given(settings.jira_api_token))

    def _jira(self, rules: Ruleset | None, tracker: JiraTracker) -> Iterator[Finding]:
        settings = self.settings
        if settings.jira_url is None:
            yield unchecked("jira", "JIRA_URL is not set: run `yardmaster setup`")
            return
        yield from check_line("jira", settings.jira_url, _now)
        email, token = settings.jira_email or "", given(settings.jira_api_token)
        connection = Connection(settings.jira_url, email, token)
        jira = JiraCheck(
            connection=connection,
            site=JiraSite(connection),
            tracker=tracker,
            webhooks=JiraWebhooks(settings.jira_url, email, token),
            url=settings.jira_url,
            signed=settings.jira_webhook_secret is not None,
            polls=settings.poll_every is not None,
        )
        checks: list[Callable[[], Iterator[Finding]]] = [jira.account, jira.news]
        if rules is not None:
            checks.insert(1, lambda: jira.rules(rules))
        for check in checks:
            yield from tried("jira", check, "look at JIRA_URL, JIRA_EMAIL and JIRA_API_TOKEN, then at Jira itself")

    def _slack(self, rules: Ruleset | None, chat: SlackChat) -> Iterator[Finding]:
        settings = self.settings
        if settings.slack_bot_token is None:
            yield unchecked("slack", "SLACK_BOT_TOKEN is not set: run `yardmaster setup`")
            return
        yield from check_line("slack", settings.slack_api_url, _now)
        slack = SlackCheck(
            client=web_client(given(settings.slack_bot_token), settings.slack_api_url),
            chat=chat,
            scopes=self.scopes,
            app_token=settings.slack_app_token,
            signing_secret=settings.slack_signing_secret,
            api_url=settings.slack_api_url,
        )
        checks: list[Callable[[], Iterator[Finding]]] = [slack.app, slack.way_in]
        if rules is not None:
            checks.append(lambda: slack.channels(rules))
        for check in checks:
            yield from tried("slack", check, "look at SLACK_BOT_TOKEN, then at the app at https://api.slack.com/apps")


def _now() -> datetime:
    """Transport time: certificates and signatures are not a matter of domain time."""
    return datetime.now(UTC)
