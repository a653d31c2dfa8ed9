"""Tells which teams have an issue, as the rules name teams and their people now. Pure; it asks no directory.

Who belonged to which team earlier is not known: the past is told by the teams of today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from rules.model import Item
from rules.ruleset import Ruleset

__all__ = ["NO_TEAMS", "Teams"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """The teams of each Jira account that the rules name, and the team by its name in Jira's field, casefolded."""

    by_account: Mapping[str, frozenset[str]]
    by_field: Mapping[str, str]

    @classmethod
    def of(cls, rules: Ruleset) -> Self:
        """Read them off the rules; whom these name without a Jira account is of no team here."""
        named = [one for one in rules.people.values() if one.jira is not None]
        return cls(
            by_account={str(one.jira): frozenset(one.teams) for one in named if one.teams},
            by_field={one.in_jira.casefold(): name for name, one in rules.teams.items() if one.in_jira is not None},
        )

    def having(self, item: Item) -> frozenset[str] | None:
        """Give the teams that have an issue: the one in its team field, where that is filled, else its assignee's.

        None where nobody has it; nothing where whoever has it is of no team of the rules.
        """
        if item.team is not None:
            team = self.by_field.get(item.team.casefold())
            return frozenset() if team is None else frozenset((team,))
        return None if item.assignee is None else self.of_account(item.assignee)

    def of_account(self, account: str | None) -> frozenset[str]:
        """Give the teams of a Jira account; none for nobody."""
        return self.by_account.get(account or "", frozenset())


NO_TEAMS = Teams(by_account={}, by_field={})
