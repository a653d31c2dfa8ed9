"""Puts a text into the form in which Jira takes a field of its kind, as an issue's edit screen describes it. Pure.

Source: https://developer.atlassian.com/server/jira/platform/jira-rest-api-examples/ ("Editing an issue", the forms of
field types). An answer that is no screen raises `NotUnderstood` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from integrations.jira.payloads import Shape
from integrations.jira.values import read

__all__ = ["Written", "written_as"]

_TEXTS = frozenset({"string", "date"})
_NAMED = frozenset({"priority", "version", "component"})


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent for a field."""

    value: Any


class _Schema(Shape, frozen=True, kw_only=True):
    type: str = ""


class _Field(Shape, frozen=True, kw_only=True):
    schema: _Schema = _Schema()


class _Screen(Shape, frozen=True, kw_only=True):
    """What may be edited of an issue, by Jira's ids of the fields."""

    fields: dict[str, _Field] = msgspec.field(default_factory=dict)


def written_as(id_: str | None, text: str) -> Callable[[object], Written | None]:
    """Give what reads a screen and says how the text is to be sent; None where the field is not there to be so set."""

    def understand(body: object) -> Written | None:
        field = read(body, _Screen).fields.get(id_ or "")
        return None if field is None else _as(field.schema.type, text)

    return understand


def _as(kind: str, text: str) -> Written | None:
    if not text:
        return Written(value=None)
    if kind == "number":
        return _number(text)
    if kind in _TEXTS:
        return Written(value=text)
    if kind == "option":
        return Written(value={"value": text})
    return Written(value={"name": text}) if kind in _NAMED else None


def _number(text: str) -> Written | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return Written(value=int(number) if number.is_integer() else number)
