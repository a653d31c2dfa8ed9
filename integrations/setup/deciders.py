"""Finds the accounts of the people who are to decide: by their address, by a person's word where Jira hides it.

A name alone links nobody: two people may have one name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from integrations.directory.linking import is_colleague
from integrations.setup.desk import Desk, Refused, until_good
from integrations.setup.overlay import Named
from integrations.setup.site import Account
from orchestrator.ports import ChatProfile

__all__ = ["Addresses", "People", "deciders", "namesake"]


class People(Protocol):
    """What is asked of Slack."""

    def user_of(self, email: str) -> str | None:
        """Give the user with this address."""
        ...

    def profile(self, user: str) -> ChatProfile | None:
        """Read a user; None when unknown."""
        ...


class Addresses(Protocol):
    """What is asked of Jira."""

    def account_of(self, email: str) -> str | None:
        """Give the one account that shows this address."""
        ...


def deciders(
    desk: Desk, typed: str, people: People, addresses: Addresses, assignable: Sequence[Account]
) -> tuple[Named, ...]:
    """Find everybody in a list `ADDRESS[=JIRA-ACCOUNT], ...`; raises Refused or GatewayError."""
    words = [word.strip() for word in typed.split(",") if word.strip()]
    if not words:
        raise Refused("somebody has to decide; name at least one person, better two: nobody decides about their own")
    found = [_decider(desk, word, people, addresses, assignable) for word in dict.fromkeys(words)]
    for kind in ("jira", "slack"):
        if len({getattr(one, kind) for one in found}) < len(found):
            raise Refused(f"two of them have the same account in {kind.title()}")
    return tuple(found)


def namesake(name: str, accounts: Sequence[Account]) -> Account | None:
    """Give the one account that has this name, or else a longer one; None where there is none, or are several.

    It is a guess, to be put to a person: a nickname fits many.
    """
    words = set(name.casefold().split())
    exact = [one for one in accounts if set(one.name.casefold().split()) == words]
    alike = exact or [one for one in accounts if words and words < set(one.name.casefold().split())]
    return alike[0] if len(alike) == 1 else None


def _decider(desk: Desk, typed: str, people: People, addresses: Addresses, assignable: Sequence[Account]) -> Named:
    email, _, account = (part.strip() for part in typed.partition("="))
    user = people.user_of(email)
    profile = people.profile(user) if user else None
    if profile is None:
        raise Refused(f"Slack knows nobody with the address {email}")
    if not is_colleague(profile):
        raise Refused(f"{email} is a guest, a bot or deactivated in Slack, and such accounts never decide")
    known = account or addresses.account_of(email)
    if known is None:
        known = _chosen(desk, email, profile.name, assignable)
    if known not in {one.id for one in assignable}:
        raise Refused(f"the Jira account {known} may not be assigned issues of this project, so it is the wrong one")
    name = next(one.name for one in assignable if one.id == known)
    return Named(name=name or profile.name, jira=known, slack=profile.id)


def _chosen(desk: Desk, email: str, name: str, assignable: Sequence[Account]) -> str:
    offered = {one.id: one.name for one in assignable}
    if not desk.asks:
        some = ", ".join(f"{id_} ({name})" for id_, name in list(offered.items())[:10])
        raise Refused(f"Jira does not show whose the address {email} is; write --decider {email}=ACCOUNT, of: {some}")
    alike = namesake(name, assignable)
    desk.say(f"  Jira does not show whose the address {email} is. In Slack it is {name}.")
    usual = alike.id if alike else None
    return until_good(
        replace(desk, again=False),
        lambda desk: desk.one_of(f"account of {email}", f"Jira account of {name}, by its id or name", offered, usual),
    )
