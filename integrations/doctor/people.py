"""The rules and their people: can the files be used, are they in force, is there somebody who may decide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from integrations import rules_files
from integrations.doctor.finding import Finding, fault, unchecked, warning, well
from integrations.store.items import PostgresItems
from integrations.store.rulebook import NoRules, PostgresRulebook
from orchestrator.memory import Directory
from rules.loader import RulesError
from rules.model import Person
from rules.ruleset import Ruleset

__all__ = ["check_files", "check_in_force", "check_people", "check_strangers"]

RULES: Final = "rules"
PEOPLE: Final = "people"


def check_files(packs: Path, overlay: Path | None) -> tuple[Ruleset | None, tuple[Finding, ...]]:
    """Read the files; gives their rules, where they can be used."""
    try:
        rules = rules_files.read(packs, overlay)
    except RulesError as error:
        return None, tuple(fault(RULES, str(one), "mend it; `yardmaster rules check` checks") for one in error.mistakes)
    if overlay is None:
        words = "YARDMASTER_RULES is not set, so nobody may decide"
        return rules, (fault(RULES, words, "run `yardmaster setup`, or write a file that names people"),)
    return rules, (well(RULES, f"the files are good; version {rules.version[:12]}"),)


def check_in_force(rules: Ruleset, rulebook: PostgresRulebook) -> Finding:
    """Tell whether what the files say is in force."""
    try:
        active = rulebook.active().version
    except NoRules:
        return warning(RULES, "no rules are in force yet", "start `yardmaster run` or `yardmaster door`")
    except SQLAlchemyError:
        return unchecked(RULES, "what is in force", "the database does not answer, or is empty yet")
    if active != rules.version:
        fix = "`yardmaster rules diff` shows how they differ; a running door puts changed files into force"
        return warning(RULES, f"what is in force, {active[:12]}, is not what these files say", fix)
    return well(RULES, "what the files say is in force")


def check_strangers(rules: Ruleset, directory: Directory, engine: Engine) -> Iterator[Finding]:
    """Look who has open issues and is nobody's in Slack, so that they are never asked. Raises GatewayError."""
    try:
        owners = PostgresItems(engine).owners()
    except SQLAlchemyError:
        yield unchecked(PEOPLE, "whose open issues there are", "the database does not answer, or is empty yet")
        return
    behind = {account: directory.of_jira(account, rules) for account in owners}
    strangers = [account for account, person in behind.items() if person is not None and person.slack is None]
    if strangers:
        count = sum(owners[account] for account in strangers)
        words = f"Jira accounts that no Slack user is known of have open issues: {len(strangers)}, issues: {count}"
        yield warning(PEOPLE, words, "`yardmaster people --missing` names them, and what would join them")


def check_people(rules: Ruleset, directory: Directory) -> Iterator[Finding]:
    """Look who is linked in Jira and Slack, and whether those are enough to decide. Raises GatewayError."""
    people = directory.everyone(rules)
    for person in people:
        if not person.linked:
            lacking = " and ".join(
                system for system, account in (("jira", person.jira), ("slack", person.slack)) if account is None
            )
            words = f"{person.id} is not linked: no account in {lacking.title()} is known"
            fix = f"write people.{person.id}.{lacking.replace(' and ', f' and people.{person.id}.')}"
            yield warning(PEOPLE, words, fix)
        elif person.guest:
            yield warning(PEOPLE, f"{person.id} is a guest in Slack, and guests decide nothing", "name somebody else")
    for name, workflow in rules.workflows.items():
        yield _enough(f"workflow {name}", workflow.approvers, people)
    operating = {role for role, about in rules.roles.items() if "operate" in about.may}
    if not any(_decides(person) and operating & set(person.roles) for person in people):
        words = "nobody who is linked may stop Yardmaster"
        yield warning(PEOPLE, words, "give a role that may `operate` to somebody in the rules")


def _enough(whose: str, role: str, people: tuple[Person, ...]) -> Finding:
    able = [person.id for person in people if _decides(person) and role in person.roles]
    if not able:
        fix = f"name people with the role {role} in the rules, with their accounts in Jira and Slack"
        return fault(PEOPLE, f"{whose}: nobody who is linked has the role {role}, so nothing is asked", fix)
    if len(able) == 1:
        fix = f"give the role {role} to a second person: who reported an issue is not asked about it"
        return warning(PEOPLE, f"{whose}: only {able[0]} may decide", fix)
    return well(PEOPLE, f"{whose}: {len(able)} people may decide")


def _decides(person: Person) -> bool:
    return person.linked and not person.guest
