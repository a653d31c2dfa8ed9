"""The way from nothing to the first look, step by step; what a step settles is written before the next one begins.

It decides the order and nothing else: each step has its own module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from integrations import rules_files
from integrations.directory import CachedDirectory
from integrations.jira.gateway import JiraTracker
from integrations.jira.webhook_admin import JiraWebhooks
from integrations.settings import Secret, Settings
from integrations.setup import accounts
from integrations.setup.desk import Desk, until_good
from integrations.setup.env_file import EnvFile
from integrations.setup.first_rules import FirstRules
from integrations.setup.overlay import WORKFLOW
from integrations.setup.roll_call import RollCall
from integrations.setup.site import JiraSite
from integrations.setup.webhook import webhook
from integrations.slack.client import web_client
from integrations.slack.gateway import SlackChat
from orchestrator.ports import GatewayError

__all__ = ["Journey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Asks at `desk`, writes into `env`; `environ` wins over what is written there, `packs` are the rules that ship.

    `settled` holds what this journey settled, which wins over both as long as it lasts.

    Steps raise Refused, EnvFileError, GatewayError, or click's exceptions; what was done before stays.
    """

    desk: Desk
    env: EnvFile
    environ: Mapping[str, str]
    packs: Path
    settled: dict[str, str] = field(default_factory=dict)

    def connect(self) -> None:
        """Settle both accounts and how we learn what changes in Jira."""
        self.env.refuse_if_shared()
        self._settle("1. Jira", accounts.jira)
        accounts.check_permissions(self.desk, self._site(), self._known()["JIRA_URL"])
        self._settle("2. Slack", accounts.slack)
        webhooks = JiraWebhooks(*self._account())
        self._settle("3. How changes in Jira are heard of", lambda desk, known: webhook(desk, known, webhooks))

    def write_rules(self) -> None:
        """Settle the rules of the first project."""
        first = FirstRules(
            desk=self.desk,
            packs=self.packs,
            site=self._site(),
            url=self._known()["JIRA_URL"],
            tracker=JiraTracker(*self._account()),
            chat=self._chat,
        )
        self._begin("4. Rules for the first project")
        self._write(first.settle(self._known()))

    def call_the_roll(self) -> None:
        """Tell who is linked. A vendor that fails here stops nobody: nothing depends on it."""
        self._begin("5. Who is linked in Jira and Slack")
        chat, place = self._chat(), Path(self._known()["YARDMASTER_RULES"]).expanduser()
        rules = rules_files.read(self.packs, place)
        directory = CachedDirectory(JiraTracker(*self._account()), chat)
        call = RollCall(desk=self.desk, chat=chat, directory=directory, rules=rules)
        projects = [key for key in rules.limits.projects if key != "*"]
        try:
            assignable = self._site().assignable(projects[0]) if projects else ()
            call.tell(rules.workflows[WORKFLOW].channel, assignable, place)
        except GatewayError as error:
            self.desk.say(f"  It cannot be told now: {error}.")

    def _settle(self, title: str, step: Callable[[Desk, Mapping[str, str]], dict[str, str]]) -> None:
        self._begin(title)
        known = self._known()
        self._write(until_good(self.desk, lambda desk: step(desk, known)))

    def _begin(self, title: str) -> None:
        self.desk.say(f"\n{title}")

    def _write(self, settled: Mapping[str, str]) -> None:
        self.env.write(settled)
        self.settled.update(settled)
        for name, value in settled.items():
            if self.environ.get(name, value) not in {"", value}:
                self.desk.say(f"  {name} is set otherwise in the environment, which wins over {self.env.path}.")

    def _known(self) -> dict[str, str]:
        return self.env.values() | {name: value for name, value in self.environ.items() if value} | self.settled

    def _settings(self, *systems: str) -> Settings:
        """Read the settings of these systems alone, since others may be half there."""
        known = self._known()
        return Settings.read({name: known[name] for name in known if name.startswith(systems)}, None)

    def _account(self) -> tuple[str, str, Secret]:
        settings = self._settings("JIRA_")
        return settings.jira_url or "", settings.jira_email or "", settings.jira_api_token or Secret("")

    def _site(self) -> JiraSite:
        return accounts.site_of(self._settings("JIRA_"))

    def _chat(self) -> SlackChat:
        settings, tracker = self._settings("SLACK_"), JiraTracker(*self._account())
        token = settings.slack_bot_token or Secret("")
        return SlackChat(web_client(token.reveal(), settings.slack_api_url), tracker.url_of)
