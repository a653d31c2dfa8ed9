"""The whole examination: every check, in the order in which one would mend what they find."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import sqlalchemy

from integrations import rules_files
from integrations.atlassian.sealing import Seal
from integrations.atlassian.wiring import accounts_of
from integrations.directory import CachedDirectory
from integrations.doctor.database import check_database
from integrations.doctor.desks import API, desks
from integrations.doctor.door import check_door
from integrations.doctor.finding import Finding, tried, unchecked, well
from integrations.doctor.forecasts import check_forecasts
from integrations.doctor.grants import SYSTEM as GRANTS
from integrations.doctor.grants import check_grants, check_keys, off
from integrations.doctor.jira import JiraCheck
from integrations.doctor.line import check_line
from integrations.doctor.meaning import check_meaning
from integrations.doctor.people import check_files, check_in_force, check_people, check_strangers
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

__all__ = ["SYSTEMS", "Examination"]

#: What is looked at, apart from the settings themselves.
SYSTEMS: Final = ("door", "database", "embeddings", "rules", "jira", "slack", "people", "grants")
_JIRA_ACCOUNT: Final = (
    "set JIRA_URL to the site's address, JIRA_EMAIL to the account's, and JIRA_API_TOKEN to a token of that account, "
    "made at https://id.atlassian.com/manage-profile/security/api-tokens"
)
_SLACK_APP: Final = (
    "set SLACK_BOT_TOKEN to the Bot User OAuth Token, under Install App of the app at https://api.slack.com/apps"
)
_AGAIN: Final = "run `yardmaster doctor` again in a minute; if it stays, look at what that system says of itself"
_UNUSABLE: Final = "the rules cannot be used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Reads everything and changes nothing. `engine` is None where no database is known; `now` is transport time."""

    settings: Settings
    packs: Path
    scopes: tuple[str, ...]
    engine: sqlalchemy.Engine | None
    now: Callable[[], datetime]

    def findings(self) -> Iterator[Finding]:
        """Give every finding; what cannot be checked because of an earlier one says so."""
        yield well("settings", "they can be used")
        yield from check_door(self.settings.host, self.settings.port)
        if self.engine is None:
            because = "none is set, and no `yardmaster run`, which brings its own, is at work here"
            yield unchecked("database", "all of it", because)
        else:
            yield from check_database(self.engine)
        yield from check_meaning(self.settings.embeddings, self.engine)
        rules, found = check_files(self.packs, self.settings.rules_path)
        yield from found
        if rules is not None and self.engine is not None:
            yield check_in_force(rules, PostgresRulebook(self.engine))
            yield from check_forecasts(rules, self.engine)
        jira = yield from self._jira(rules)
        slack = yield from self._slack(rules)
        if rules is None:
            yield unchecked("people", "who may decide", _UNUSABLE)
        elif not (jira and slack):
            yield unchecked("people", "who may decide", f"{'Slack' if jira else 'Jira'} cannot be asked who they are")
        else:
            directory = CachedDirectory(self._tracker(), self._chat())
            yield from tried("people", partial(check_people, rules, directory), _AGAIN)
            if self.engine is not None:
                yield from tried("people", partial(check_strangers, rules, directory, self.engine), _AGAIN)
        yield from self._grants()

    def round_trip(self, issue: str, channel: str | None, wait: float, say: Callable[[str], None]) -> Iterator[Finding]:
        """Have a webhook and a press come round; the only check that changes something, for a moment."""
        settings = self.settings
        if self.engine is None or not (settings.jira_is_set and settings.slack_is_set):
            yield unchecked("round trip", "all of it", "it needs a database, Jira and Slack")
            return
        trip = RoundTrip(engine=self.engine, connection=self._connection(), chat=self._chat(), say=say, wait=wait)
        if settings.jira_webhook_secret is None:
            yield unchecked("round trip", "a webhook", "none is taken: JIRA_WEBHOOK_SECRET is not set")
        else:
            yield from trip.webhook(issue)
        rules, _ = check_files(self.packs, settings.rules_path)
        named = channel or next((one.channel for one in (rules.workflows if rules else {}).values()), None)
        if named is None:
            yield unchecked("round trip", "a press", "the rules name no channel; name one with --channel")
        else:
            yield from trip.press(named)

    def _jira(self, rules: Ruleset | None) -> Generator[Finding, None, bool]:
        """Look at Jira; gives whether it can be asked as our account."""
        settings = self.settings
        if settings.jira_url is None:
            yield unchecked("jira", "all of it", "JIRA_URL is not set; `yardmaster setup` sets it")
            return False
        if not (yield from check_line("jira", settings.jira_url, self.now)):
            yield unchecked("jira", "its account, what the rules name, and the webhook", "it does not answer")
            return False
        token = given(settings.jira_api_token)
        check = JiraCheck(
            connection=self._connection(),
            site=JiraSite(self._connection()),
            tracker=self._tracker(),
            webhooks=JiraWebhooks(settings.jira_url, settings.jira_email or "", token),
            url=settings.jira_url,
            signed=settings.jira_webhook_secret is not None,
            polls=settings.poll_every is not None,
        )
        if not (yield from tried("jira", check.account, _JIRA_ACCOUNT)):
            yield unchecked("jira", "what the rules name, and the webhook", "the account cannot be used")
            return False
        if rules is None:
            yield unchecked("jira", "what the rules name", _UNUSABLE)
        else:
            place = rules_files.places(self.packs, settings.rules_path)
            yield from tried("jira", partial(check.rules, rules, place), _AGAIN)
            yield from tried("jira", partial(desks, "jira", self._connection(API), rules, settings.jira_url), _AGAIN)
        yield from tried("jira", check.news, _AGAIN)
        return True

    def _grants(self) -> Iterator[Finding]:
        """Look at what people's own answers need, where somebody has set it up."""
        if self.settings.grant_keys is None:
            yield off()
            return
        yield from check_grants(accounts_of(self.settings))
        if self.engine is None:
            yield unchecked(GRANTS, "the grants that are kept", "no database is known")
        else:
            yield from check_keys(Seal(self.settings.grant_keys), self.engine)

    def _slack(self, rules: Ruleset | None) -> Generator[Finding, None, bool]:
        """Look at Slack; gives whether it can be asked as our app."""
        settings = self.settings
        if settings.slack_bot_token is None:
            yield unchecked("slack", "all of it", "SLACK_BOT_TOKEN is not set; `yardmaster setup` sets it")
            return False
        if not (yield from check_line("slack", settings.slack_api_url, self.now)):
            yield unchecked("slack", "its tokens, scopes and channels", "it does not answer")
            return False
        check = SlackCheck(
            client=web_client(given(settings.slack_bot_token), settings.slack_api_url),
            chat=self._chat(),
            scopes=self.scopes,
            app_token=settings.slack_app_token,
            api_url=settings.slack_api_url,
        )
        known = yield from tried("slack", check.app, _SLACK_APP)
        yield from check.way_in()
        if not known:
            yield unchecked("slack", "whether the bot is in the rules' channels", "its token cannot be used")
        elif rules is None:
            yield unchecked("slack", "whether the bot is in the rules' channels", _UNUSABLE)
        else:
            yield from tried("slack", partial(check.channels, rules), _AGAIN)
        return known

    def _connection(self, api: str = "api/2") -> Connection:
        settings = self.settings
        return Connection(settings.jira_url or "", settings.jira_email or "", given(settings.jira_api_token), api=api)

    def _tracker(self) -> JiraTracker:
        settings = self.settings
        return JiraTracker(settings.jira_url or "", settings.jira_email or "", given(settings.jira_api_token))

    def _chat(self) -> SlackChat:
        client = web_client(given(self.settings.slack_bot_token), self.settings.slack_api_url)
        return SlackChat(client, self._tracker().url_of)
