"""A JQL text as tokens, each with its place for the messages."""

import re
from dataclasses import dataclass

from sandbox.jira.jql.syntax import JqlError

TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<sign><=|>=|!=|!~|&&|\|\||[=~<>(),!&|])
      | (?P<word>cf\[\d+\]|(?:[^\s=~<>(),!"'&|{}*/%+^$\#@?;\[\]`\\]|\\.)+)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
SPECIAL = {"n": "\n", "t": "\t", "r": "\r"}
CONNECTIVES = {"&": "and", "&&": "and", "|": "or", "||": "or", "!": "not"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, sign or quoted string; `where` is its place as Jira's messages name it."""

    text: str
    where: str
    quoted: bool = False
    sign: bool = False

    def is_word(self, *words: str) -> bool:
        """Whether this is one of some key words or signs."""
        return not self.quoted and self.text.lower() in words


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text; JqlError for a string without its end and for reserved characters."""
    tokens = []
    place = _skip(text, 0)
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            raise _unreadable(text, place)
        tokens.append(_token(found, _where(text, place)))
        place = _skip(text, found.end())
    return tokens


def _token(found: re.Match[str], where: str) -> Token:
    raw = found[0]
    if found["quoted"]:
        return Token(text=ESCAPE.sub(_unescaped, raw[1:-1]), where=where, quoted=True)
    if found["sign"]:
        return Token(text=CONNECTIVES.get(raw, raw), where=where, sign=True)
    return Token(text=ESCAPE.sub(_unescaped, raw), where=where)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else SPECIAL.get(found[2], found[2])


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _where(text: str, place: int) -> str:
    line = text.count("\n", 0, place) + 1
    return f"(line {line}, character {place - text.rfind(chr(10), 0, place)})"


def _unreadable(text: str, place: int) -> JqlError:
    sign, where = text[place], _where(text, place)
    if sign in "\"'":
        return JqlError(
            f"Error in the JQL Query: The quoted string '{text[place + 1 :]}' has not been completed. {where}"
        )
    return JqlError(
        f"Error in the JQL Query: The character '{sign}' is a reserved JQL character. You must enclose it in a string "
        f"or use the escape '\\u{ord(sign):04x}' instead. {where}"
    )
