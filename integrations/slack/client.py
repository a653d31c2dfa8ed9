"""Makes the clients: the Web API's, and the Bolt app that payloads come in through.

Nothing here calls Slack, so that Yardmaster starts, and stores what comes in, while Slack's API is down.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

_TIMEOUT_S: Final = 10
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_log = logging.getLogger(__name__)
#: The client writes a line for each call that fails, besides raising it; the outage is told once by others.
_UNHEARD: Final = logging.getLogger("yardmaster.unheard")
_UNHEARD.setLevel(logging.CRITICAL + 1)


def web_client(token: str, api_url: str) -> WebClient:
    """Make a client that never repeats a call by itself. `api_url` ends in `/api/`; a token gone wrong shows in use."""
    client = WebClient(token=token, base_url=api_url, timeout=_TIMEOUT_S, retry_handlers=[], logger=_UNHEARD)
    if is_direct(api_url):
        client.proxy = None
    return client


def is_direct(url: str) -> bool:
    """Whether a URL is reached without a proxy: the client takes proxies from the environment, but not NO_PROXY."""
    host = urlsplit(url).hostname or ""
    return host in _LOOPBACK or bool(proxy_bypass(host))


def bolt_app(client: WebClient, signing_secret: str | None) -> App:
    """Make the app, without listeners. `signing_secret` is None where payloads come by Socket Mode only.

    Without an `authorize` of our own, Bolt would call `auth.test` before each payload until it has succeeded once, and
    answer 200 to what it then drops. Our own messages are kept for the record, so Bolt must not ignore them.
    """
    token, client.token = client.token, None  # Bolt warns of a token beside `authorize`
    app = App(
        name="slack_bolt",  # Bolt sets the level of the logger of this name at each payload, so it must not be ours
        client=client,
        signing_secret=signing_secret or "",
        authorize=partial(_one_workspace, token),
        ignoring_self_events_enabled=False,
        ignoring_self_assistant_message_events_enabled=False,
        listener_executor=ThreadPoolExecutor(max_workers=10, thread_name_prefix="slack"),
        logger=logging.getLogger("slack_bolt"),
    )
    client.token = token
    app.error(_tell)
    return app


def _one_workspace(token: str | None, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)


def _tell(error: Exception) -> None:
    """Say that a payload was not acknowledged, without its content; Bolt answers 500, over a socket nothing."""
    _log.error(
        "a payload from Slack was not handled (%s); what was not stored, Slack sends again", type(error).__name__
    )
