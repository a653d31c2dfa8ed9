"""Reads what fields of an issue hold, as a person would read it, by the fields' names. Pure.

A field may hold anything. What cannot be put into words is told as JSON, so that it is seen to change. An answer that
is no issue raises `NotUnderstood` and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from integrations.jira.payloads import Issue
from integrations.jira.values import read

__all__ = ["values_in"]

_LONGEST = 1_000
_NAMES = ("value", "name", "displayName", "key")


def values_in(body: object, ids: Mapping[str, str | None]) -> dict[str, str]:
    """Give what the fields hold, by their names; blank where one is empty or not there.

    Args:
        body: the issue.
        ids: Jira's id of each field, as in `customfield_10050`; None for a name that the site does not know.
    """
    held = read(body, Issue).fields
    return {name: "" if id_ is None else _bounded(_text(held.get(id_))) for name, id_ in ids.items()}


def _bounded(text: str) -> str:
    """Cut what is long, with a mark of the rest, so that this is seen to change as well."""
    rest = text[_LONGEST:]
    mark = hashlib.sha256(rest.encode()).hexdigest()[:8]
    return f"{text[:_LONGEST]}… ({len(rest)} more characters, {mark})" if rest else text


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    named = [value[name] for name in _NAMES if isinstance(value.get(name), str)] if isinstance(value, dict) else []
    return named[0] if named else msgspec.json.encode(value, order="sorted").decode()
