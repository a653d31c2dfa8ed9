"""Reads single fields out of what Slack sent, where anything may be missing, huge or of another type.

Every text that goes on from here is bounded and can be stored: no NUL, no lone surrogate. It must not know what the
fields mean.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Json: TypeAlias = Mapping[str, Any]
LONGEST_NAME: Final = 255
LONGEST_TEXT: Final = 40_000  # where Slack itself cuts


class Unreadable(Exception):
    """A field that is needed is missing or cannot be read; the message is words for an operator."""


def text(data: Json, name: str, limit: int = LONGEST_NAME) -> str | None:
    """Give a text, cut to `limit` characters; None when it is missing, empty or no text."""
    value = data.get(name)
    return storable(value)[:limit] or None if isinstance(value, str) else None


def needed(data: Json, name: str) -> str:
    """Give a name or id; raises Unreadable when it is missing, empty or longer than `LONGEST_NAME`."""
    value = text(data, name, LONGEST_NAME + 1)
    if value is None or len(value) > LONGEST_NAME:
        raise Unreadable(f"{name} is missing or cannot be read")
    return value


def inner(data: Json, name: str) -> Json:
    """Give an object; an empty one when it is missing or something else."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def objects(data: Json, name: str) -> tuple[Json, ...]:
    """Give the objects in a list, without what else stands in it."""
    value = data.get(name)
    return tuple(each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def decoded(data: Json, name: str) -> Json:
    """Give the object that stands as JSON in a text; raises Unreadable when there is none."""
    try:
        value = json.loads(data.get(name) or "")
    except (TypeError, ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is not JSON") from error
    if not isinstance(value, dict):
        raise Unreadable(f"{name} is not a JSON object")
    return value


def present(**fields: str | None) -> dict[str, Any]:
    """Give the fields that are there."""
    return {name: value for name, value in fields.items() if value is not None}


def storable(value: str) -> str:
    """Make a text one that UTF-8 and PostgreSQL can hold."""
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def fingerprint(data: Json) -> str:
    """Give the SHA-256 of everything that was sent, in hex: the same for the same payload sent again."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
