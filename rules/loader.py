"""Texts of rules become one ruleset, or a list of every mistake in them. Reading files is an edge, not done here.

Packs are laid over each other by id, later over earlier: mappings are merged, everything else is replaced.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, get_args

import jsonschema
import msgspec

from rules.canonical import plain
from rules.conditions import ConditionError, about_items
from rules.ruleset import ActionKind, Ruleset
from rules.sources import Mistake, Path, Place, Source, Unreadable, read
from rules.spelling import nearest

_TYPES = {"string": "a text", "integer": "a whole number", "array": "a list", "object": "a mapping", "null": "nothing"}
Wrong = tuple[Path, str]


class RulesError(ValueError):
    """The rules cannot be used, for these mistakes."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def load(texts: Iterable[tuple[str, str]]) -> Ruleset:
    """Make the ruleset of (name, YAML text) pairs; raises RulesError with every mistake at once."""
    merged = Source(data={}, places={(): Place(file="rules")})
    mistakes: list[Mistake] = []
    for name, text in texts:
        try:
            merged = merged.under(read(name, text))
        except Unreadable as error:
            mistakes += error.mistakes
    mistakes += [_mistake(merged, wrong) for wrong in _shape_mistakes(merged.data)]
    if mistakes:
        raise RulesError(mistakes)
    try:
        ruleset = msgspec.convert(merged.data, Ruleset)
    except msgspec.ValidationError as error:
        raise RulesError([_mistake(merged, ((), str(error)))]) from error
    if meant := [_mistake(merged, wrong) for wrong in _meaning_mistakes(ruleset)]:
        raise RulesError(meant)
    return ruleset


@cache
def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a rules file as a whole."""
    made: dict[str, Any] = msgspec.json.schema(Ruleset)
    kinds = {"enum": list(get_args(ActionKind))}  # the library leaves out which keys a mapping may have
    for shape, field in (("AgentRule", "autonomy"), ("Limits", "confidence")):
        made["$defs"][shape]["properties"][field]["propertyNames"] = kinds
    return made


def _mistake(source: Source, wrong: Wrong) -> Mistake:
    path, words = wrong
    return Mistake(place=source.place(path), path=".".join(str(part) for part in path), words=words)


def _shape_mistakes(data: Mapping[str, Any]) -> Iterator[Wrong]:
    errors = jsonschema.Draft202012Validator(schema()).iter_errors(plain(data))
    told = (wrong for error in errors for wrong in _in_words(error))
    yield from dict.fromkeys(sorted(told, key=lambda wrong: [str(part) for part in wrong[0]]))


def _in_words(error: jsonschema.ValidationError) -> Iterator[Wrong]:
    """Tell a schema's complaint in the words of whoever wrote the rules."""
    path: Path = tuple(error.absolute_path)
    found: Any = error.instance
    wanted: Any = error.validator_value
    shape: Any = error.schema
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, found)
    match error.validator:
        case "additionalProperties":
            known = shape.get("properties", {})
            for word in sorted(found.keys() - known.keys()):
                yield (*path, word), f"no rule has the word {word!r} here{nearest(word, known)}"
        case "required":
            yield path, f"{', '.join(sorted(set(wanted) - found.keys()))} must be said as well"
        case "type" | "anyOf":
            types = [wanted] if isinstance(wanted, str) else [str(one.get("type")) for one in wanted]
            yield path, f"expected {' or '.join(_TYPES.get(type_, type_) for type_ in types)}, found {_shown(found)}"
        case "enum":
            words = [str(word) for word in wanted]
            yield path, f"{_shown(found)} is none of {', '.join(words)}{nearest(str(found), words)}"
        case "pattern":
            yield path, f"{_shown(found)} is no name: use small letters, digits, '.', '_' and '-'"
        case _:
            yield path, error.message[:300]


def _shown(found: object) -> str:
    return repr(found)[:80]


def _meaning_mistakes(ruleset: Ruleset) -> Iterator[Wrong]:
    for name, workflow in ruleset.workflows.items():
        at = ("workflows", name)
        if workflow.agent not in ruleset.agents:
            yield (*at, "agent"), f"there is no agent {workflow.agent!r}{nearest(workflow.agent, ruleset.agents)}"
        if workflow.approvers not in ruleset.roles:
            yield (*at, "approvers"), _no_role(workflow.approvers, ruleset)
        elif "approve" not in ruleset.roles[workflow.approvers].may:
            yield (*at, "approvers"), f"the role {workflow.approvers!r} may not approve"
        try:
            about_items(workflow.when)
        except ConditionError as error:
            yield (*at, "when"), str(error)
        if "{key}" not in workflow.comment:
            yield (*at, "comment"), "must name the known issue by {key}"
    for name, person in ruleset.people.items():
        for number, role in enumerate(person.roles):
            if role not in ruleset.roles:
                yield ("people", name, "roles", number), _no_role(role, ruleset)
    yield from _double_accounts(ruleset)


def _no_role(role: str, ruleset: Ruleset) -> str:
    return f"there is no role {role!r}{nearest(role, ruleset.roles)}"


def _double_accounts(ruleset: Ruleset) -> Iterator[Wrong]:
    for kind in ("jira", "slack", "email"):
        owners: dict[str, str] = {}
        for name, person in ruleset.people.items():
            account = getattr(person, kind)
            if account is not None and owners.setdefault(account, name) != name:
                yield ("people", name, kind), f"is already {owners[account]}'s"
