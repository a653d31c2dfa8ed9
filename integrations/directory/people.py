"""The `Directory`: joins people across Jira and Slack by the rules and by e-mail addresses.

It must not grant anything: who cannot be linked is a person with one account and no roles.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from integrations.directory.linking import Found, Roster, is_colleague, roster
from integrations.directory.lookups import Accounts, Lookups, Users
from orchestrator.ports import ChatProfile
from rules.model import Person
from rules.ruleset import PersonRule, Ruleset

__all__ = ["CachedDirectory"]


class CachedDirectory:
    """People as of at most ten minutes ago, a day while a vendor does not answer; safe to share between threads.

    All methods raise GatewayError where Jira or Slack could not be asked now about somebody who is not known yet.
    Guests, bots, people of other workspaces and the deactivated are marked as guests, and linked by the rules alone,
    never by their address.
    """

    def __init__(self, tracker: Accounts, chat: Users, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Read nothing yet; `monotonic` is real time in seconds that never goes back."""
        self._lookups = Lookups(tracker, chat, monotonic=monotonic)

    def everyone(self, rules: Ruleset) -> tuple[Person, ...]:
        """Give the people whom the rules name, linked as far as can be told; who claims another's account is not."""
        return tuple(self._roster(rules).people.values())

    def of_slack(self, user: str, rules: Ruleset) -> Person | None:
        """Give who is behind a Slack user; None when Slack knows no such user."""
        profile = self._lookups.profile(user)
        return None if profile is None else self._behind(profile, self._roster(rules))

    def of_jira(self, account: str, rules: Ruleset) -> Person | None:
        """Give who is behind a Jira account; None for what cannot be one."""
        return self._roster(rules).of_jira(account) if account else None

    def has_left(self, person: Person) -> bool:
        """Tell whether their Slack user is deactivated; no where they have none, or Slack does not know it."""
        profile = self._lookups.profile(person.slack) if person.slack else None
        return profile is not None and not profile.active

    def humans(self, users: Iterable[str], rules: Ruleset) -> Iterator[Person | None]:
        """Give the humans among Slack users, each when it is asked for; None for one whom Slack does not know."""
        known = self._roster(rules)
        for profile in map(self._lookups.profile, users):
            if profile is None:
                yield None
            elif not profile.bot:
                yield self._behind(profile, known)

    def _behind(self, profile: ChatProfile, known: Roster) -> Person:
        return known.of_slack(profile, self._account_of(profile))

    def _roster(self, rules: Ruleset) -> Roster:
        return roster(rules.people, {id_: self._found(rule) for id_, rule in rules.people.items()})

    def _found(self, rule: PersonRule) -> Found:
        slack = self._lookups.user_of(rule.email) if rule.email and not rule.slack else None
        user = rule.slack or slack
        profile = self._lookups.profile(user) if user else None
        jira = None if rule.jira else self._mailed_account(rule, profile)
        return Found(jira=jira, slack=slack, profile=profile)

    def _mailed_account(self, rule: PersonRule, profile: ChatProfile | None) -> str | None:
        account = self._lookups.account_of(rule.email) if rule.email else None
        return account or (self._account_of(profile) if profile else None)

    def _account_of(self, profile: ChatProfile) -> str | None:
        return self._lookups.account_of(profile.email) if profile.email and is_colleague(profile) else None
