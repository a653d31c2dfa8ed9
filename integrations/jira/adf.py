"""Turns the Atlassian Document Format, in which version 3 of Jira's API writes texts, into plain text.

It takes whatever it is given: what is not a node is passed over. It must not fail, and must not keep any markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

__all__ = ["text_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINES = frozenset(
    {"paragraph", "heading", "codeBlock", "listItem", "tableRow", "rule", "mediaSingle", "blockCard", "taskItem"}
)
_CELLS = frozenset({"tableCell", "tableHeader"})


def text_of(document: Mapping[str, object]) -> str:
    """Give the words of a document, a line for each paragraph, heading, list item or table row.

    Walks without recursion, so that no depth of nesting can break it.

    Source: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
    """
    pieces: list[str] = []
    waiting: list[object] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
        elif isinstance(node, Mapping):
            kind = node.get("type")
            pieces.append(_words_of(kind, node))
            waiting.append("\n" if _is_one_of(kind, _LINES) else " " if _is_one_of(kind, _CELLS) else "")
            content = node.get("content")
            waiting.extend(reversed(content) if isinstance(content, list) else ())
    return re.sub(r"\s*\n\s*", "\n", "".join(pieces)).strip()


def _is_one_of(kind: object, kinds: frozenset[str]) -> bool:
    return isinstance(kind, str) and kind in kinds


def _words_of(kind: object, node: Mapping[str, object]) -> str:
    attrs = node.get("attrs")
    shown = attrs if isinstance(attrs, Mapping) else {}
    match kind:
        case "text":
            return _text(node.get("text"))
        case "hardBreak":
            return "\n"
        case "mention" | "status":
            return _text(shown.get("text"))
        case "emoji":
            return _text(shown.get("text")) or _text(shown.get("shortName"))
        case "inlineCard" | "blockCard" | "embedCard":
            return _text(shown.get("url"))
        case "date":
            return _day(_text(shown.get("timestamp")))
        case _:
            return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _day(milliseconds: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,14}", milliseconds):
        return ""
    return (_EPOCH + timedelta(milliseconds=int(milliseconds))).date().isoformat()
