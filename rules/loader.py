"""Texts of rules become one ruleset, or a list of every mistake in them. Reading files is an edge, not done here.

Packs are laid over each other by id, later over earlier: mappings are merged, everything else is replaced.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema
import msgspec
import yaml

from rules.canonical import canonical
from rules.conditions import ConditionError, about_items
from rules.ruleset import Ruleset

MAX_TEXT = 1_000_000


class RulesError(ValueError):
    """The rules cannot be used; `mistakes` are sentences, each with its place."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def load(texts: Iterable[tuple[str, str]]) -> Ruleset:
    """Make the ruleset of (name, YAML text) pairs; raises RulesError with every mistake at once."""
    merged: dict[str, Any] = {}
    mistakes: list[str] = []
    for name, text in texts:
        try:
            merged = _laid_over(merged, _mapping(name, text))
        except ValueError as error:
            mistakes.append(str(error))
    mistakes += _shape_mistakes(merged)
    if mistakes:
        raise RulesError(mistakes)
    try:
        ruleset = msgspec.convert(merged, Ruleset)
    except msgspec.ValidationError as error:
        raise RulesError([str(error)]) from error
    if meant := _meaning_mistakes(ruleset):
        raise RulesError(meant)
    return ruleset


def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a rules file as a whole."""
    return msgspec.json.schema(Ruleset)


def _mapping(name: str, text: str) -> Mapping[str, Any]:
    if len(text) > MAX_TEXT:
        raise ValueError(f"{name}: is over {MAX_TEXT} characters")
    try:
        _refuse_aliases(text)
        data = yaml.safe_load(text)
        canonical(data)
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{name}: is not usable YAML: {error}") from error
    if data is None:
        return {}
    if isinstance(data, dict):
        return data
    raise ValueError(f"{name}: expected a mapping at the top, found {type(data).__name__}")


def _refuse_aliases(text: str) -> None:
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
        raise ValueError("aliases (*name) have no place in rules: a short text could grow without end")


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _laid_over(merged[key], value) if both else value
    return merged


def _shape_mistakes(merged: Mapping[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema())
    errors = sorted(validator.iter_errors(merged), key=lambda error: [str(part) for part in error.absolute_path])
    return [f"{'.'.join(str(part) for part in error.absolute_path) or 'rules'}: {error.message}" for error in errors]


def _meaning_mistakes(ruleset: Ruleset) -> list[str]:
    mistakes = []
    for name, workflow in ruleset.workflows.items():
        if workflow.agent not in ruleset.agents:
            mistakes.append(f"workflows.{name}.agent: there is no agent {workflow.agent!r}")
        if workflow.approvers not in ruleset.roles:
            mistakes.append(f"workflows.{name}.approvers: there is no role {workflow.approvers!r}")
        elif "approve" not in ruleset.roles[workflow.approvers].may:
            mistakes.append(f"workflows.{name}.approvers: the role {workflow.approvers!r} may not approve")
        try:
            about_items(workflow.when)
        except ConditionError as error:
            mistakes.append(f"workflows.{name}.when: {error}")
        if "{key}" not in workflow.comment:
            mistakes.append(f"workflows.{name}.comment: must name the known issue by {{key}}")
    for name, person in ruleset.people.items():
        mistakes += [
            f"people.{name}.roles: there is no role {role!r}" for role in person.roles if role not in ruleset.roles
        ]
    return mistakes + _double_accounts(ruleset)


def _double_accounts(ruleset: Ruleset) -> list[str]:
    mistakes: list[str] = []
    for kind in ("jira", "slack", "email"):
        owners: dict[str, str] = {}
        for name, person in ruleset.people.items():
            account = getattr(person, kind)
            if account is not None and owners.setdefault(account, name) != name:
                mistakes.append(f"people.{name}.{kind}: is already {owners[account]}'s")
    return mistakes
