r"""Writes our sentences in Jira's wiki markup, with every word from outside made harmless.

Pure. A special character is escaped by a backslash, which the reader does not see; where Jira knows no such escape, an
invisible word joiner (U+2060) breaks the markup instead. A backslash itself must never stand before another one (that
is a line break) nor before a special character that is not meant, so a joiner follows it.

Source: https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rules.model import ItemRef, Line, Moment, Part, PersonRef, Tainted, words_of

__all__ = ["escape", "one_line", "render", "render_whole"]

_JOINER = "\u2060"
_LONGEST_QUOTE = 200
_LONGEST_WHOLE = 10_000
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_URL = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9./%?=&+,_:#-]*")
_ALWAYS = re.compile(r"[{}\[\]!|~]")
_AT_AN_EDGE = re.compile(r"(?<![^\W_])[*_+^-]|[*_+^-](?![^\W_])")
_AT_LINE_START = re.compile(r"^(\s*)(h[1-6]|bq)\.", re.MULTILINE)
_NUMBERED = re.compile(r"^(\s*)#", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_JOINED_AFTER = re.compile(r"\\|@|\?(?=\?)|\((?=[^\s()]{1,7}\))|[:;](?=[-()DPp|])")


def escape(text: str) -> str:
    """Give a text that Jira shows as it was written, without mentions, macros, images, links, headings or tables.

    Bare web addresses stay as they are. What cannot be seen (control and direction characters) is taken out.
    """
    seen = _ENTITY.sub(f"&{_JOINER}", _UNSEEN.sub("", text))
    pieces, end = [], 0
    for url in _URL.finditer(seen):
        pieces += [_harmless(seen[end : url.start()]), url.group()]
        end = url.end()
    return "".join([*pieces, _harmless(seen[end:])])


def render(line: Line, url_of: Callable[[str], str]) -> str:
    """Write a line: our sentence as it is, its parts escaped; what people wrote is cut to 200 characters on one line.

    Args:
        line: a sentence with places for its parts.
        url_of: gives the address of an issue's key.
    """
    return line.text.format(*(_part(part, url_of, _cut) for part in line.parts))


def render_whole(line: Line, url_of: Callable[[str], str]) -> str:
    """Write a line as `render` does, but with what people wrote in full and in its own lines, to 10,000 characters."""
    return line.text.format(*(_part(part, url_of, lambda text: text[:_LONGEST_WHOLE]) for part in line.parts))


def one_line(text: str, limit: int) -> str:
    """Give a text for a field without markup: on one line, without what cannot be seen, cut to `limit` characters."""
    words = " ".join(_UNSEEN.sub(" ", text).split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _part(part: Part, url_of: Callable[[str], str], cut: Callable[[str], str]) -> str:
    match part:
        case Tainted():
            return escape(cut(part.text))
        case ItemRef():
            return f"[{escape(part.key)}|{part.address or url_of(part.key)}]"
        case PersonRef():
            return escape(_cut(part.name))
        case Moment():
            return words_of(part)


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1].rstrip() + "…"


def _harmless(text: str) -> str:
    joined = _JOINED_AFTER.sub(lambda found: found.group() + _JOINER, text)
    escaped = _ALWAYS.sub(r"\\\g<0>", _AT_AN_EDGE.sub(r"\\\g<0>", joined))
    unheaded = _AT_LINE_START.sub(rf"\1\2{_JOINER}.", escaped)
    return _NUMBERED.sub(r"\1\\#", unheaded)
