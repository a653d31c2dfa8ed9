"""A query over a site as a test of issues and as keys to sort by; refuses what does not fit in Jira's words."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from operator import ge, gt, le, lt
from typing import Any

from sandbox.clock import epoch_ms
from sandbox.jira.jql.fields import Field, find_field, issue_place
from sandbox.jira.jql.functions import values_of
from sandbox.jira.jql.past import changed_test, was_test
from sandbox.jira.jql.scope import Scope
from sandbox.jira.jql.syntax import (
    Changed,
    Clause,
    Comparison,
    Compound,
    Empty,
    JqlError,
    Listed,
    Operand,
    Value,
    Was,
)
from sandbox.jira.jql.words import words_test
from sandbox.jira.records import Issue

Test = Callable[[Issue], bool]
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}
OPPOSITES = {
    "=": "!=",
    "in": "not in",
    "is": "is not",
    "~": "!~",
    "<": ">=",
    ">": "<=",
    "was": "was not",
    "was in": "was not in",
}
OPPOSITES |= {after: before for before, after in OPPOSITES.items()}


def test_of(clause: Clause, scope: Scope) -> Test:
    """The test that a clause is; JqlError for an unknown field, an operator or a value that does not fit."""
    return _test(clause, scope, contrary=False)


def check_values(clause: Clause, scope: Scope) -> None:
    """JqlError for the first value that the site does not have: a project, a status, a person."""
    for field, operand in _compared(clause, scope):
        for single in operand.values if isinstance(operand, Listed) else (operand,):
            if isinstance(single, Value) and not _exists(field, single.text, scope):
                raise JqlError(f"The value '{single.text}' does not exist for the field '{field.name}'.")


def sort_key(name: str, scope: Scope) -> Callable[[Issue], Any]:
    """What issues are ordered by, as plain JSON; what is empty comes last. JqlError for what cannot order."""
    field = find_field(scope, name)
    if field.name in ("text", "comment", "issueLinkType"):
        raise JqlError(f"Not able to sort using field '{name}'.")
    if field.name == "key":
        return (lambda issue: issue.id) if name.lower() == "id" else (lambda issue: [*issue_place(issue)])
    read = field.read(scope)
    ranks = _ranks(field, scope)

    def key(issue: Issue) -> Any:
        found = read(issue)
        return [0, _plain(ranks.get(found[0], found[0]))] if found else [1, 0]

    return key


def _ranks(field: Field, scope: Scope) -> Mapping[Any, Any]:
    if field.kind == "ranked":
        return {named.name.lower(): -place for place, named in enumerate(scope.jira.priorities)}
    if field.kind == "person":
        return {account.account_id: account.name.lower() for account in scope.jira.accounts.values()}
    return {}


def _plain(value: Any) -> Any:
    return epoch_ms(value) if isinstance(value, datetime) else value.lower() if isinstance(value, str) else value


def _test(clause: Clause, scope: Scope, *, contrary: bool) -> Test:
    if isinstance(clause, Compound):
        return _compound(clause, scope, contrary=contrary)
    field = find_field(scope, clause.field)
    operator = "changed" if isinstance(clause, Changed) else clause.operator
    if operator not in field.operators:
        raise JqlError(f"The operator '{operator}' is not supported by the '{clause.field}' field.")
    if isinstance(clause, Comparison):
        told = OPPOSITES[operator] if contrary else operator
        return _comparison(field, told, clause.operand, scope)
    test = was_test(scope, field, clause) if isinstance(clause, Was) else changed_test(scope, field, clause)
    return (lambda issue: not test(issue)) if contrary else test


def _compound(clause: Compound, scope: Scope, *, contrary: bool) -> Test:
    if clause.operator == "not":
        return _test(clause.clauses[0], scope, contrary=not contrary)
    tests = [_test(inner, scope, contrary=contrary) for inner in clause.clauses]
    if (clause.operator == "and") != contrary:
        return lambda issue: all(test(issue) for test in tests)
    return lambda issue: any(test(issue) for test in tests)


def _comparison(field: Field, operator: str, operand: Operand, scope: Scope) -> Test:
    read = field.read(scope)
    if operator in ("is", "is not"):
        if not isinstance(operand, Empty):
            raise JqlError(f"The operator '{operator}' can only be used with EMPTY or NULL, not for '{field.name}'.")
        return lambda issue: bool(read(issue)) == (operator == "is not")
    values = values_of(scope, field, operand)
    if operator in ("~", "!~"):
        return _words(field, operator, values, scope)
    if operator in COMPARISONS:
        return _ordered(field, operator, values, scope)
    if isinstance(operand, Listed) != operator.endswith("in") and not _is_listing(operand):
        raise JqlError(f"Operator '{operator}' does not support the list given for the field '{field.name}'.")
    return _membership(field, operator in ("=", "in"), values, scope)


def _is_listing(operand: Operand) -> bool:
    return not isinstance(operand, Listed | Value | Empty)


def _membership(field: Field, positive: bool, values: list[Any], scope: Scope) -> Test:
    wanted, empties, read = frozenset(values) - {None}, None in values, field.read(scope)
    if positive:
        return lambda issue: not wanted.isdisjoint(found) if (found := read(issue)) else empties
    return lambda issue: bool(found := read(issue)) and wanted.isdisjoint(found)


def _words(field: Field, operator: str, values: list[Any], scope: Scope) -> Test:
    if len(values) != 1 or not isinstance(values[0], str) or not re.search(r"\w", values[0]):
        raise JqlError(f"The field '{field.name}' does not support searching for an empty string.")
    read, test = field.read(scope), words_test(values[0])
    if operator == "~":
        return lambda issue: test(map(str, read(issue)))
    return lambda issue: bool(found := read(issue)) and not test(map(str, found))


def _ordered(field: Field, operator: str, values: list[Any], scope: Scope) -> Test:
    if len(values) != 1 or values[0] is None:
        raise JqlError(f"The operator '{operator}' does not support EMPTY or lists for the field '{field.name}'.")
    compare, read, place = COMPARISONS[operator], field.read(scope), _placing(field, scope)
    limit = place(values[0])

    def test(issue: Issue) -> bool:
        places = [place(value) for value in read(issue)]
        return any(type(mine) is type(limit) and compare(mine, limit) for mine in places)

    return test


def _placing(field: Field, scope: Scope) -> Callable[[Any], Any]:
    if field.kind == "issue":
        return lambda number: issue_place(issue) if (issue := scope.jira.issues.get(number)) else None
    if field.kind == "ranked":
        ranks = _ranks(field, scope)
        return ranks.get
    return lambda value: float(value) if isinstance(value, int) else value


def _compared(clause: Clause, scope: Scope) -> Iterator[tuple[Field, Operand]]:
    if isinstance(clause, Compound):
        for inner in clause.clauses:
            yield from _compared(inner, scope)
    elif isinstance(clause, Changed):
        field = find_field(scope, clause.field)
        yield from ((field, p.operand) for p in clause.predicates if p.operator in ("from", "to"))
    else:
        yield find_field(scope, clause.field), clause.operand


def _exists(field: Field, text: str, scope: Scope) -> bool:
    if field.kind == "person":
        return set(values_of(scope, field, Value(text=text))) <= set(scope.jira.accounts)
    if field.values is None or (field.name == "resolution" and text.lower() == "unresolved"):
        return True
    return text.lower() in {word.lower() for word in field.values(scope)}
