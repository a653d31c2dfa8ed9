"""The documents of texts as HTML: what Jira calls rendered. Nothing is left unescaped."""

from html import escape
from typing import Any

Adf = dict[str, Any]
BLOCKS = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "blockquote": "blockquote",
    "panel": "div",
    "table": "table",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
}
MARKS = {"strong": "b", "em": "em", "underline": "ins", "strike": "del", "code": "tt"}


def document_html(document: Adf) -> str:
    """A document as HTML."""
    return "\n".join(_html(node) for node in document.get("content") or ())


def _html(node: Adf) -> str:
    kind, attrs = node.get("type"), node.get("attrs") or {}
    inside = "".join(_html(child) for child in node.get("content") or ())
    if kind == "text":
        return _marked(node)
    if kind == "hardBreak":
        return "<br/>"
    if kind == "rule":
        return "<hr />"
    if kind == "mention":
        who = escape(str(attrs.get("id")))
        return f'<a class="user-hover" rel="{who}">{escape(str(attrs.get("text") or who))}</a>'
    if kind == "codeBlock":
        return f'<div class="code panel"><pre>{inside}</pre></div>'
    if kind == "heading":
        return f"<h{int(attrs.get('level', 1))}>{inside}</h{int(attrs.get('level', 1))}>"
    tag = BLOCKS.get(str(kind))
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def _marked(node: Adf) -> str:
    said = escape(str(node.get("text", "")), quote=False)
    for mark in node.get("marks") or ():
        if mark.get("type") == "link":
            said = f'<a href="{escape(str(mark["attrs"]["href"]))}" class="external-link">{said}</a>'
        elif tag := MARKS.get(str(mark.get("type"))):
            said = f"<{tag}>{said}</{tag}>"
    return said
