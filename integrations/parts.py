"""Every part of a process, wired: made when it is first asked for, from settings and clock that `app.py` hands over."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path

import sqlalchemy

from integrations import durable, rules_files, timed_calls
from integrations.atlassian.grants import AtlassianGrants
from integrations.atlassian.wiring import grants_of
from integrations.backfill import Backfill
from integrations.breaker import Breaker, Recovery
from integrations.directory import CachedAudience, CachedDirectory
from integrations.freezing import Freezing
from integrations.gap import GapCheck
from integrations.histories import foretelling_of
from integrations.jira.changelogs import JiraChangelogs
from integrations.jira.client import Connection
from integrations.jira.custom import CustomFields
from integrations.jira.gateway import JiraTracker
from integrations.jira.history import JiraHistory
from integrations.jira.measuring import JiraMeasuring
from integrations.jira.patient import Patient
from integrations.meaning.known import EncodedMeanings, set_up
from integrations.owners import Owners
from integrations.polling import Poller, Storing, Trouble
from integrations.recounting import Recounting
from integrations.settings import Secret, Settings
from integrations.slack import client
from integrations.slack.gateway import SlackChat
from integrations.store.baselines import PostgresBaselines
from integrations.store.cycles import PostgresCycles
from integrations.store.forecast_models import PostgresForecastModels
from integrations.store.intake import PostgresIntake
from integrations.store.items import PostgresItems
from integrations.store.models import PostgresModels
from integrations.store.outages import troubles
from integrations.store.polls import PostgresPolls
from integrations.store.progress import PostgresProgress
from integrations.store.records import PostgresRecords
from integrations.store.restraint import PostgresRestraint
from integrations.store.rulebook import PostgresRulebook
from integrations.traces import NoTraces, Traces
from orchestrator.forecast.foretelling import Foretelling
from orchestrator.gather import Gatherer
from orchestrator.granting.grants import NO_GRANTS
from orchestrator.noise.restraining import Restraining
from orchestrator.ports import Clock
from rules.ruleset import Ruleset

#: How many looks a worker does at once: they wait for Jira and Slack most of their time.
LOOKS_AT_ONCE = 4
#: A page of a hundred issues takes Jira longer than a single one.
HISTORY_TIMEOUT_S = 60.0
_log = logging.getLogger("yardmaster")


@dataclass(frozen=True)
class Parts:
    """Everything that a process may need, each made when it is first asked for."""

    settings: Settings
    clock: Clock
    packs: Path
    say: Callable[[str], None]
    traces: Traces = field(default_factory=NoTraces)

    @cached_property
    def database(self) -> sqlalchemy.Engine:
        """The one database; its errors never show what was written."""
        return sqlalchemy.create_engine(given(self.settings.database_url), pool_size=12, hide_parameters=True)

    @cached_property
    def queue(self) -> durable.LookQueue:
        """The queue of looks."""
        return durable.LookQueue()

    @cached_property
    def intake(self) -> PostgresIntake:
        """Where events are stored."""
        return self.traces.arrivals(PostgresIntake(self.database, self.queue))

    @cached_property
    def items(self) -> PostgresItems:
        """Items and the index over them."""
        return PostgresItems(self.database)

    @cached_property
    def records(self) -> PostgresRecords:
        """What was recorded."""
        return PostgresRecords(self.database)

    @cached_property
    def rulebook(self) -> PostgresRulebook:
        """The rules in force."""
        return PostgresRulebook(self.database)

    @cached_property
    def models(self) -> PostgresModels:
        """The versions of the model of related issues."""
        return PostgresModels(self.database, time.monotonic)

    @cached_property
    def watcher(self) -> rules_files.Watcher:
        """Publishes the rules' files."""
        return rules_files.Watcher(
            packs=self.packs,
            overlay=self.settings.rules_path,
            rulebook=self.rulebook,
            clock=self.clock,
            owners=Owners(chat=self.chat, directory=self.directory, rulebook=self.rulebook, progress=self.progress),
        )

    @property
    def named_fields(self) -> CustomFields:
        """The custom fields that the settings name."""
        return CustomFields(customer=self.settings.customer_field, team=self.settings.team_field)

    @cached_property
    def tracker(self) -> JiraTracker:
        """Jira."""
        settings = self.settings
        tracker = JiraTracker(
            settings.jira_url or "",
            settings.jira_email or "",
            given(settings.jira_api_token),
            asking=self._breaker("Jira").asking,
            named=self.named_fields,
            answering=self.grants.answer if self.grants is not None else None,
        )
        return self.traces.watched(tracker, "Jira", *timed_calls.JIRA)

    @cached_property
    def chat(self) -> SlackChat:
        """Slack."""
        settings = self.settings
        web = client.web_client(given(settings.slack_bot_token), settings.slack_api_url)
        chat = SlackChat(web, self.tracker.url_of, self._breaker("Slack").asking)
        return self.traces.watched(chat, "Slack", *timed_calls.SLACK)

    @cached_property
    def grants(self) -> AtlassianGrants | None:
        """What people let us do in Jira in their own names; None where the settings for it are missing."""
        return grants_of(self.settings, self.database, self.queue, self.clock)

    def _breaker(self, vendor: str) -> Breaker:
        return Breaker(vendor, Trouble(what=vendor, progress=self.progress, warn=_log.warning))

    @cached_property
    def directory(self) -> CachedDirectory:
        """Who is who."""
        return CachedDirectory(self.tracker, self.chat)

    @cached_property
    def audience(self) -> CachedAudience:
        """Who may see what."""
        return CachedAudience(self.tracker, self.chat, self.directory)

    @cached_property
    def progress(self) -> PostgresProgress:
        """How far what goes through a lot has come."""
        return PostgresProgress(self.database)

    @cached_property
    def searching(self) -> Connection:
        """The way to Jira for searches."""
        settings = self.settings
        token = given(settings.jira_api_token)
        return Connection(settings.jira_url or "", settings.jira_email or "", token, HISTORY_TIMEOUT_S)

    def backfill(self, rules: Ruleset) -> Backfill:
        """Learns what Jira holds already, and keeps how promises ended by these rules."""
        return Backfill(
            history=JiraHistory(self.searching, Patient(), self.named_fields),
            changelogs=JiraChangelogs(self.searching, Patient(), self.named_fields),
            items=self.items,
            progress=self.progress,
            clock=self.clock,
            monotonic=time.monotonic,
            say=self.say,
            learnt=partial(self.recounting.keep, rules=rules),
        )

    @cached_property
    def recounting(self) -> Recounting:
        """Keeps how promises ended that no look saw end."""
        return Recounting(items=self.items, cycles=PostgresCycles(self.database), clock=self.clock)

    @cached_property
    def freezing(self) -> Freezing:
        """Freezes a baseline out of what was learnt."""
        return Freezing(
            measuring=JiraMeasuring(self.searching, Patient()),
            baselines=PostgresBaselines(self.database),
            clock=self.clock,
            say=self.say,
        )

    @cached_property
    def storing(self) -> Storing:
        """Stores what was found in Jira without a webhook."""
        return Storing(intake=self.intake, polls=PostgresPolls(self.database), clock=self.clock)

    @cached_property
    def gap(self) -> GapCheck:
        """Measures what of Jira's changes we missed."""
        return GapCheck(
            history=JiraHistory(self.searching, Patient(()), self.named_fields),
            items=self.items,
            storing=self.storing,
            polls=self.storing.polls,
            progress=self.progress,
            trouble=Trouble(what="comparing with Jira", progress=self.progress, warn=_log.warning),
        )

    def poller(self, seconds: float) -> Poller:
        """Wire what asks Jira every so many seconds what changed."""
        return Poller(
            history=JiraHistory(self.searching, Patient(()), self.named_fields),
            storing=self.storing,
            polls=self.storing.polls,
            progress=self.progress,
            clock=self.clock,
            trouble=Trouble(what="polling Jira", progress=self.progress, warn=_log.warning),
            seconds=seconds,
        )

    @cached_property
    def meanings(self) -> EncodedMeanings | None:
        """What tells how near in meaning issues are, if it is wanted."""
        return set_up(self.settings.embeddings, self.database)

    @cached_property
    def foretelling(self) -> Foretelling:
        """Foretells running clocks."""
        return foretelling_of(self.items, PostgresForecastModels(self.database, self.models, time.monotonic))

    @cached_property
    def gatherer(self) -> Gatherer:
        """Gathers facts about items."""
        return Gatherer(
            clock=self.clock,
            tracker=self.tracker,
            chat=self.chat,
            items=self.items,
            records=self.records,
            models=self.models,
            directory=self.directory,
            audience=self.audience,
            foretelling=self.foretelling,
            meanings=self.meanings,
            grants=self.grants or NO_GRANTS,
        )

    @cached_property
    def restraining(self) -> Restraining:
        """Keeps direct messages back."""
        return Restraining(
            clock=self.clock,
            items=self.items,
            records=self.records,
            directory=self.directory,
            audience=self.audience,
            kept=PostgresRestraint(self.database, self.queue),
        )

    @cached_property
    def recovery(self) -> Recovery:
        """Finds out when a vendor is back."""
        pings = {"Jira": self.tracker.ping, "Slack": self.chat.ping}
        return Recovery(troubles=partial(troubles, self.database), pings=pings)

    def version(self) -> str:
        """Name the code and rules in force."""
        return f"{version('yardmaster')} {self.rulebook.active().version[:16]}"


def given(secret: Secret | None) -> str:
    """Give a secret's text, empty when it is not set."""
    return secret.reveal() if secret is not None else ""
