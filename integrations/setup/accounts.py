"""The first two steps: the accounts that the bot acts as in Jira and in Slack, each tried at once.

It gives settings and writes none. What an account lacks is told with the screen where it is given, and stops nobody:
permissions can be given later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from slack_sdk import WebClient

from integrations.jira.client import Connection
from integrations.settings import Secret, Settings, SettingsError
from integrations.setup.desk import Desk, Refused
from integrations.setup.site import JiraSite
from integrations.slack.client import web_client
from integrations.slack.failures import told_as_gateway_error
from orchestrator.ports import GatewayError

__all__ = ["EVERYWHERE", "IN_A_PROJECT", "check_permissions", "jira", "site_of", "slack"]

#: What the bot does in a project, as Jira calls the permission, and what it is for.
IN_A_PROJECT: Final = {
    "BROWSE_PROJECTS": ("Browse projects", "to read issues"),
    "LINK_ISSUES": ("Link issues", "to link an issue to the one that it repeats"),
    "ADD_COMMENTS": ("Add comments", "to tell its reporter"),
    "DELETE_OWN_COMMENTS": ("Delete own comments", "to undo that"),
    "VIEW_VOTERS_AND_WATCHERS": ("View voters and watchers", "to see who watches an issue"),
    "MANAGE_WATCHERS": ("Manage watcher list", "to have its reporters watch the issue that stands for theirs"),
    "EDIT_ISSUES": ("Edit issues", "to raise the priority of that one, and to write what an approver changes"),
    "ASSIGN_ISSUES": ("Assign issues", "to give an issue to somebody, once people agree"),
    "TRANSITION_ISSUES": ("Transition issues", "to close it"),
    "RESOLVE_ISSUES": ("Resolve issues", "to say why it is closed"),
    "CREATE_ISSUES": ("Create issues", "to create what people report from Slack"),
}
EVERYWHERE: Final = {
    "ADMINISTER": ("Administer Jira", "Jira tells nobody else what other people may see, and nothing would be asked"),
    "USER_PICKER": ("Browse users and groups", "to find people by their address"),
}
_CLOUD = ".atlassian.net"
_MAKE_THE_APP = """\
  Make the app, once; a Slack administrator may have to agree to it:
    1. Open https://api.slack.com/apps, choose Create New App, From a manifest, and paste what
       `yardmaster manifest` prints (for HTTP: `yardmaster manifest --http https://YOUR-HOST`).
    2. Choose Install to Workspace. The Bot User OAuth Token, xoxb-..., is what is asked for first.
    3. For Socket Mode, which needs no public address: Basic Information, App-Level Tokens, make one with
       connections:write; it begins with xapp-. For HTTP: take the Signing Secret from Basic Information."""


def jira(desk: Desk, known: Mapping[str, str]) -> dict[str, str]:
    """Settle the account in Jira; gives its settings. Raises Refused or GatewayError with what is wrong."""
    page = "made at https://id.atlassian.com/manage-profile/security/api-tokens, logged in as that account"
    given = {
        "JIRA_URL": _site(desk.line("jira-url", "Address of your Jira site", known=known.get("JIRA_URL"))),
        "JIRA_EMAIL": desk.line("jira-email", "E-mail address of the bot's account", known=known.get("JIRA_EMAIL")),
        "JIRA_API_TOKEN": desk.secret("JIRA_API_TOKEN", f"API token ({page})", known=known.get("JIRA_API_TOKEN")),
    }
    settings = _checked(given)
    given["JIRA_URL"] = settings.jira_url or ""
    me = site_of(settings).me()
    desk.say(f"  Jira answers. The bot is {me.name or me.id}.")
    return given


def site_of(settings: Settings) -> JiraSite:
    """Give Jira as the account of these settings sees it."""
    token = settings.jira_api_token or Secret("")
    return JiraSite(Connection(settings.jira_url or "", settings.jira_email or "", token.reveal()))


def check_permissions(desk: Desk, site: JiraSite, url: str, project: str | None = None) -> None:
    """Tell which permissions the account lacks everywhere, or in a project, and on which screen they are given."""
    needed = IN_A_PROJECT if project else EVERYWHERE
    screen = f"plugins/servlet/project-config/{project}/permissions" if project else "secure/admin/GlobalPermissions"
    granted = site.granted(needed, project)
    lacking = [name for name in needed if name not in granted]
    for name in lacking:
        words, purpose = needed[name]
        desk.say(f"  The account lacks the permission {words}{f' in {project}' if project else ''}: {purpose}.")
    if lacking:
        desk.say(f"  Give it at {url}/{screen}; setup goes on meanwhile.")


def slack(desk: Desk, known: Mapping[str, str]) -> dict[str, str]:
    """Settle the app in Slack and how it is reached; gives its settings. Raises as `jira`."""
    if desk.asks and not desk.again and not known.get("SLACK_BOT_TOKEN"):
        desk.say(_MAKE_THE_APP)
    bot = desk.secret("SLACK_BOT_TOKEN", "Bot User OAuth Token, xoxb-...", known=known.get("SLACK_BOT_TOKEN"))
    given = {"SLACK_BOT_TOKEN": bot, **_way_in(desk, known)}
    settings = _checked(given, known.get("SLACK_API_URL"))
    about = _asked("auth.test", web_client(bot, settings.slack_api_url))
    if settings.slack_app_token:
        _check_socket(settings.slack_app_token, settings.slack_api_url)
    way = "by Socket Mode" if settings.slack_over_socket else "over HTTP"
    desk.say(f"  Slack answers. The bot is @{about.get('user')} in {about.get('team')}, reached {way}.")
    return given


def _way_in(desk: Desk, known: Mapping[str, str]) -> dict[str, str]:
    """Settle what Slack reaches us by: an app-level token wins where both are known."""
    both = {"SLACK_APP_TOKEN": "App-Level Token, xapp-...", "SLACK_SIGNING_SECRET": "Signing Secret"}
    there = {name: known[name] for name in both if known.get(name)}
    if there and not desk.again and "slack" not in desk.given:
        return there
    way = desk.line("slack", "How Slack reaches the bot, socket or http", usual="socket")
    if way not in {"socket", "http"}:
        raise Refused(f"{way!r} is no way that Slack knows; write socket or http")
    name = "SLACK_APP_TOKEN" if way == "socket" else "SLACK_SIGNING_SECRET"
    if way == "http" and "SLACK_APP_TOKEN" in there:
        raise Refused("SLACK_APP_TOKEN is set, and Socket Mode then wins over HTTP: take it out first")
    return {name: desk.secret(name, both[name], known=there.get(name))}


def _check_socket(token: Secret, api_url: str) -> None:
    try:
        _asked("apps.connections.open", web_client(token.reveal(), api_url))
    except GatewayError as error:
        if error.retryable:
            raise
        how = "make another one with connections:write under Basic Information, App-Level Tokens"
        raise Refused(f"Slack does not take SLACK_APP_TOKEN; {how}") from None


def _asked(method: str, client: WebClient) -> dict[str, object]:
    with told_as_gateway_error(method, write=False):
        data = client.api_call(method).data
    return data if isinstance(data, dict) else {}


def _site(typed: str) -> str:
    """Give a site's address as people mean it: with its scheme, and in the cloud without a page's path."""
    url = typed if "://" in typed else f"https://{typed}"
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if (parts.hostname or "").endswith(_CLOUD) else url


def _checked(given: Mapping[str, str], api_url: str | None = None) -> Settings:
    try:
        return Settings.read({**given, **({"SLACK_API_URL": api_url} if api_url else {})}, None)
    except SettingsError as error:
        raise Refused(str(error)) from None
