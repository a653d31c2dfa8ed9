"""Fills the templates of the rules, which are wiki markup with places such as {key}, into lines in our words. Pure."""

import re
from collections.abc import Mapping

from rules.model import Line, Part


def filled(template: str, places: Mapping[str, Part | None]) -> Line | None:
    """Put parts into their places; a line of the template that has an empty place is left out. None for no words.

    Braces around anything but one of the places stand for themselves.
    """
    kept = [line for line in template.splitlines() if all(places[name] is not None for name in _named(line, places))]
    text = "\n".join(kept).strip()
    parts = {name: part for name in _named(text, places) if (part := places[name]) is not None}
    numbers = {name: f"{{{number}}}" for number, name in enumerate(parts)}
    words = re.split(_place(places), text)
    said = "".join(numbers[word] if nth % 2 else _escaped(word) for nth, word in enumerate(words))
    return Line(text=said, parts=tuple(parts.values())) if text else None


def _named(text: str, places: Mapping[str, Part | None]) -> list[str]:
    return list(dict.fromkeys(re.findall(_place(places), text)))


def _place(places: Mapping[str, Part | None]) -> str:
    return rf"\{{({'|'.join(map(re.escape, places))})\}}"


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
