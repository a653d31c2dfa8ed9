"""The marks inside a line of wiki markup, as nodes of a document: bold, links, mentions and their like."""

import re
from typing import Any

Adf = dict[str, Any]
MARKS = {"*": "strong", "_": "em", "+": "underline", "-": "strike"}
SPAN = re.compile(
    r"""\[~accountid:(?P<person>[^\]\s]+)\]
      | \[(?:(?P<label>[^|\]\n]+)\|)?(?P<url>(?:https?://|mailto:)[^\]|\s]+)\]
      | (?P<bare>https?://[^\s\]|<>"]*[\w/#=&])
      | \{\{(?P<code>[^}\n]+)\}\}
      | (?<![\w*_+\\-])(?P<mark>[*_+-])(?P<inside>(?=\S)(?:(?!(?P=mark)).)*?[^\s\\])(?P=mark)(?![\w*_+-])
      | \\(?P<escaped>[^\w\s])""",
    re.VERBOSE,
)


def inline(text: str, marks: tuple[str, ...] = ()) -> list[Adf]:
    """The nodes of one line; `marks` are already on."""
    content: list[Adf] = []
    place = 0
    for found in SPAN.finditer(text):
        content += _letters(text[place : found.start()], marks)
        content += _span(found, marks)
        place = found.end()
    return _joined([*content, *_letters(text[place:], marks)])


def _span(found: re.Match[str], marks: tuple[str, ...]) -> list[Adf]:
    if found["person"]:
        return [{"type": "mention", "attrs": {"id": found["person"]}}]
    if url := found["url"] or found["bare"]:
        return [_linked(found["label"] or url, url, marks)]
    if found["code"]:
        return [{"type": "text", "text": found["code"], "marks": [{"type": "code"}]}]
    if found["escaped"]:
        return _letters(found["escaped"], marks)
    return inline(found["inside"], (*marks, MARKS[found["mark"]]))


def _linked(words: str, url: str, marks: tuple[str, ...]) -> Adf:
    mark = {"type": "link", "attrs": {"href": url}}
    return {"type": "text", "text": words, "marks": [*({"type": name} for name in marks), mark]}


def _letters(text: str, marks: tuple[str, ...]) -> list[Adf]:
    if not text:
        return []
    said: Adf = {"type": "text", "text": text}
    return [{**said, "marks": [{"type": name} for name in marks]}] if marks else [said]


def _joined(nodes: list[Adf]) -> list[Adf]:
    """Neighbouring texts with the same marks as one."""
    joined: list[Adf] = []
    for node in nodes:
        before = joined[-1] if joined else None
        same = before and before["type"] == node["type"] == "text" and before.get("marks") == node.get("marks")
        if before and same:
            joined[-1] = {**before, "text": before["text"] + node["text"]}
        else:
            joined.append(node)
    return joined
