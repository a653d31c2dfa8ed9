"""Turns every way in which a call to Slack can fail into a `GatewayError` with words that tell an operator the fix.

It must not retry, and its words hold no token, no text of a message and no name of a person.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Final
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from integrations.patience import asked_wait
from orchestrator.ports import GatewayError, PlaceGone

_FIXES: Final = {
    "channel_not_found": "there is no such channel, or it is private: invite the bot with /invite @Yardmaster",
    "is_archived": "the channel is archived: name another one in the rules",
    "not_in_channel": "the bot is not in the channel: invite it with /invite @Yardmaster",
    "token_revoked": "the bot's token was revoked: install the app again and set SLACK_BOT_TOKEN",
    "token_expired": "the bot's token has expired: install the app again and set SLACK_BOT_TOKEN",
    "invalid_auth": "the bot's token is not valid: set SLACK_BOT_TOKEN to the one of the app's installation",
    "not_authed": "the bot's token is missing: set SLACK_BOT_TOKEN",
    "account_inactive": "the app was removed from the workspace: install it again and set SLACK_BOT_TOKEN",
    "missing_scope": "the app lacks a permission: update it from manifest.yml and install it again",
    "restricted_action": "the workspace does not let the bot post there: ask its administrator",
}
_GONE: Final = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "user_not_found", "user_disabled", "cannot_dm_bot"}
)
_OUTAGES: Final = frozenset(
    {"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "service_unavailable"}
)
_PASSING: Final = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,79}")
_USUAL_WAIT_S: Final = 30.0
_NEVER_SENT = (ConnectionRefusedError, socket.gaierror)


@contextmanager
def told_as_gateway_error(method: str, *, write: bool) -> Iterator[None]:
    """Let nothing but `GatewayError` out. `write`: the call changes something, so a lost answer leaves it in doubt."""
    try:
        yield
    except SlackApiError as error:
        raise refusal(method, error, write=write) from error
    except URLError as error:
        in_doubt = write and not isinstance(error.reason, _NEVER_SENT)
        words = f"{method}: Slack cannot be reached"
        raise GatewayError(words, retryable=True, in_doubt=in_doubt, outage=True) from error
    except TimeoutError as error:
        words = f"{method}: Slack did not answer in time"
        raise GatewayError(words, retryable=True, in_doubt=write, outage=True) from error
    except (HTTPException, OSError) as error:
        words = f"{method}: the connection to Slack broke"
        raise GatewayError(words, retryable=True, in_doubt=write, outage=True) from error
    except (SlackClientError, ValueError) as error:
        raise GatewayError(f"{method}: Slack's answer cannot be read", retryable=False, in_doubt=write) from error


def refusal(method: str, error: SlackApiError, *, write: bool) -> GatewayError:
    """Say what Slack's refusal means."""
    code, status = code_of(error), error.response.status_code
    if status == 429 or code == "ratelimited":
        words = f"{method}: Slack asks for patience (ratelimited)"
        return GatewayError(words, retryable=True, retry_after=_patience(error))
    outage = status in {502, 503, 504} or code in _OUTAGES
    if status >= 500 or code in _PASSING or not code:
        words = f"{method}: Slack failed on its side ({code or f'status {status}'})"
        return GatewayError(words, retryable=True, in_doubt=write, outage=outage)
    fix = _FIXES.get(code)
    words = f"{method}: {code}" + (f": {fix}" if fix else "")
    return PlaceGone(words) if code in _GONE else GatewayError(words, retryable=False, outage=outage)


def code_of(error: SlackApiError) -> str:
    """Give Slack's own name of the error, empty when the answer was not Slack's JSON."""
    data = error.response.data
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _patience(error: SlackApiError) -> float:
    headers = {str(name).lower(): value for name, value in error.response.headers.items()}
    asked = asked_wait(str(headers.get("retry-after", "")), datetime.now(UTC))
    return _USUAL_WAIT_S if asked is None else asked
