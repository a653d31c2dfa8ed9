"""SCIM's filters (RFC 7644, section 3.4.2.2): a text becomes a test of documents. Pure."""

import json
import operator
import re
from collections.abc import Callable
from typing import Any

from sandbox.twins.call import TwinError
from sandbox.twins.directory.paths import Json, values_at

Test = Callable[[Json], bool]
TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<mark>[()\[\]])|(?P<word>[^\s()\[\]"]+))')
DEEPEST = 20
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
TEXTUAL: dict[str, Callable[[str, str], bool]] = {
    "co": operator.contains,
    "sw": str.startswith,
    "ew": str.endswith,
}


def read_filter(text: str) -> Test:
    """The test that a filter describes; 400 invalidFilter when it is none."""
    reader = _Reader(_tokens(text))
    test = reader.either(0)
    if reader.rest:
        raise _wrong(f"{reader.rest[0]!r} was not expected")
    return test


def _wrong(detail: str) -> TwinError:
    return TwinError(400, "invalidFilter", f"The filter cannot be read: {detail}.")


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            raise _wrong(f"at character {place + 1}")
        found.append(match[0].strip())
        place = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens

    def either(self, depth: int) -> Test:
        tests = [self._every(depth)]
        while self._takes("or"):
            tests.append(self._every(depth))
        return lambda document: any(test(document) for test in tests)

    def _every(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._takes("and"):
            tests.append(self._one(depth))
        return lambda document: all(test(document) for test in tests)

    def _one(self, depth: int) -> Test:
        if depth > DEEPEST:
            raise _wrong("it is nested too deeply")
        if self._takes("not"):
            inner = self._one(depth + 1)
            return lambda document: not inner(document)
        if self._takes("("):
            return self._until(")", depth)
        path = self._next("an attribute")
        if self._takes("["):
            test = self._until("]", depth)
            return lambda document: any(isinstance(one, dict) and test(one) for one in _entries(document, path))
        return self._comparison(path)

    def _until(self, end: str, depth: int) -> Test:
        test = self.either(depth + 1)
        if not self._takes(end):
            raise _wrong(f"{end!r} is missing")
        return test

    def _comparison(self, path: str) -> Test:
        word = self._next("an operator").lower()
        if word == "pr":
            return lambda document: any(value not in ("", []) for value in values_at(document, path))
        if word not in {"eq", "ne", *ORDERED, *TEXTUAL}:
            raise _wrong(f"{word!r} is no operator")
        try:
            wanted = json.loads(self._next("a value"))
        except ValueError as error:
            raise _wrong("a value must be a text in quotes, a number, true, false or null") from error
        if word == "ne":
            return lambda document: not any(_compares("eq", value, wanted) for value in values_at(document, path))
        return lambda document: any(_compares(word, value, wanted) for value in values_at(document, path))

    def _takes(self, word: str) -> bool:
        if self.rest and self.rest[0].lower() == word:
            self.rest = self.rest[1:]
            return True
        return False

    def _next(self, what: str) -> str:
        if not self.rest or self.rest[0] in "()[]":
            raise _wrong(f"{what} is missing")
        token, self.rest = self.rest[0], self.rest[1:]
        return token


def _entries(document: Json, path: str) -> list[Any]:
    value = next((value for key, value in document.items() if key.lower() == path.lower()), None)
    return value if isinstance(value, list) else [value]


def _compares(word: str, value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        value, wanted = value.casefold(), wanted.casefold()
    if word == "eq":
        return bool(value == wanted and isinstance(value, bool) == isinstance(wanted, bool))
    if word in TEXTUAL:
        return isinstance(value, str) and isinstance(wanted, str) and TEXTUAL[word](value, wanted)
    comparable = type(value) is type(wanted) and not isinstance(value, bool) and isinstance(value, str | int | float)
    return comparable and ORDERED[word](value, wanted)
