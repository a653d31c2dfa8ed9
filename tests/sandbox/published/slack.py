"""Slack's schemas: of the answers of Web API methods, and of what Slack sends to an app."""

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from tests.sandbox.published.shape import words_in


@dataclass(frozen=True)
class Schema:
    """One schema in its open form, which allows properties that it does not name."""

    content: Any

    @cached_property
    def words(self) -> frozenset[str]:
        """What its enumerations name."""
        return frozenset(words_in(self.content))

    @cached_property
    def validator(self) -> Draft7Validator:
        """What judges by it."""
        return Draft7Validator(self.content)


@lru_cache
def schema(shared: Path, name: str) -> Schema | None:
    """The open schema of this name; none where there is none."""
    path = shared / "specs" / "slack" / f"{name}.open.json"
    return Schema(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def of_answer(shared: Path, method: str) -> Schema | None:
    """The schema of a method's answer."""
    words = re.split(r"\.", method)
    return schema(shared, "R_" + "".join(word[:1].upper() + word[1:] for word in words))


def of_message(shared: Path, kind: str) -> Schema | None:
    """The schema of an event's envelope (`event_envelope`), of the event in it, or of an interaction by its type."""
    return schema(shared, f"S_{kind}")
