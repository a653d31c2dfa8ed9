"""What a JQL text says, as plain values. Nothing here judges an issue."""

from dataclasses import dataclass
from typing import Literal


class JqlError(ValueError):
    """The query cannot be understood or followed; the text is Jira's kind of message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A word or a quoted string."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function with its arguments; the name as it was written."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """EMPTY or NULL."""


Single = Value | Function | Empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Values in parentheses."""

    values: tuple[Single, ...]


Operand = Single | Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """What WAS and CHANGED are narrowed by: after, before, on, during, by, from, to."""

    operator: str
    operand: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A field against an operand; the operator in lower case."""

    field: str
    operator: str
    operand: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Was:
    """What a field has been: was, was not, was in, was not in."""

    field: str
    operator: str
    operand: Operand
    predicates: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """That a field changed."""

    field: str
    predicates: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compound:
    """Clauses under one connective; `not` has one."""

    operator: Literal["and", "or", "not"]
    clauses: tuple["Clause", ...]


Clause = Comparison | Was | Changed | Compound


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of ORDER BY; no direction is the field's own."""

    field: str
    direction: Literal["asc", "desc"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed query; nothing restricts it when `where` is None."""

    where: Clause | None
    order: tuple[Key, ...]
