"""Calls Atlassian's accounts and its gateway: consent, tokens, whose they are, and one answer as that person.

It keeps nothing and decides nothing. Whatever goes wrong leaves it as a `GatewayError`, without tokens or codes.

Source: https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar
from urllib.parse import quote, urlencode

import msgspec
import requests

from integrations.atlassian.sealing import Tokens
from integrations.jira.client import is_loopback
from integrations.jira.errors import Call, broken, refusal, unreadable
from integrations.secret import Secret
from orchestrator.ports import GatewayError

__all__ = ["SCOPES", "AtlassianAccounts", "Site", "Unauthorized"]

T = TypeVar("T")
#: What we ask for: to tell who consented, and to answer; and to do so while they are not there. Nothing to read.
SCOPES: Final = ("read:jira-user", "write:servicedesk-request", "offline_access")
_TIMEOUT_S: Final = 10.0
#: How Atlassian says that a refresh token or a code is nothing any more, and with what status.
_GONE: Final = frozenset({400, 403})


class Unauthorized(Exception):
    """The gateway does not take the access token (any more), or not for this."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A site that tokens are for."""

    id: str
    url: str
    scopes: tuple[str, ...] = ()


class _Granted(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str
    refresh_token: str
    expires_in: int
    scope: str = ""


class _Refused(msgspec.Struct, frozen=True, kw_only=True):
    error: str = ""
    error_description: str = ""


class _Myself(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlassianAccounts:
    """The way to Atlassian for one app. `callback`: where browsers are sent back to, as the app has it registered."""

    auth_url: str
    api_url: str
    client_id: str
    client_secret: Secret
    callback: str

    def consent_url(self, state: str) -> str:
        """Give the address at which somebody consents."""
        asked = {
            "audience": "api.atlassian.com",
            "client_id": self.client_id,
            "scope": " ".join(SCOPES),
            "redirect_uri": self.callback,
            "state": state,
            "response_type": "code",
            "prompt": "consent",
        }
        return f"{self.auth_url}/authorize?{urlencode(asked, quote_via=quote)}"

    def exchanged(self, code: str) -> Tokens | None:
        """Give tokens for a code; None where Atlassian does not know it. Raises GatewayError."""
        return self._tokens(
            "taking what somebody consented to",
            {"grant_type": "authorization_code", "code": code, "redirect_uri": self.callback},
        )

    def refreshed(self, refresh: Secret) -> Tokens | None:
        """Give the next tokens, after which the old ones are nothing; None where they were withdrawn, or are too old.

        Raises GatewayError; the old ones may or may not be good then.
        """
        return self._tokens("renewing a grant", {"grant_type": "refresh_token", "refresh_token": refresh.reveal()})

    def sites(self, access: Secret) -> tuple[Site, ...]:
        """Give the sites that an access token is for. Raises GatewayError, Unauthorized."""
        call = Call(doing="asking which site a grant is for", writes=False)
        answer = self._bearer(call, "GET", "/oauth/token/accessible-resources", access)
        return _read(call, answer, tuple[Site, ...])

    def account(self, cloud: str, access: Secret) -> str:
        """Give whose access token it is. Raises GatewayError, Unauthorized."""
        call = Call(doing="asking whose grant it is", writes=False)
        answer = self._bearer(call, "GET", f"/ex/jira/{quote(cloud, safe='')}/rest/api/3/myself", access)
        return _read(call, answer, _Myself).account_id

    def answer(
        self, cloud: str, access: Secret, item: int, approval: str, decision: Literal["approve", "decline"]
    ) -> bool:
        """Answer an approval as whoever the token is for. False: it was answered or decided already.

        Raises GatewayError, in doubt where it may have been answered; Unauthorized.
        """
        call = Call(doing=f"answering an approval of issue {item} in a person's own name", writes=True)
        path = (
            f"/ex/jira/{quote(cloud, safe='')}/rest/servicedeskapi/request/{item}/approval/{quote(approval, safe='')}"
        )
        answer = self._bearer(call, "POST", path, access, {"decision": decision}, known=frozenset({409}))
        return answer.status_code != 409

    def _tokens(self, doing: str, body: dict[str, str]) -> Tokens | None:
        call = Call(doing=doing, writes=False)
        known = {"client_id": self.client_id, "client_secret": self.client_secret.reveal()}
        answer = _sent(call, "POST", f"{self.auth_url}/oauth/token", json={**known, **body})
        if answer.status_code in _GONE and _is_gone(answer):
            return None
        if answer.status_code >= 300:
            raise _refused(call, answer)
        granted = _read(call, answer, _Granted)
        return Tokens(
            access=Secret(granted.access_token),
            refresh=Secret(granted.refresh_token),
            seconds=granted.expires_in,
            scopes=frozenset(granted.scope.split()),
        )

    def _bearer(
        self,
        call: Call,
        method: str,
        path: str,
        access: Secret,
        body: object = None,
        *,
        known: frozenset[int] = frozenset(),
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {access.reveal()}", "Accept": "application/json"}
        answer = _sent(call, method, f"{self.api_url}{path}", headers=headers, json=body)
        if answer.status_code == 401:
            raise Unauthorized
        if answer.status_code >= 300 and answer.status_code not in known:
            raise _refused(call, answer)
        return answer


def _sent(call: Call, method: str, url: str, **more: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = not is_loopback(url)
        try:
            return session.request(method, url, timeout=_TIMEOUT_S, allow_redirects=False, **more)
        except requests.RequestException as error:
            failed = broken(call, error)
            raise GatewayError(
                _of_atlassian(str(failed)), retryable=failed.retryable, in_doubt=failed.in_doubt
            ) from None


def _is_gone(answer: requests.Response) -> bool:
    """Tell a token that is nothing any more from an app that is refused altogether."""
    try:
        said = msgspec.json.decode(answer.content, type=_Refused)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return said.error == "invalid_grant" or "refresh_token" in said.error_description


def _refused(call: Call, answer: requests.Response) -> GatewayError:
    """Judge a refusal; Atlassian's own words are left out, since they are about tokens."""
    failed = refusal(call, answer.status_code, answer.headers, b"", datetime.now(UTC))
    words = _of_atlassian(str(failed)).replace("JIRA_EMAIL, JIRA_API_TOKEN", "ATLASSIAN_CLIENT_ID and its secret")
    return GatewayError(words, retryable=failed.retryable, in_doubt=failed.in_doubt, retry_after=failed.retry_after)


def _of_atlassian(words: str) -> str:
    return words.replace("JIRA_URL is wrong", "a setting of Atlassian's is wrong").replace("Jira", "Atlassian", 1)


def _read(call: Call, answer: requests.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        failed = unreadable(call, "it is not what was asked for")
        raise GatewayError(_of_atlassian(str(failed)), retryable=True, in_doubt=failed.in_doubt) from None
