"""Calls Jira's REST API, version 2, through the `jira` client: one client a thread, no retries, every call timed.

It knows neither issues nor actions. Whatever goes wrong leaves it as a `GatewayError`. A redirect is refused, because
following one would turn a POST into a GET that looks like success.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec
from jira import JIRA
from requests import Response
from requests.exceptions import RequestException

from integrations.jira.errors import Call, broken, refusal, unreadable

__all__ = ["Connection", "is_loopback"]

_NOT_FOUND = frozenset({404})


class _AbsentError(Exception):
    """Jira answered that there is no such thing, which the caller expected to be possible."""


class _Client(JIRA):
    """The `jira` client's session, address and authentication, without its guesses about answers."""

    def __init__(self, url: str, email: str, token: str, timeout: float, api: str) -> None:
        super().__init__(
            options={"server": url, "check_update": False},
            basic_auth=(email, token),
            get_server_info=False,
            max_retries=0,
            timeout=timeout,
            logging=False,
        )
        self._session.trust_env = not is_loopback(url)
        self._place = f"{url.rstrip('/')}/rest/{api}"

    def send(self, method: str, path: str, check: Callable[..., None], **what: Any) -> bytes:
        """Send a request; `check` is called with every answer before the client sees it or follows a redirect."""
        hooks = {"response": check}
        return self._session.request(method, f"{self._place}/{path}", hooks=hooks, **what).content


class Connection:
    """The way to one Jira. Nothing is opened before the first call, so that a Jira that is down stops no start."""

    def __init__(
        self,
        url: str,
        email: str,
        token: str,
        timeout: float = 10.0,
        *,
        asking: Callable[[], AbstractContextManager[None]] = nullcontext,
        api: str = "api/2",
    ) -> None:
        """Remember where Jira is and who we are.

        `timeout` is seconds to connect, and again between bytes; each call is made inside of what `asking` gives;
        `api` is what follows `/rest/` in each address.
        """
        self.url = url.rstrip("/")
        self._make: Callable[[], _Client] = partial(_Client, url, email, token, timeout, api)
        self._asking = asking
        self._local = threading.local()

    def read(
        self,
        path: str,
        doing: str,
        params: Mapping[str, str | int] | None = None,
        *,
        body: object = None,
        absent: frozenset[int] = _NOT_FOUND,
    ) -> Any:
        """Read; with a body it is a POST that changes nothing.

        Returns:
            The decoded JSON; None where Jira answered one of the statuses `absent`.

        Raises:
            GatewayError: never in doubt.
        """
        call = Call(doing=doing, writes=False)
        return self._ask(call, "GET" if body is None else "POST", path, absent, params=params, body=body)

    def write(
        self, method: str, path: str, doing: str, *, body: object = None, absent: frozenset[int] = frozenset()
    ) -> Any:
        """Change something.

        Returns:
            The decoded JSON; None where the answer has no body, or its status is one of `absent`.

        Raises:
            GatewayError: in doubt where the change may have been made.
        """
        return self._ask(Call(doing=doing, writes=True), method, path, absent, body=body)

    def _ask(
        self,
        call: Call,
        method: str,
        path: str,
        absent: frozenset[int],
        *,
        params: Mapping[str, str | int] | None = None,
        body: object = None,
    ) -> Any:
        def check(answer: Response, **_: object) -> None:
            if answer.status_code in absent:
                answer.close()
                raise _AbsentError
            if answer.status_code >= 300:
                raise refusal(call, answer.status_code, answer.headers, answer.content, datetime.now(UTC))

        data = None if body is None else msgspec.json.encode(body)
        with self._asking():
            try:
                return _decoded(call, self._client.send(method, path, check, params=params, data=data))
            except _AbsentError:
                return None
            except RequestException as error:
                raise broken(call, error) from None

    @property
    def _client(self) -> _Client:
        client: _Client | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = self._make()
        return client


def _decoded(call: Call, raw: bytes) -> Any:
    if not raw and call.writes:
        return None
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise unreadable(call, "it is not JSON") from None


def is_loopback(url: str) -> bool:
    """Tell whether an address is this machine's own, to which no proxy leads."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
