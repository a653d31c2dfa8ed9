"""Who may choose what is done to save a promise, and have others asked: who shares the work, or decides. Pure."""

from rules.model import Person
from rules.ruleset import Ruleset

__all__ = ["may_move"]


def may_move(person: Person, project: str, approvers: str, rules: Ruleset) -> bool:
    """Tell whether somebody shares the work on a project, holds the role that decides, or is in the rules' chain."""
    rule = rules.people.get(person.id)
    teams = [rules.teams[name] for name in (rule.teams if rule else ()) if name in rules.teams]
    shares = any(project in team.projects for team in teams)
    return shares or approvers in person.roles or person.id in rules.watch.risk.chain
