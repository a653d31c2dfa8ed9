"""Decides which accounts are whose. Pure.

What the rules name wins, then what an e-mail address tells. Where two people claim one account, it is nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from orchestrator.ports import ChatProfile
from rules.model import Person
from rules.ruleset import PersonRule

__all__ = ["Found", "Roster", "is_colleague", "roster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for somebody whom the rules name: accounts that they do not name, and the Slack profile."""

    jira: str | None = None
    slack: str | None = None
    profile: ChatProfile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people of the rules, linked. `jira` and `slack` tell whose an account is; None: it is disputed."""

    people: Mapping[str, Person]
    jira: Mapping[str, str | None]
    slack: Mapping[str, str | None]
    without_slack: frozenset[str]

    def of_jira(self, account: str) -> Person:
        """Give the human behind a Jira account, with an id made of it where it is nobody's."""
        owner = self.jira.get(account)
        return self.people[owner] if owner else Person(id=f"jira:{account}", name=account, jira=account)

    def of_slack(self, profile: ChatProfile, account: str | None) -> Person:
        """Give the human behind a Slack user; `account` is the Jira account that has their address."""
        if owner := self.slack.get(profile.id):
            return self.people[owner]
        stranger = Person(
            id=f"slack:{profile.id}", name=profile.name, slack=profile.id, guest=not is_colleague(profile)
        )
        if account is None or stranger.guest or profile.id in self.slack:
            return stranger
        if account not in self.jira:
            return msgspec.structs.replace(stranger, jira=account)
        claimant = self.jira[account]
        if claimant in self.without_slack:
            return msgspec.structs.replace(self.people[claimant], slack=profile.id)
        return stranger


def is_colleague(profile: ChatProfile) -> bool:
    """Tell whether this is an active human of this workspace, whose address can be trusted to be their own."""
    return profile.active and not profile.bot and not profile.guest


def roster(rules: Mapping[str, PersonRule], found: Mapping[str, Found]) -> Roster:
    """Link the people whom the rules name; `found` has an entry for each."""
    jira = _owners({id_: rule.jira for id_, rule in rules.items()}, {id_: one.jira for id_, one in found.items()})
    slack = _owners({id_: rule.slack for id_, rule in rules.items()}, {id_: one.slack for id_, one in found.items()})
    people = {id_: _person(id_, rule, found[id_], jira, slack) for id_, rule in rules.items()}
    without_slack = frozenset(id_ for id_, rule in rules.items() if rule.slack is None and found[id_].slack is None)
    return Roster(people=people, jira=jira, slack=slack, without_slack=without_slack)


def _owners(named: Mapping[str, str | None], mailed: Mapping[str, str | None]) -> dict[str, str | None]:
    by_rules, by_email = _claimants(named), _claimants(mailed)
    deciding = {account: by_rules.get(account) or by_email[account] for account in {*by_rules, *by_email}}
    return {account: people[0] if len(people) == 1 else None for account, people in deciding.items()}


def _claimants(claims: Mapping[str, str | None]) -> dict[str, list[str]]:
    claimants: dict[str, list[str]] = defaultdict(list)
    for person, account in claims.items():
        if account is not None:
            claimants[account].append(person)
    return dict(claimants)


def _person(
    id_: str, rule: PersonRule, found: Found, jira: Mapping[str, str | None], slack: Mapping[str, str | None]
) -> Person:
    account, user = rule.jira or found.jira, rule.slack or found.slack
    profile = found.profile
    return Person(
        id=id_,
        name=rule.name,
        jira=account if account and jira[account] == id_ else None,
        slack=user if user and slack[user] == id_ and profile is not None else None,
        roles=rule.roles,
        guest=profile is not None and not is_colleague(profile),
    )
