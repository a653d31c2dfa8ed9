"""The `Audience`: which items a person, or everybody in a channel, may browse in Jira.

It must refuse what it cannot tell: an unknown member, a channel that is too large and what a vendor refuses to tell
all see nothing. A vendor that does not answer now is raised, so that nobody is passed over because of a time-out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from typing import Protocol

from integrations.directory.kept import Kept
from integrations.directory.people import CachedDirectory
from orchestrator.ports import GatewayError
from rules.model import Person
from rules.ruleset import Ruleset

__all__ = ["LARGEST_CHANNEL", "CachedAudience"]

LARGEST_CHANNEL = 200
_MOST_PERMISSIONS, _PERMITTED_S, _REFUSED_S = 200_000, 300.0, 30.0
_MOST_CHANNELS, _MEMBERS_S, _NOBODY_S = 1_000, 120.0, 10.0

log = logging.getLogger(__name__)


_Members = Callable[[str], tuple[str, ...]]
_Reading = Callable[[str, _Members], tuple[str, ...]]


class Permissions(Protocol):
    """What is asked of the `Tracker`."""

    def may_browse(self, account: str, items: Collection[int]) -> frozenset[int]:
        """Tell which of the issues this account may see."""
        ...


class Channels(Protocol):
    """What is asked of the `Chat`."""

    def members(self, channel: str) -> tuple[str, ...]:
        """Give the users in a channel, without the bot itself."""
        ...


class CachedAudience:
    """The viewer's eyes; safe to share between threads.

    A permission may be five minutes old, a channel's members two. A channel with more than `LARGEST_CHANNEL` members
    sees nothing, since each new item costs a question to Jira for every member. All methods raise GatewayError where
    asking again may help.
    """

    def __init__(
        self,
        tracker: Permissions,
        chat: Channels,
        directory: CachedDirectory,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask nothing yet; `monotonic` is real time in seconds that never goes back."""
        self._tracker, self._chat, self._directory = tracker, chat, directory
        self._permitted: Kept[tuple[str, int], bool] = Kept(
            _MOST_PERMISSIONS, good_s=_PERMITTED_S, bad_s=_REFUSED_S, monotonic=monotonic
        )
        self._members: Kept[str, tuple[str, ...]] = Kept(
            _MOST_CHANNELS, good_s=_MEMBERS_S, bad_s=_NOBODY_S, monotonic=monotonic
        )

    def person_sees(self, person: Person, items: Collection[int]) -> frozenset[int]:
        """Give the items that a person may browse; none without a Jira account, or where Jira refuses to tell."""
        try:
            return self._browsable(person.jira, items)
        except GatewayError as error:
            return _nothing(error, "a person")

    def channel_sees(self, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:
        """Give the items that every human in a channel may browse; none when one of them is unknown, or nobody is."""
        return self._seen_in(self._members.get, channel, items, rules)

    def channel_would_see(self, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:
        """Give the same, of the members as last known while Slack does not answer: to choose a place, not to show."""
        return self._seen_in(self._members.get_or_last, channel, items, rules)

    def _seen_in(self, kept: _Reading, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:
        try:
            members = kept(channel, lambda id_: self._chat.members(id_)[: LARGEST_CHANNEL + 1])
            return self._seen_by_all(self._accounts_of(members, rules), items)
        except GatewayError as error:
            return _nothing(error, "a channel")

    def _accounts_of(self, members: Collection[str], rules: Ruleset) -> list[str]:
        """Give the Jira accounts of all humans in a channel; an empty list when one of them has none."""
        if len(members) > LARGEST_CHANNEL:
            return []
        accounts = []
        for person in self._directory.humans(members, rules):
            if person is None or person.jira is None:
                return []
            accounts.append(person.jira)
        return accounts

    def _seen_by_all(self, accounts: Collection[str], items: Collection[int]) -> frozenset[int]:
        seen = frozenset(items) if accounts else frozenset[int]()
        for account in accounts:
            seen = self._browsable(account, seen)
        return seen

    def _browsable(self, account: str | None, items: Collection[int]) -> frozenset[int]:
        if account is None:
            return frozenset()
        known = self._permitted.known([(account, item) for item in items])
        asked = sorted({item for item in items if (account, item) not in known})
        if asked:
            granted = self._tracker.may_browse(account, asked)
            answers = {(account, item): item in granted for item in asked}
            self._permitted.keep(answers)
            known |= answers
        return frozenset(item for (_, item), granted in known.items() if granted)


def _nothing(error: GatewayError, to: str) -> frozenset[int]:
    if not error.final:
        raise error
    log.warning("Nothing is shown to %s: %s", to, error)
    return frozenset()
