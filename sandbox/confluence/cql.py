"""The part of CQL that the sandbox reads: text, title, space, type, label, id; and, or, not; order by. Pure.

Deviation from Confluence: `~` wants every word (`word*` its beginning, a phrase in inner quotes), without stemming.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.confluence.call import wrong
from sandbox.confluence.state import Page, Space, plain

Test = Callable[[Page, Space], bool]
TOKEN = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|!=|!~|[=~(),]|[^\s=~!(),"']+)""")
WORD = re.compile(r"\w+\*?")
DEEPEST = 20
TEXTS: dict[str, Callable[[Page], str]] = {
    "text": lambda page: f"{page.now.title} {plain(page.now.body)}",
    "title": lambda page: page.now.title,
    "sitesearch": lambda page: f"{page.now.title} {plain(page.now.body)}",
}
EXACT: dict[str, Callable[[Page, Space], list[str]]] = {
    "title": lambda page, _: [page.now.title],
    "space": lambda _, space: [space.key],
    "space.key": lambda _, space: [space.key],
    "type": lambda *_: ["page"],
    "label": lambda page, _: page.labels,
    "id": lambda page, _: [str(page.id)],
}
ORDERS: dict[str, Callable[[Page], object]] = {
    "lastmodified": lambda page: page.now.at,
    "created": lambda page: page.versions[0].at,
    "title": lambda page: page.now.title.casefold(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which pages, and by what they are ordered: a name of ORDERS (none = by relevance), backwards or not."""

    test: Test
    order: str | None = None
    backwards: bool = False


def read_cql(text: str) -> Query:
    """The query that a text asks for; 400 when it cannot be read."""
    reader = _Reader(_tokens(text), text)
    test = reader.either(0)
    order, backwards = None, False
    if reader.takes("order"):
        reader.expect("by")
        order = reader.next().lower()
        if order not in ORDERS:
            raise reader.wrong()
        backwards = reader.takes("desc") or (reader.takes("asc") and False)
    if reader.rest:
        raise reader.wrong()
    return Query(test=test, order=order, backwards=backwards)


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            raise wrong(f"Could not parse cql : {text[:200]}")
        found.append(match[1])
        place = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[str], text: str) -> None:
        self.rest = tokens
        self._text = text

    def wrong(self) -> Exception:
        return wrong(f"Could not parse cql : {self._text[:200]}")

    def either(self, depth: int) -> Test:
        tests = [self._every(depth)]
        while self.takes("or"):
            tests.append(self._every(depth))
        return lambda page, space: any(test(page, space) for test in tests)

    def takes(self, word: str) -> bool:
        if self.rest and self.rest[0].lower() == word:
            self.rest = self.rest[1:]
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.takes(word):
            raise self.wrong()

    def next(self) -> str:
        if not self.rest or self.rest[0] in ("(", ")", ",", "=", "~", "!=", "!~"):
            raise self.wrong()
        token, self.rest = self.rest[0], self.rest[1:]
        return re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] in "\"'" else token

    def _every(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self.takes("and"):
            tests.append(self._one(depth))
        return lambda page, space: all(test(page, space) for test in tests)

    def _one(self, depth: int) -> Test:
        if depth > DEEPEST:
            raise self.wrong()
        if self.takes("not"):
            return _not(self._one(depth + 1))
        if self.takes("("):
            test = self.either(depth + 1)
            self.expect(")")
            return test
        return self._clause(self.next().lower())

    def _clause(self, name: str) -> Test:
        for sign in ("~", "!~"):
            if self.takes(sign):
                if name not in TEXTS:
                    raise self.wrong()
                test = _contains(TEXTS[name], self.next())
                return test if sign == "~" else _not(test)
        negated = self.takes("!=") or (bool(self.rest) and self.rest[0].lower() == "not" and self.takes("not"))
        many = not self.takes("=") and self.takes("in")
        if name not in EXACT:
            raise self.wrong()
        test = _equals(EXACT[name], self._values() if many else [self.next()])
        return _not(test) if negated else test

    def _values(self) -> list[str]:
        self.expect("(")
        values = [self.next()]
        while self.takes(","):
            values.append(self.next())
        self.expect(")")
        return values


def _not(test: Test) -> Test:
    return lambda page, space: not test(page, space)


def _equals(read: Callable[[Page, Space], list[str]], values: Sequence[str]) -> Test:
    wanted = {value.casefold() for value in values}
    return lambda page, space: any(value.casefold() in wanted for value in read(page, space))


def _contains(read: Callable[[Page], str], wanted: str) -> Test:
    if len(wanted) > 2 and wanted[0] == wanted[-1] == '"':
        phrase = " ".join(WORD.findall(wanted.casefold()))
        return lambda page, _: f" {phrase} " in f" {' '.join(WORD.findall(read(page).casefold()))} "
    words = WORD.findall(wanted.casefold())
    whole, starts = {w for w in words if not w.endswith("*")}, [w[:-1] for w in words if w.endswith("*")]

    def fits(page: Page, _: Space) -> bool:
        there = set(WORD.findall(read(page).casefold()))
        return bool(words) and whole <= there and all(any(w.startswith(s) for w in there) for s in starts)

    return fits
