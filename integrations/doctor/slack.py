"""Slack: is the app known, does it have its scopes, can Slack reach us, is the bot where the rules ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from integrations.doctor.finding import Finding, fault, unchecked, well
from integrations.settings import Secret
from integrations.slack.client import web_client
from integrations.slack.failures import told_as_gateway_error
from integrations.slack.gateway import SlackChat
from orchestrator.ports import GatewayError
from rules.ruleset import Ruleset

__all__ = ["SlackCheck"]

SYSTEM: Final = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackCheck:
    """Reads; it changes nothing. `scopes` are those of the manifest."""

    client: WebClient
    chat: SlackChat
    scopes: tuple[str, ...]
    app_token: Secret | None
    api_url: str

    def app(self) -> Iterator[Finding]:
        """Look at the bot's token and its scopes. Raises GatewayError."""
        answer = _asked("auth.test", self.client)
        yield well(SYSTEM, f"the token is good; the bot is @{answer.get('user')} in {answer.get('team')}")
        granted = {scope.strip() for scope in _header(answer, "x-oauth-scopes").split(",") if scope.strip()}
        if not granted:
            yield unchecked(SYSTEM, "its scopes", "Slack does not tell them")
            return
        lacking = [scope for scope in self.scopes if scope not in granted]
        if lacking:
            how = "put what `yardmaster manifest` prints into App Manifest at https://api.slack.com/apps"
            yield fault(SYSTEM, f"the app lacks the scopes {', '.join(lacking)}", f"{how}, then Reinstall to Workspace")
        else:
            yield well(SYSTEM, f"it has its {len(self.scopes)} scopes")

    def way_in(self) -> Iterator[Finding]:
        """Look at how Slack reaches us."""
        if self.app_token is None:
            yield unchecked(SYSTEM, "SLACK_SIGNING_SECRET", "only a press shows whether it is right: `--round-trip`")
            return
        try:
            _asked("apps.connections.open", web_client(self.app_token.reveal(), self.api_url))
            yield well(SYSTEM, "a socket can be opened")
        except GatewayError as error:
            where = "under Basic Information, App-Level Tokens, at https://api.slack.com/apps"
            fix = f"make an App-Level Token with connections:write and set SLACK_APP_TOKEN to it ({where})"
            yield fault(SYSTEM, f"no socket can be opened: {error}", fix)

    def channels(self, rules: Ruleset) -> Iterator[Finding]:
        """Look whether the bot is in the channels that the rules name. Raises GatewayError."""
        named = {f"workflows.{name}.channel": workflow.channel for name, workflow in rules.workflows.items()}
        named |= {f"noise.channels.{project}": channel for project, channel in rules.noise.channels.items()}
        for place, channel in named.items():
            if self.chat.channel(channel) is None:
                words = f"there is no channel {channel} that the bot is in ({place})"
                yield fault(SYSTEM, words, f"write /invite @Yardmaster in {channel}")
            else:
                yield well(SYSTEM, f"the bot is in {channel}")


def _asked(method: str, client: WebClient) -> SlackResponse:
    with told_as_gateway_error(method, write=False):
        return client.api_call(method)


def _header(answer: SlackResponse, name: str) -> str:
    found = next((value for key, value in answer.headers.items() if key.lower() == name), "")
    return found[0] if isinstance(found, list) else str(found)
