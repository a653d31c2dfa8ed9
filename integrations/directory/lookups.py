"""Reads accounts and profiles from Jira and Slack, and remembers the answers.

It must not decide who is who. What a vendor refuses for good is unknown, and so grants nothing; what may succeed later
is raised, so that nobody is taken for a stranger because of a time-out. No message holds a name or an address.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol, TypeVar

from integrations.directory.kept import Kept
from orchestrator.ports import ChatProfile, GatewayError

__all__ = ["Accounts", "Lookups", "NoAccounts", "Users"]

T = TypeVar("T")

_MOST = 20_000
_KEPT_S = 600.0
_UNKNOWN_S = 30.0

log = logging.getLogger(__name__)


class Accounts(Protocol):
    """What is asked of the `Tracker`."""

    def account_of(self, email: str) -> str | None:
        """Give the one account with this address."""
        ...


class Users(Protocol):
    """What is asked of the `Chat`."""

    def profile(self, user: str) -> ChatProfile | None:
        """Read a user; None when unknown."""
        ...

    def user_of(self, email: str) -> str | None:
        """Give the user with this address."""
        ...


class NoAccounts:
    """A Jira that knows nobody, for what has to work without Jira."""

    def account_of(self, _: str) -> str | None:
        """Give None."""
        return None


class Lookups:
    """One process's memory of both; safe to share between threads. A profile or link may be ten minutes old.

    While the vendor does not answer, what was known last counts for a day.
    """

    def __init__(self, accounts: Accounts, users: Users, *, monotonic: Callable[[], float]) -> None:
        """Read nothing yet; `monotonic` is real time in seconds that never goes back."""
        self._accounts, self._users = accounts, users
        self._profiles: Kept[str, ChatProfile | None] = _kept(monotonic)
        self._users_by_email: Kept[str, str | None] = _kept(monotonic)
        self._accounts_by_email: Kept[str, str | None] = _kept(monotonic)

    def profile(self, user: str) -> ChatProfile | None:
        """Give a Slack user; None when unknown. Raises GatewayError where asking again may help."""
        return self._profiles.get_or_last(user, lambda user: _or_unknown(self._users.profile, user))

    def user_of(self, email: str) -> str | None:
        """Give the Slack user with this address; None when there is none. Raises as `profile`."""
        return self._users_by_email.get_or_last(email.casefold(), lambda email: _or_unknown(self._users.user_of, email))

    def account_of(self, email: str) -> str | None:
        """Give the Jira account that shows this address; None when none or several do. Raises as `profile`."""
        return self._accounts_by_email.get_or_last(
            email.casefold(), lambda email: _or_unknown(self._accounts.account_of, email)
        )


def _kept(monotonic: Callable[[], float]) -> Kept[str, T | None]:
    return Kept(_MOST, good_s=_KEPT_S, bad_s=_UNKNOWN_S, monotonic=monotonic)


def _or_unknown(read: Callable[[str], T | None], one: str) -> T | None:
    try:
        return read(one)
    except GatewayError as error:
        if not error.final:
            raise
        log.warning("Somebody counts as unknown: %s", error)
        return None
