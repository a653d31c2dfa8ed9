"""Texts between wiki strings (API v2, what the sandbox keeps) and Atlassian Document Format (API v3).

Known both ways: paragraphs, headings, lists in lists, code, panels and quotes, rules, tables, links, mentions, bold,
italics, underline, strike, monospace. Everything else stays as its letters.
"""

import re
from collections.abc import Callable
from itertools import groupby

from sandbox.jira.adf_text import document_text
from sandbox.jira.markup import Adf, inline

FENCE = re.compile(
    r"\{(code|noformat)(?::([^}\n]*))?\}(.*?)\{\1\}|\{(quote|panel)(?::[^}\n]*)?\}(.*?)\{\4\}", re.DOTALL
)
HEADING = re.compile(r"h([1-6])\.\s+(.*)")
ITEM = re.compile(r"([*#]+|-)\s+(.*)")
RULE = re.compile(r"-{4,}")
QUOTED = re.compile(r"bq\.\s+(.*)")
DEEPEST = 6


def is_adf(value: object) -> bool:
    """Whether a value has the outer form of a document, and every node inside has a type."""
    return (
        isinstance(value, dict)
        and value.get("type") == "doc"
        and value.get("version") == 1
        and isinstance(value.get("content"), list)
        and all(_is_node(node, 1) for node in value["content"])
    )


def to_adf(text: str) -> Adf:
    """The document of a wiki string."""
    return {"type": "doc", "version": 1, "content": _blocks(text.replace("\r\n", "\n"))}


def to_text(node: Adf) -> str:
    """The wiki string of a document; unknown nodes give the text inside them."""
    return document_text(node)


def _is_node(node: object, depth: int) -> bool:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str) or depth > 100:
        return False
    if node["type"] == "text":
        return isinstance(node.get("text"), str) and bool(node["text"])
    inside = node.get("content", [])
    return isinstance(inside, list) and all(_is_node(child, depth + 1) for child in inside)


def _blocks(text: str) -> list[Adf]:
    content: list[Adf] = []
    place = 0
    for found in FENCE.finditer(text):
        content += _plain(text[place : found.start()])
        content.append(_fenced(found))
        place = found.end()
    return content + _plain(text[place:])


def _fenced(found: re.Match[str]) -> Adf:
    if found[1]:
        language = next((word for word in (found[2] or "").split("|") if word and "=" not in word), None)
        letters = found[3].strip("\n")
        code: Adf = {"type": "codeBlock", "content": [{"type": "text", "text": letters}] if letters else []}
        return {**code, "attrs": {"language": language}} if language else code
    inside = _plain(found[5]) or [{"type": "paragraph", "content": []}]
    if found[4] == "panel":
        return {"type": "panel", "attrs": {"panelType": "info"}, "content": inside}
    return {"type": "blockquote", "content": inside}


def _plain(text: str) -> list[Adf]:
    content: list[Adf] = []
    lines = text.split("\n")
    while lines:
        taken, block = _block(lines)
        content += [block] if block else []
        lines = lines[taken:]
    return content


def _block(lines: list[str]) -> tuple[int, Adf | None]:
    line = lines[0].strip()
    if not line:
        return 1, None
    if found := HEADING.fullmatch(line):
        return 1, {"type": "heading", "attrs": {"level": int(found[1])}, "content": inline(found[2])}
    if RULE.fullmatch(line):
        return 1, {"type": "rule"}
    if found := QUOTED.fullmatch(line):
        return 1, {"type": "blockquote", "content": [{"type": "paragraph", "content": inline(found[1])}]}
    if _is_item(line):
        taken = _run(lines, lambda text: _is_item(text) and text[0] == line[0])
        return len(taken), _list(taken)
    if _is_row(line):
        taken = _run(lines, _is_row)
        return len(taken), _table(taken)
    taken = _run(lines, lambda text: not _begins(text))
    return max(1, len(taken)), {"type": "paragraph", "content": _lines(taken or [line])}


def _run(lines: list[str], belongs: Callable[[str], bool]) -> list[str]:
    taken: list[str] = []
    for line in lines:
        if not belongs(line.strip()):
            break
        taken.append(line.strip())
    return taken


def _begins(line: str) -> bool:
    """Whether a line ends the paragraph before it."""
    return not line or _is_item(line) or _is_row(line) or any(p.fullmatch(line) for p in (HEADING, RULE, QUOTED))


def _is_item(line: str) -> bool:
    return ITEM.fullmatch(line) is not None


def _is_row(line: str) -> bool:
    return line.startswith("|") and line.endswith("|") and len(line) > 2


def _lines(lines: list[str]) -> list[Adf]:
    content = inline(lines[0])
    for line in lines[1:]:
        content += [{"type": "hardBreak"}, *inline(line)]
    return content


def _list(lines: list[str]) -> Adf:
    items = [(found[1][:DEEPEST], found[2]) for line in lines if (found := ITEM.fullmatch(line))]
    return _nested(items, 1)


def _nested(items: list[tuple[str, str]], depth: int) -> Adf:
    """A list of items whose marks are at least `depth` long; longer ones are lists inside the item before them."""
    content: list[Adf] = []
    place = 0
    while place < len(items):
        inner = _longer(items[place + 1 :], depth)
        words = {"type": "paragraph", "content": inline(items[place][1])}
        within = [_nested([*group], depth + 1) for _, group in groupby(inner, key=lambda item: item[0][depth])]
        content.append({"type": "listItem", "content": [words, *within]})
        place += 1 + len(inner)
    ordered = items[0][0][depth - 1] == "#"
    return {"type": "orderedList" if ordered else "bulletList", "content": content}


def _longer(items: list[tuple[str, str]], depth: int) -> list[tuple[str, str]]:
    taken = []
    for item in items:
        if len(item[0]) <= depth:
            break
        taken.append(item)
    return taken


def _table(lines: list[str]) -> Adf:
    return {"type": "table", "content": [{"type": "tableRow", "content": _cells(line)} for line in lines]}


def _cells(line: str) -> list[Adf]:
    head = line.startswith("||")
    parts = re.split(r"\|\|" if head else r"(?<!\[)\|(?![^\[\]]*\])", line.strip("|"))
    kind = "tableHeader" if head else "tableCell"
    return [{"type": kind, "content": [{"type": "paragraph", "content": inline(part.strip())}]} for part in parts]
