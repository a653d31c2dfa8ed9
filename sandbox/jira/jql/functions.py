"""What operands stand for: words and functions of JQL as the values that a field holds."""

from collections.abc import Callable
from typing import Any

from sandbox.jira.jql.dates import VALID, edge, read_moment
from sandbox.jira.jql.fields import Field, Kind
from sandbox.jira.jql.scope import Scope
from sandbox.jira.jql.syntax import Empty, Function, JqlError, Listed, Operand, Single
from sandbox.jira.records import Issue

NOWHERE = -1
EDGES = {
    f"{side}of{word}": (unit, side == "end")
    for side in ("start", "end")
    for word, unit in (("day", "d"), ("week", "w"), ("month", "M"), ("year", "y"))
}


def values_of(scope: Scope, field: Field, operand: Operand) -> list[Any]:
    """The values that an operand stands for; EMPTY is None."""
    singles = operand.values if isinstance(operand, Listed) else (operand,)
    return [value for single in singles for value in _values(scope, field, single)]


def _values(scope: Scope, field: Field, single: Single) -> list[Any]:
    if isinstance(single, Empty) or (field.name == "resolution" and _is_unresolved(single)):
        return [None]
    if isinstance(single, Function):
        return _call(scope, field, single)
    return READERS[field.kind](scope, field, single.text)


def _is_unresolved(single: Single) -> bool:
    return not isinstance(single, Empty | Function) and single.text.lower() == "unresolved"


def _call(scope: Scope, field: Field, function: Function) -> list[Any]:
    name = function.name.lower()
    if name in EDGES or name == "now":
        return _moment_function(scope, field, function)
    found = FUNCTIONS.get(name)
    if found is None:
        raise JqlError(f"Unable to find JQL function '{function.name}({', '.join(function.arguments)})'.")
    kinds, least, most, run = found
    if field.kind not in kinds:
        raise _unfit(field, function)
    if not least <= len(function.arguments) <= most:
        raise JqlError(f"Function '{function.name}' expected {_count(least, most)} but received {_given(function)}.")
    return run(scope, *function.arguments)


def _count(least: int, most: int) -> str:
    return f"'{least}' arguments" if least == most else f"between '{least}' and '{most}' arguments"


def _given(function: Function) -> str:
    return f"'{len(function.arguments)}'"


def _unfit(field: Field, function: Function) -> JqlError:
    return JqlError(f"A value provided by the function '{function.name}' is invalid for the field '{field.name}'.")


def _moment_function(scope: Scope, field: Field, function: Function) -> list[Any]:
    if field.kind not in ("moment", "any"):
        raise _unfit(field, function)
    if function.name.lower() == "now":
        return [scope.now]
    unit, end = EDGES[function.name.lower()]
    increment = "".join(function.arguments[:1])
    moment = edge(unit, scope.now, scope.zone, increment, end=end)
    if moment is None or len(function.arguments) > 1:
        raise JqlError(
            f"Date value '{increment}' provided by the function '{function.name}' is invalid. "
            "The increment has the form (+/-)nn(y|M|w|d|h|m)."
        )
    return [moment]


def _moment(scope: Scope, field: Field, text: str) -> list[Any]:
    moment = read_moment(text, scope.now, scope.zone)
    if moment is None:
        raise JqlError(f"Date value '{text}' for field '{field.name}' is invalid. {VALID}")
    return [moment]


def _number(scope: Scope, field: Field, text: str) -> list[Any]:
    try:
        return [float(text)]
    except ValueError as error:
        raise JqlError(f"Value '{text}' is not a valid number for field '{field.name}'.") from error


def _person(scope: Scope, field: Field, text: str) -> list[Any]:
    low = text.lower()
    found = [a for a in scope.jira.accounts.values() if low in (a.account_id.lower(), a.name.lower(), a.email.lower())]
    return [account.account_id for account in found] or [low]


def _issue(scope: Scope, field: Field, text: str) -> list[Any]:
    issue = scope.jira.issue(text.upper())
    return [issue.id if issue else NOWHERE]


READERS: dict[Kind, Callable[[Scope, Field, str], list[Any]]] = {
    "choice": lambda scope, field, text: [text.lower()],
    "ranked": lambda scope, field, text: [_by_name(scope, text)],
    "words": lambda scope, field, text: [text],
    "any": lambda scope, field, text: [text.lower()],
    "person": _person,
    "issue": _issue,
    "moment": _moment,
    "number": _number,
}


def _by_name(scope: Scope, text: str) -> str:
    found = next((p for p in scope.jira.priorities if text == p.id), None)
    return (found.name if found else text).lower()


def _me(scope: Scope) -> list[Any]:
    return [scope.me.account_id] if scope.me else [""]


def _members(scope: Scope, group: str) -> list[Any]:
    known = {name.lower(): members for name, members in scope.jira.groups.items()}
    if group.lower() not in known:
        raise JqlError(
            f"Function 'membersOf' can not generate a list of usernames for group '{group}'; the group does not exist."
        )
    return sorted(known[group.lower()])


def _linked(scope: Scope, key: str, *words: str) -> list[Any]:
    here = scope.jira.issue(key.upper())
    if here is None or (scope.me and not scope.jira.may_browse(scope.me, here)):
        raise JqlError(f"Issue '{key}' could not be found in function 'linkedIssues'.")
    wanted = {word.lower() for word in words}
    found: list[Any] = []
    for link in scope.jira.links_of(here):
        words_here, other = (
            (link.type.outward, link.outward) if link.inward == here.id else (link.type.inward, link.inward)
        )
        if not wanted or wanted & {words_here.lower(), link.type.name.lower()}:
            found.append(other)
    return found


def _updated_by(scope: Scope, person: str, *dates: str) -> list[Any]:
    people = _person(scope, PERSON, person)
    limits = [_moment(scope, UPDATED, text)[0] for text in dates]

    def did(issue: Issue) -> bool:
        acts = [
            (issue.creator, issue.created),
            *((entry.author, entry.created) for entry in issue.history),
            *((comment.author, comment.created) for comment in issue.comments),
        ]
        return any(
            who in people and (not limits or at >= limits[0]) and (len(limits) < 2 or at <= limits[1])
            for who, at in acts
        )

    return [issue.id for issue in scope.jira.issues.values() if did(issue)]


def _watched(scope: Scope) -> list[Any]:
    return [i.id for i in scope.jira.issues.values() if scope.me and scope.me.account_id in i.watchers]


def _types(scope: Scope, *, subtask: bool) -> list[Any]:
    return [named.name.lower() for named in scope.jira.issue_types if named.subtask == subtask]


def _sprints(state: str) -> Callable[..., list[Any]]:
    return lambda scope: [str(sprint.id) for sprint in scope.jira.agile.sprints.values() if sprint.state == state]


PERSON = Field(name="user", kind="person", read=lambda scope: lambda issue: [])
UPDATED = Field(name="updated", kind="moment", read=lambda scope: lambda issue: [])
PEOPLE: tuple[Kind, ...] = ("person", "any")
FUNCTIONS: dict[str, tuple[tuple[Kind, ...], int, int, Callable[..., list[Any]]]] = {
    "currentuser": (PEOPLE, 0, 0, _me),
    "membersof": (PEOPLE, 1, 1, _members),
    "linkedissues": (("issue",), 1, 99, _linked),
    "updatedby": (("issue",), 1, 3, _updated_by),
    "watchedissues": (("issue",), 0, 0, _watched),
    "subtaskissuetypes": (("choice",), 0, 0, lambda scope: _types(scope, subtask=True)),
    "standardissuetypes": (("choice",), 0, 0, lambda scope: _types(scope, subtask=False)),
    "opensprints": (("choice",), 0, 0, _sprints("active")),
    "closedsprints": (("choice",), 0, 0, _sprints("closed")),
    "futuresprints": (("choice",), 0, 0, _sprints("future")),
}
