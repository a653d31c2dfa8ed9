"""The wiki string of a document: what API v2 and webhooks tell of a text that was written in API v3."""

from typing import Any

Adf = dict[str, Any]
AROUND = {"strong": "*", "em": "_", "underline": "+", "strike": "-"}


def document_text(document: Adf) -> str:
    """The blocks of a document, an empty line between them."""
    return _blocks(document, "")


def _children(node: Adf) -> list[Adf]:
    return [child for child in node.get("content") or () if isinstance(child, dict)]


def _attrs(node: Adf) -> dict[str, Any]:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def _blocks(node: Adf, marks: str) -> str:
    return "\n\n".join(text for child in _children(node) if (text := _block(child, marks).strip("\n")))


def _block(node: Adf, marks: str) -> str:
    kind = str(node.get("type"))
    if kind in ("bulletList", "orderedList"):
        return "\n".join(_item(child, marks + ("#" if kind == "orderedList" else "*")) for child in _children(node))
    if kind == "heading":
        return f"h{_attrs(node).get('level', 1)}. {_inside(node)}"
    if kind == "codeBlock":
        language = _attrs(node).get("language")
        return f"{{code{f':{language}' if language else ''}}}\n{_letters(node)}\n{{code}}"
    if kind == "rule":
        return "----"
    if kind in ("blockquote", "panel"):
        name = "quote" if kind == "blockquote" else "panel"
        return f"{{{name}}}\n{_blocks(node, '')}\n{{{name}}}"
    if kind == "table":
        return "\n".join(_row(child) for child in _children(node))
    if kind == "paragraph" or not any(child.get("content") for child in _children(node)):
        return _inside(node) if node.get("content") else _inline(node)
    return _blocks(node, marks)


def _item(node: Adf, marks: str) -> str:
    lines = []
    for place, child in enumerate(_children(node)):
        text = _block(child, marks)
        lines.append(f"{marks} {text}" if place == 0 else text)
    return "\n".join(lines)


def _row(node: Adf) -> str:
    cells = _children(node)
    edge = "||" if cells and all(cell.get("type") == "tableHeader" for cell in cells) else "|"
    return edge + edge.join(_blocks(cell, "").replace("\n", " ") or " " for cell in cells) + edge


def _inside(node: Adf) -> str:
    return "".join(_inline(child) for child in _children(node))


def _letters(node: Adf) -> str:
    return "".join(str(child.get("text", "")) for child in _children(node))


def _inline(node: Adf) -> str:
    kind, attrs = node.get("type"), _attrs(node)
    if kind == "text":
        return _marked(str(node.get("text", "")), node.get("marks"))
    if kind == "hardBreak":
        return "\n"
    if kind == "mention":
        return f"[~accountid:{attrs.get('id', '')}]"
    if kind == "emoji":
        return str(attrs.get("text") or attrs.get("shortName") or "")
    if kind in ("inlineCard", "blockCard", "embedCard"):
        return f"[{attrs.get('url', '')}]"
    if kind == "status":
        return f"[{attrs.get('text', '')}]"
    return _inside(node)


def _marked(text: str, marks: object) -> str:
    listed = [mark for mark in marks if isinstance(mark, dict)] if isinstance(marks, list) else []
    for mark in listed:
        if mark.get("type") == "code":
            text = f"{{{{{text}}}}}"
    for mark in reversed(listed):
        sign = AROUND.get(str(mark.get("type")), "")
        text = f"{sign}{text}{sign}"
    href = next((str(_attrs(mark).get("href", "")) for mark in listed if mark.get("type") == "link"), None)
    if href is None:
        return text
    return href if text == href else f"[{text}|{href}]"
