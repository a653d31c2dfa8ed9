"""The grammar of JQL: tokens become a query. Refuses in Jira's words; knows no fields."""

from typing import Literal

from sandbox.jira.jql.lexer import Token, tokens_of
from sandbox.jira.jql.syntax import (
    Changed,
    Clause,
    Comparison,
    Compound,
    Empty,
    Function,
    JqlError,
    Key,
    Listed,
    Operand,
    Predicate,
    Query,
    Single,
    Value,
    Was,
)

RESERVED_WORDS = """
    a abort access add after alias all alter an and any as asc audit avg before begin between boolean break by byte
    catch cf changed char character check checkpoint collate collation column commit connect continue count create
    current date decimal declare decrement default defaults define delete delimiter desc difference distinct divide
    do double drop else empty encoding end equals escape exclusive exec execute exists explain false fetch field
    file first float for from function go goto grant greater group having identified if immediate in increment index
    initial inner inout input insert int integer intersect intersection into is isempty isnull join last left less
    like limit lock long max min minus mode modify modulo more multiply next noaudit not notin nowait null number
    object of on option or order outer output power previous prior privileges public raise raw remainder rename
    resource return returns revoke right row rowid rownum rows select session set share size sqrt start strict
    string subtract sum synonym table then to trans transaction trigger true uid union unique update user validate
    values view was when whenever where while with
"""
RESERVED = frozenset(RESERVED_WORDS.split())
SIGNS = ("=", "!=", "~", "!~", "<", ">", "<=", ">=")
PREDICATES = ("after", "before", "on", "during", "by", "from", "to")
OPERATORS = "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
VALUE = "either a value, list or function"
DEEPEST = 200


def parse(text: str) -> Query:
    """The query that a text says; JqlError when it is malformed."""
    return _Parser(tokens_of(text)).query()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def query(self) -> Query:
        where = None if self._done() or self._peek("order") else self._either()
        order = self._order() if self._accept("order") else ()
        if not self._done():
            raise self._expected("either 'OR' or 'AND'")
        return Query(where=where, order=order)

    def _either(self) -> Clause:
        clauses = [self._both()]
        while self._accept("or"):
            clauses.append(self._both())
        return clauses[0] if len(clauses) == 1 else Compound(operator="or", clauses=tuple(clauses))

    def _both(self) -> Clause:
        clauses = [self._single()]
        while self._accept("and"):
            clauses.append(self._single())
        return clauses[0] if len(clauses) == 1 else Compound(operator="and", clauses=tuple(clauses))

    def _single(self) -> Clause:
        self._depth += 1
        if self._depth > DEEPEST:
            raise JqlError("Error in the JQL Query: The query is nested too deeply.")
        try:
            if self._accept("not"):
                return Compound(operator="not", clauses=(self._single(),))
            if self._accept("("):
                inner = self._either()
                self._expect(")")
                return inner
            return self._terminal()
        finally:
            self._depth -= 1

    def _terminal(self) -> Clause:
        field = self._word("a field name")
        if self._done() or self._peek("and", "or", "order", ")"):
            return Comparison(field="text", operator="~", operand=Value(text=field))
        if self._accept("changed"):
            return Changed(field=field, predicates=self._predicates())
        if self._accept("was"):
            operator = " ".join(["was", *(word for word in ("not", "in") if self._accept(word))])
            operand: Operand = self._listed() if operator.endswith("in") else self._operand()
            return Was(field=field, operator=operator, operand=operand, predicates=self._predicates())
        operator = self._operator()
        operand = self._listed() if operator.endswith("in") else self._operand()
        return Comparison(field=field, operator=operator, operand=operand)

    def _operator(self) -> str:
        if self._accept("is"):
            return "is not" if self._accept("not") else "is"
        if self._accept("in"):
            return "in"
        if self._peek("not"):
            self._place += 1
            self._expect("in")
            return "not in"
        if not self._peek(*SIGNS):
            raise self._expected("operator", OPERATORS)
        return self._next().text

    def _predicates(self) -> tuple[Predicate, ...]:
        found = []
        while self._peek(*PREDICATES):
            operator = self._next().text.lower()
            found.append(Predicate(operator=operator, operand=self._operand()))
        return tuple(found)

    def _operand(self) -> Operand:
        return self._listed() if self._peek("(") else self._value()

    def _listed(self) -> Operand:
        if not self._peek("("):
            value = self._value()
            if isinstance(value, Function):
                return value
            raise JqlError("Error in the JQL Query: Expecting '(' and a list of values after 'in'.")
        self._expect("(")
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
        self._expect(")")
        return Listed(values=tuple(values))

    def _value(self) -> Single:
        if self._accept("empty") or self._accept("null"):
            return Empty()
        word = self._word(VALUE)
        if not self._accept("("):
            return Value(text=word)
        arguments: list[str] = []
        while not self._accept(")"):
            arguments.append(self._word("an argument"))
            if not self._peek(")"):
                self._expect(",")
        return Function(name=word, arguments=tuple(arguments))

    def _order(self) -> tuple[Key, ...]:
        self._expect("by")
        keys = [self._key()]
        while self._accept(","):
            keys.append(self._key())
        return tuple(keys)

    def _key(self) -> Key:
        field = self._word("a field name")
        direction: Literal["asc", "desc"] | None = (
            "desc" if self._accept("desc") else "asc" if self._accept("asc") else None
        )
        return Key(field=field, direction=direction)

    def _word(self, what: str) -> str:
        if self._done() or self._tokens[self._place].sign:
            raise self._expected(what)
        token = self._next()
        if not token.quoted and token.text.lower() in RESERVED:
            raise JqlError(
                f"Error in the JQL Query: '{token.text}' is a reserved JQL word. You must surround it in quotation "
                f"marks to use it in a query. {token.where}"
            )
        return token.text

    def _expected(self, what: str, hint: str = "") -> JqlError:
        if self._done():
            return JqlError(f"Error in the JQL Query: Expecting {what} before the end of the query. {hint}".rstrip())
        token = self._tokens[self._place]
        more = f" {hint}" if hint else ""
        return JqlError(f"Error in the JQL Query: Expecting {what} but got '{token.text}'.{more} {token.where}")

    def _done(self) -> bool:
        return self._place >= len(self._tokens)

    def _peek(self, *words: str) -> bool:
        return not self._done() and self._tokens[self._place].is_word(*words)

    def _accept(self, word: str) -> bool:
        found = self._peek(word)
        self._place += found
        return found

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise self._expected(f"'{word}'")

    def _next(self) -> Token:
        self._place += 1
        return self._tokens[self._place - 1]
