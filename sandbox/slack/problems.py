"""A mistake in what an app sends to be shown, in Slack's words, and the checks from which the others are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PLAIN, ANY_TEXT = ("plain_text",), ("plain_text", "mrkdwn")
LONGEST_TEXT_OBJECT = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong and where; `expected` are the values of which one should stand there."""

    text: str
    pointer: str
    code: str = "failed_constraint"
    expected: tuple[str, ...] = ()
    got: str = ""

    def __str__(self) -> str:
        """The line in `response_metadata.messages`."""
        return f"[ERROR] {self.text} [json-pointer:{self.pointer}]"

    def told(self) -> dict[str, Any]:
        """The entry in `errors` of blocks.validate."""
        said: dict[str, Any] = {"pointer": self.pointer, "code": self.code, "message": self.text}
        if not self.expected:
            return said
        return said | {"constraint": {"type": "enum", "expected": list(self.expected), "got": self.got}}


Problems = list[Problem]
Check = Callable[[Any, str], Problems]


def wrong(text: str, pointer: str) -> Problems:
    """One problem."""
    return [Problem(text=text, pointer=pointer)]


def missing(name: str, pointer: str) -> Problems:
    """A required field that is not there."""
    return [Problem(text=f"missing required field: {name}", pointer=pointer, code="missing_required_field")]


def size(value: Any, most: int, place: str, *, required: bool = True) -> Problems:
    """A string of 1 to `most` characters."""
    if value is None and not required:
        return []
    if not isinstance(value, str):
        return wrong("must be a string", place)
    if required and not value:
        return wrong("must be more than 0 characters", place)
    return wrong(f"must be less than {most + 1} characters", place) if len(value) > most else []


def text_object(value: Any, most: int, place: str, kinds: tuple[str, ...] = ANY_TEXT) -> Problems:
    """A text object of one of the kinds."""
    if not isinstance(value, dict):
        return missing(place.rpartition("/")[2], place.rpartition("/")[0])
    if problems := one_of(value.get("type"), kinds, f"{place}/type"):
        return problems
    return size(value.get("text"), most, f"{place}/text")


def one_of(value: Any, allowed: tuple[str, ...], place: str) -> Problems:
    """One of a few values."""
    if value in allowed:
        return []
    text = f"must be a valid enum value: {', '.join(allowed)}"
    return [Problem(text=text, pointer=place, expected=allowed, got=str(value))]


def unsupported(kind: Any, place: str) -> Problems:
    """A type that is not known, or not here."""
    return [Problem(text=f"unsupported type: {kind}", pointer=f"{place}/type", code="unsupported_type")]


def items(values: Any, most: int, place: str, check: Check) -> Problems:
    """A list of 1 to `most` things, each checked."""
    if not isinstance(values, list) or not values:
        return wrong("must provide at least one item", place)
    problems = wrong(f"no more than {most} items allowed", place) if len(values) > most else []
    return problems + [problem for n, value in enumerate(values) for problem in check(value, f"{place}/{n}")]


def optional(check: Check, value: Any, place: str) -> Problems:
    """A check of what may be absent."""
    return [] if value is None else check(value, place)
