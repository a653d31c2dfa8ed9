"""Finds the accounts of the people who are to decide: by their address, by a person's word where Jira hides it.

A name alone links nobody: two people may have one name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from integrations.directory.linking import is_colleague
from integrations.jira.gateway import JiraTracker
from integrations.setup.desk import Desk, Refused, until_good
from integrations.setup.overlay import Named
from integrations.setup.site import Account, JiraSite
from integrations.slack.gateway import SlackChat

__all__ = ["Deciders", "namesake"]

_MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciders:
    """Looks in both systems. `assignable`: the people of the project, to choose from where Jira hides addresses."""

    chat: SlackChat
    tracker: JiraTracker
    site: JiraSite
    assignable: Sequence[Account]

    def find(self, desk: Desk, typed: str) -> tuple[Named, ...]:
        """Find everybody in a list `ADDRESS[=JIRA-ACCOUNT], ...`; raises Refused or GatewayError."""
        words = [word.strip() for word in typed.split(",") if word.strip()]
        if not words:
            raise Refused("somebody has to decide; name one person at least, or two: nobody decides about their own")
        found = [self._decider(desk, word) for word in dict.fromkeys(words)]
        for kind in ("jira", "slack"):
            if len({getattr(one, kind) for one in found}) < len(found):
                raise Refused(f"two of them have the same account in {kind.title()}")
        return tuple(found)

    def _decider(self, desk: Desk, typed: str) -> Named:
        email, _, account = (part.strip() for part in typed.partition("="))
        user = self.chat.user_of(email)
        profile = self.chat.profile(user) if user else None
        if profile is None:
            raise Refused(f"Slack knows nobody with the address {email}")
        if not is_colleague(profile):
            raise Refused(f"{email} is a guest, a bot or deactivated in Slack, and such accounts never decide")
        known = account or self.tracker.account_of(email) or self._chosen(desk, email, profile.name)
        found = next((one for one in self.assignable if one.id == known), None) or self.site.account(known)
        if found is None or not found.human:
            raise Refused(f"Jira knows no person whose account is {known}")
        return Named(name=found.name or profile.name, jira=known, slack=profile.id)

    def _chosen(self, desk: Desk, email: str, name: str) -> str:
        offered = {one.id: one.name for one in self.assignable}
        if not desk.asks:
            some = ", ".join(f"{id_} ({name})" for id_, name in list(offered.items())[:_MOST_NAMED])
            raise Refused(f"Jira does not show whose address {email} is; write --decider {email}=ACCOUNT, of: {some}")
        alike = namesake(name, self.assignable)
        desk.say(f"  Jira does not show whose the address {email} is. In Slack it is {name}.")
        question, usual = f"Jira account of {name}, by its id or name", alike.id if alike else None
        return until_good(
            replace(desk, again=False), lambda desk: desk.one_of(f"account of {email}", question, offered, usual)
        )


def namesake(name: str, accounts: Sequence[Account]) -> Account | None:
    """Give the one account that has this name, or else a longer one; None where there is none, or are several.

    It is a guess, to be put to a person: a nickname fits many.
    """
    words = set(name.casefold().split())
    exact = [one for one in accounts if set(one.name.casefold().split()) == words]
    alike = exact or [one for one in accounts if words and words < set(one.name.casefold().split())]
    return alike[0] if len(alike) == 1 else None
