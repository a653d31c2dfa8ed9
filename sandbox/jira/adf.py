"""Texts between wiki strings (API v2, what the sandbox keeps) and Atlassian Document Format (API v3)."""

import re
from typing import Any

Adf = dict[str, Any]


def is_adf(value: object) -> bool:
    """Whether a value has the outer form of a document."""
    return (
        isinstance(value, dict)
        and value.get("type") == "doc"
        and value.get("version") == 1
        and isinstance(value.get("content"), list)
    )


def to_adf(text: str) -> Adf:
    """A document: code blocks and paragraphs of a wiki string; other markup stays as its letters."""
    content: list[Adf] = []
    for number, part in enumerate(re.split(r"\{(?:code|noformat)(?::[^}]*)?\}", text.replace("\r\n", "\n"))):
        if number % 2:
            content.append({"type": "codeBlock", "content": _letters(part.strip("\n"))})
        else:
            content += [_paragraph(block) for block in re.split(r"\n{2,}", part.strip("\n")) if block]
    return {"type": "doc", "version": 1, "content": content}


def to_text(node: Adf) -> str:
    """The wiki string of a document; unknown nodes give the text inside them."""
    return _text(node).strip("\n")


def _letters(text: str) -> list[Adf]:
    return [{"type": "text", "text": text}] if text else []


def _paragraph(block: str) -> Adf:
    content: list[Adf] = []
    for line in block.split("\n"):
        content += [{"type": "hardBreak"}] if content else []
        for word in re.split(r"(\[~accountid:[^\]]+\])", line):
            mention = re.fullmatch(r"\[~accountid:([^\]]+)\]", word)
            content += [{"type": "mention", "attrs": {"id": mention[1]}}] if mention else _letters(word)
    return {"type": "paragraph", "content": content}


def _text(node: Adf) -> str:
    inside = "".join(_text(child) for child in node.get("content") or ())
    attrs = node.get("attrs") or {}
    forms = {
        "text": str(node.get("text", "")),
        "hardBreak": "\n",
        "mention": f"[~accountid:{attrs.get('id', '')}]",
        "paragraph": f"{inside}\n\n",
        "heading": f"h{attrs.get('level', 1)}. {inside}\n\n",
        "codeBlock": f"{{code}}\n{inside}\n{{code}}\n\n",
        "listItem": f"* {inside.strip()}\n",
        "bulletList": f"{inside}\n",
        "orderedList": f"{inside}\n",
    }
    return forms.get(str(node.get("type")), inside)
