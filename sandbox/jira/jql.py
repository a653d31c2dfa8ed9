"""A modest JQL: clauses with AND, OR, NOT and parentheses, then ORDER BY. Parses and judges; it knows no HTTP."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import ge, gt, le, lt
from typing import Any

from sandbox.clock import EPOCH
from sandbox.jira.records import Issue

Test = Callable[[Issue], bool]
TOKEN = re.compile(r"""\s*(?:("(?:[^"\\]|\\.)*")|('(?:[^'\\]|\\.)*')|(!=|!~|>=|<=|[=~<>(),])|([^\s=~<>(),!"']+))""")
WORDS = frozenset({"and", "or", "not", "in", "is", "order"})


class JqlError(ValueError):
    """The query cannot be understood; the text is Jira's kind of message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed query; `test` is None when nothing restricts it. Order: (field, descending)."""

    test: Test | None
    order: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    quoted: bool

    def is_word(self, *words: str) -> bool:
        return not self.quoted and self.text.lower() in words


def parse(text: str, now: datetime) -> Query:
    """The query of a JQL text; JqlError when it is malformed."""
    return _Parser(_tokens(text), now).query()


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], 0
    while text[place:].strip():
        found = TOKEN.match(text, place)
        if found is None:
            raise JqlError(
                f"Error in the JQL Query: The quoted string or character at position {place} is not completed."
            )
        quoted = found[1] or found[2]
        tokens.append(
            _Token(text=re.sub(r"\\(.)", r"\1", quoted[1:-1]) if quoted else found[0].strip(), quoted=bool(quoted))
        )
        place = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], now: datetime) -> None:
        self._tokens = tokens
        self._place = 0
        self._now = now

    def query(self) -> Query:
        test = None if self._done() or self._peek("order") else self._either()
        order = self._order() if self._accept("order") else ()
        if not self._done():
            raise JqlError(
                f"Error in the JQL Query: Expecting 'AND', 'OR' or 'ORDER BY' but got '{self._next().text}'."
            )
        return Query(test=test, order=order)

    def _either(self) -> Test:
        tests = [self._both()]
        while self._accept("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda issue: any(test(issue) for test in tests)

    def _both(self) -> Test:
        tests = [self._single()]
        while self._accept("and"):
            tests.append(self._single())
        return tests[0] if len(tests) == 1 else lambda issue: all(test(issue) for test in tests)

    def _single(self) -> Test:
        if self._accept("not"):
            inner = self._single()
            return lambda issue: not inner(issue)
        if self._accept("("):
            inner = self._either()
            self._expect(")")
            return inner
        field = self._next()
        if self._done() or self._peek("and", "or", "order", ")"):
            return lambda issue: _mentions(_all_text(issue), field.text)
        return _clause(field.text.lower(), *self._comparison(), self._now)

    def _comparison(self) -> tuple[str, list[str]]:
        token = self._next()
        if token.is_word("is"):
            operator = "!=" if self._accept("not") else "="
            return operator, [self._value()]
        if token.is_word("not") and self._accept("in"):
            return "!=", self._listed()
        if token.is_word("in"):
            return "=", self._listed()
        if token.quoted or token.text not in ("=", "!=", "~", "!~", ">=", "<=", ">", "<"):
            raise JqlError(f"Error in the JQL Query: Expecting an operator but got '{token.text}'.")
        return token.text, [self._value()]

    def _listed(self) -> list[str]:
        self._expect("(")
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
        self._expect(")")
        return values

    def _value(self) -> str:
        token = self._next()
        if not token.quoted and (token.text in "(),=~<>" or token.text.lower() in WORDS):
            raise JqlError(f"Error in the JQL Query: Expecting a value but got '{token.text}'.")
        if self._accept("("):
            self._expect(")")
            return f"{token.text}()"
        empty = token.is_word("empty", "null")
        return "" if empty else token.text

    def _order(self) -> tuple[tuple[str, bool], ...]:
        self._expect("by")
        keys = []
        while True:
            field = self._next().text.lower()
            down = self._accept("desc")
            if not down:
                self._accept("asc")
            keys.append((field, down))
            if not self._accept(","):
                return tuple(keys)

    def _done(self) -> bool:
        return self._place >= len(self._tokens)

    def _peek(self, *words: str) -> bool:
        return not self._done() and self._tokens[self._place].is_word(*words)

    def _accept(self, word: str) -> bool:
        if not self._peek(word):
            return False
        self._place += 1
        return True

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise JqlError(f"Error in the JQL Query: Expecting '{word}' but got {self._next().text!r}.")

    def _next(self) -> _Token:
        if self._done():
            raise JqlError("Error in the JQL Query: The query ends too early.")
        self._place += 1
        return self._tokens[self._place - 1]


def sort_key(field: str) -> Callable[[Issue], Any]:
    """What an issue is ordered by; JqlError for a field that cannot order."""
    keys: dict[str, Callable[[Issue], Any]] = {
        "created": lambda i: i.created,
        "updated": lambda i: i.updated,
        "key": lambda i: (i.project.key, i.id),
        "id": lambda i: i.id,
        "priority": lambda i: i.priority.id if i.priority else "",
        "status": lambda i: i.status.name,
        "summary": lambda i: i.summary.lower(),
    }
    if field not in keys:
        raise JqlError(f"Field '{field}' does not exist or you do not have permission to view it.")
    return keys[field]


def _all_text(issue: Issue) -> str:
    return "\n".join([issue.summary, issue.description or "", *(comment.body for comment in issue.comments)])


TIMES: dict[str, Callable[[Issue], datetime | None]] = {
    "created": lambda i: i.created,
    "updated": lambda i: i.updated,
    "resolutiondate": lambda i: i.resolved_at,
    "resolved": lambda i: i.resolved_at,
}
NAMES: dict[str, Callable[[Issue], list[str | None]]] = {
    "project": lambda i: [i.project.key, i.project.name, i.project.id],
    "key": lambda i: [i.key, str(i.id)],
    "status": lambda i: [i.status.name, i.status.id],
    "statuscategory": lambda i: [
        i.status.category,
        {"new": "To Do", "done": "Done"}.get(i.status.category, "In Progress"),
    ],
    "resolution": lambda i: [i.resolution.name, i.resolution.id] if i.resolution else ["", "Unresolved"],
    "assignee": lambda i: [i.assignee or ""],
    "reporter": lambda i: [i.reporter or ""],
    "type": lambda i: [i.type.name, i.type.id],
    "priority": lambda i: [i.priority.name, i.priority.id] if i.priority else [""],
    "labels": lambda i: [*i.labels] or [""],
    "component": lambda i: [named.name for named in i.components] or [""],
}
TEXTS: dict[str, Callable[[Issue], str]] = {
    "summary": lambda i: i.summary,
    "description": lambda i: i.description or "",
    "comment": lambda i: " ".join(comment.body for comment in i.comments),
    "text": _all_text,
}
COMPARISONS: dict[str, Callable[[datetime, datetime], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}
ALIASES = {"issuekey": "key", "id": "key", "issue": "key", "issuetype": "type"}


def _clause(field: str, operator: str, values: list[str], now: datetime) -> Test:
    field = ALIASES.get(field, field)
    if field in TIMES and operator in COMPARISONS:
        return _time_test(TIMES[field], operator, _moment(values[0], now))
    if field in TEXTS and operator in ("~", "!~"):
        return lambda issue: _mentions(TEXTS[field](issue), values[0]) == (operator == "~")
    if field in NAMES and operator in ("=", "!="):
        wanted = {value.lower() for value in values}
        return lambda issue: any((n or "").lower() in wanted for n in NAMES[field](issue)) == (operator == "=")
    if field in TIMES or field in TEXTS or field in NAMES:
        raise JqlError(f"The operator '{operator}' is not supported by the '{field}' field.")
    raise JqlError(f"Field '{field}' does not exist or you do not have permission to view it.")


def _time_test(read: Callable[[Issue], datetime | None], operator: str, limit: datetime) -> Test:
    compare = COMPARISONS[operator]

    def test(issue: Issue) -> bool:
        moment = read(issue)
        return moment is not None and compare(moment, limit)

    return test


def _moment(text: str, now: datetime) -> datetime:
    if ago := re.fullmatch(r"([+-]?\d+)([wdhm])", text):
        unit = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}[ago[2]]
        return now + timedelta(**{unit: int(ago[1])})
    if re.fullmatch(r"\d{1,14}", text):
        return EPOCH + timedelta(milliseconds=int(text))
    if text.lower() == "now()":
        return now
    for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise JqlError(f"Date value '{text}' is invalid. Valid formats include: 'yyyy-MM-dd HH:mm', 'yyyy-MM-dd', '-5d'.")


def _mentions(text: str, words: str) -> bool:
    low = text.lower()
    return all(word.strip("*") in low for word in words.lower().strip('"').split())
