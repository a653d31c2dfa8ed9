"""Turns what goes wrong with a call to Jira into a `GatewayError`: may it be tried again, and may it have been done?

Pure. No message holds a secret, an address with its query, or more than a line of what Jira said.

Source: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ and the client's exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ssl import SSLCertVerificationError

import msgspec
from requests import exceptions
from urllib3.exceptions import MaxRetryError, NewConnectionError

from integrations.patience import asked_wait
from orchestrator.ports import GatewayError

__all__ = ["Call", "broken", "refusal", "unreadable"]

_MOST_WORDS = 300
_AGAIN = frozenset({408, 409, 425, 429})
#: Answers that are not about this call: our account is refused, or what stands before Jira answers in its place.
_OUTAGES = frozenset({401, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What was asked of Jira: `doing` completes the sentence "Jira ... when ...", as in "reading issue 10021"."""

    doing: str
    writes: bool


def refusal(call: Call, status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayError:
    """Judge an answer that is no success.

    Args:
        call: what was asked.
        status: the HTTP status, 300 or more.
        headers: of the answer; names are looked up as written here, so they must ignore capitals.
        body: of the answer, with Jira's own words in it.
        now: the real time, for a `Retry-After` that is a date.
    """
    server_failed = status >= 500
    return GatewayError(
        f"Jira {_verdict(status, headers, body)} when {call.doing}",
        retryable=server_failed or status in _AGAIN,
        in_doubt=call.writes and (server_failed or status == 408),
        retry_after=asked_wait(headers.get("Retry-After", ""), now),
        outage=status in _OUTAGES or status < 400,
    )


def broken(call: Call, error: exceptions.RequestException) -> GatewayError:
    """Judge a call that got no whole answer. It was certainly not done only where no connection came about."""
    if isinstance(error, exceptions.ConnectTimeout) or _is_unconnected(error):
        return GatewayError(f"Jira could not be reached when {call.doing}", retryable=True, outage=True)
    if _is_untrusted(error):
        words = f"Jira's certificate is not to be trusted when {call.doing}"
        return GatewayError(words, retryable=False, outage=True)
    if isinstance(error, ValueError):
        words = f"Jira cannot be asked: JIRA_URL is wrong when {call.doing}"
        return GatewayError(words, retryable=False, outage=True)
    how = "did not answer in time" if isinstance(error, exceptions.Timeout) else "broke off"
    return GatewayError(f"Jira {how} when {call.doing}", retryable=True, in_doubt=call.writes, outage=True)


def unreadable(call: Call, why: str) -> GatewayError:
    """Judge an answer that says success and is not what it must be: a proxy's page, or half of an answer."""
    return GatewayError(f"Jira's answer makes no sense ({why}) when {call.doing}", retryable=True, in_doubt=call.writes)


def _verdict(status: int, headers: Mapping[str, str], body: bytes) -> str:
    if status < 400:
        return f"points to another address ({status}): JIRA_URL is wrong"
    if status == 429:
        reason = re.sub(r"[^a-z0-9-]", "", headers.get("RateLimit-Reason", ""))[:60]
        return f"is asked too often (429{', ' if reason else ''}{reason})"
    if status >= 500:
        return f"failed ({status})"
    said = _said(body)
    refused = "refused our account (JIRA_EMAIL, JIRA_API_TOKEN) or this" if status == 401 else "refused"
    return f"{refused} ({status}{': ' if said else ''}{said})"


def _said(body: bytes) -> str:
    """Give Jira's own words in one bounded line: they are data from outside."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    messages, errors = answer.get("errorMessages"), answer.get("errors")
    words = [str(one) for one in messages] if isinstance(messages, list) else []
    words += [f"{field}: {why}" for field, why in errors.items()] if isinstance(errors, dict) else []
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", "; ".join(words)).strip()[:_MOST_WORDS]


def _is_unconnected(error: exceptions.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _is_untrusted(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, SSLCertVerificationError):
        inner = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        seen = inner if isinstance(inner, BaseException) else None
    return seen is not None
