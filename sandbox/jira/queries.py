"""Queries that are asked about: `jql/parse`, `jql/match`, and the filters of webhooks. Searching is not done here."""

import re
from typing import Any

from sandbox.desk.fields import known_fields
from sandbox.desk.forms import writable
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.jql import JqlError, Scope, check_values, parse, sort_key, test_of
from sandbox.jira.jql.scope import CustomField
from sandbox.jira.jql.syntax import (
    Changed,
    Clause,
    Comparison,
    Compound,
    Empty,
    Function,
    Listed,
    Operand,
    Predicate,
    Query,
)
from sandbox.jira.records import SPRINT, Account, Issue
from sandbox.jira.render import Json
from sandbox.world import World


def custom_fields(world: World) -> dict[str, tuple[str, str, str]]:
    """The custom fields of the site by id: the name that people see, the type, the custom type."""
    told = {name: (words, kind, sort) for name, words, kind, sort in known_fields(world.desk)}
    for project in world.jira.projects.values():
        for field in writable(world.desk, project).values():
            told.setdefault(field.id, (field.label, field.kind, ""))
    if world.jira.agile.boards:
        told[SPRINT] = ("Sprint", "array", "com.pyxis.greenhopper.jira:gh-sprint")
    for issue in world.jira.issues.values():
        for name in issue.custom:
            told.setdefault(name, (name, "any", ""))
    return told


def scope_of(world: World, account: Account | None) -> Scope:
    """What somebody's query is asked over."""

    def custom() -> list[CustomField]:
        return [CustomField(id=name, name=words, kind=kind) for name, (words, kind, _) in custom_fields(world).items()]

    return Scope(jira=world.jira, now=world.jira.clock.now(), me=account, custom=custom)


def fits(world: World, jql: str, issue: Issue) -> bool:
    """Whether an issue passes a filter of webhooks; a filter that cannot be followed lets nothing pass."""
    try:
        where = parse(jql).where
        return where is None or test_of(where, scope_of(world, None))(issue)
    except JqlError:
        return False


def parse_queries(call: Call) -> Answer:
    """POST jql/parse?validation=strict|warn|none: each query as a tree, or what is wrong with it."""
    strictness = call.query.get("validation", "strict")
    if strictness not in ("strict", "warn", "none"):
        raise JiraError(400, f"The validation mode '{strictness}' is not known.")
    return 200, {"queries": [_parsed(call, text, strictness) for text in _texts(call, "queries")]}


def match_issues(call: Call) -> Answer:
    """POST jql/match: which of some issues each query finds."""
    numbers = call.body().get("issueIds")
    if not isinstance(numbers, list) or not all(isinstance(number, int) for number in numbers):
        raise JiraError(400, "The issueIds must be a list of numbers.")
    known = [call.jira.issues[number] for number in dict.fromkeys(numbers) if number in call.jira.issues]
    seen = [issue for issue in known if call.jira.may_browse(call.account, issue)]
    return 200, {"matches": [_matched(call, text, seen) for text in _texts(call, "jqls")]}


def _texts(call: Call, name: str) -> list[str]:
    texts = call.body().get(name)
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise JiraError(400, f"The {name} must be a list of JQL queries, at least one.")
    return texts


def _matched(call: Call, text: str, issues: list[Issue]) -> Json:
    try:
        where = parse(text).where
        test = test_of(where, scope_of(call.world, call.account)) if where else None
    except JqlError as error:
        return {"matchedIssues": [], "errors": [str(error)]}
    return {"matchedIssues": [issue.id for issue in issues if test is None or test(issue)], "errors": []}


def _parsed(call: Call, text: str, strictness: str) -> Json:
    try:
        query = parse(text)
    except JqlError as error:
        return {"query": text, "errors": [str(error)]}
    said: Json = {"query": text, "structure": _structure(query)}
    try:
        scope = scope_of(call.world, call.account)
        for key in query.order:
            sort_key(key.field, scope)
        if query.where:
            test_of(query.where, scope)
            check_values(query.where, scope)
    except JqlError as error:
        return {"none": said, "warn": {**said, "warnings": [str(error)]}}.get(
            strictness, {"query": text, "errors": [str(error)]}
        )
    return said


def _structure(query: Query) -> Json:
    order = [
        {"field": _field(key.field), **({"direction": key.direction} if key.direction else {})} for key in query.order
    ]
    where = {"where": _clause(query.where)} if query.where else {}
    return {**where, **({"orderBy": {"fields": order}} if order else {})}


def _clause(clause: Clause) -> Json:
    if isinstance(clause, Compound):
        return {"operator": clause.operator, "clauses": [_clause(inner) for inner in clause.clauses]}
    said: Json = {"field": _field(clause.field)}
    if isinstance(clause, Changed):
        return {**said, "operator": "changed", "predicates": _predicates(clause.predicates)}
    said |= {"operator": clause.operator, "operand": _operand(clause.operand)}
    if isinstance(clause, Comparison):
        return said
    return {**said, "predicates": _predicates(clause.predicates)}


def _predicates(predicates: tuple[Predicate, ...]) -> list[Json]:
    return [{"operator": predicate.operator, "operand": _operand(predicate.operand)} for predicate in predicates]


def _field(name: str) -> Json:
    return {"name": name, "encodedName": _encoded(name)}


def _operand(operand: Operand) -> Json:
    if isinstance(operand, Listed):
        values = [_operand(value) for value in operand.values]
        return {"values": values, "encodedOperand": f"({', '.join(_written(value) for value in values)})"}
    if isinstance(operand, Empty):
        return {"keyword": "empty"}
    if isinstance(operand, Function):
        written = f"{operand.name}({', '.join(map(_encoded, operand.arguments))})"
        return {"function": operand.name, "arguments": list(operand.arguments), "encodedOperand": written}
    return {"value": operand.text, "encodedValue": _encoded(operand.text)}


def _written(said: Json) -> str:
    return str(said.get("encodedOperand") or said.get("encodedValue") or "EMPTY")


def _encoded(text: Any) -> str:
    if re.fullmatch(r"[\w.:-]+|cf\[\d+\]", text):
        return str(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
