"""Reads the small things that Jira's payloads are made of: numbers, times, people, statuses, texts.

Pure; used by `translate` alone. It must not know of events or issues.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from integrations.jira.adf import text_of
from integrations.jira.payloads import Identified, Named, Number, Person, StatusShape, Text
from rules.canonical import revive
from rules.model import Status, Tainted

__all__ = [
    "NotUnderstood",
    "account_of",
    "moment",
    "name_of",
    "number_of",
    "read",
    "security_of",
    "status_of",
    "tainted",
    "text_in",
    "utc",
]

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CATEGORIES = frozenset({"new", "indeterminate", "done"})


class NotUnderstood(Exception):
    """A payload is not what Jira's documentation says. The message names the place, never the payload's text."""


def read(body: object, shape: type[T]) -> T:
    """Take a payload for a shape, its texts storable; raises NotUnderstood where it is none."""
    try:
        return msgspec.convert(body if _is_storable(body) else _storable(body), shape)
    except msgspec.ValidationError as error:
        raise NotUnderstood(str(error)[:200]) from None
    except RecursionError:
        raise NotUnderstood("it is nested too deeply") from None


def _is_storable(body: object) -> bool:
    """Tell at the speed of JSON that no text needs care; words that look like an escaped NUL are taken for one."""
    try:
        return rb"\u0000" not in msgspec.json.encode(body)
    except ValueError:  # half a surrogate pair, or a number of thousands of digits
        return False


def _storable(data: Any) -> Any:
    """Take out of all texts what PostgreSQL refuses: NUL goes, half a surrogate pair becomes a question mark."""
    if isinstance(data, dict):
        return {_storable(key): _storable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_storable(value) for value in data]
    return data.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(data, str) else data


def status_of(status: StatusShape) -> Status:
    """Give a status in our words; a category that Jira does not document is "undefined"."""
    key = status.status_category.key if status.status_category else ""
    return revive(
        {"id": str(status.id), "name": status.name, "category": key if key in _CATEGORIES else "undefined"}, Status
    )


def name_of(named: Named | None) -> str | None:
    """Give the name of what may be null."""
    return named.name if named else None


def account_of(person: Person | None) -> str | None:
    """Give the account id; Server and Data Center have a key or a name instead."""
    return (person.account_id or person.key or person.name) if person else None


def security_of(level: Identified | Number | None) -> str | None:
    """Give the id of a security level, which webhooks write as a bare text."""
    return None if level is None else str(level.id if isinstance(level, Identified) else level)


def text_in(text: Text) -> str:
    """Give the words of a text in wiki markup or in the Atlassian Document Format."""
    return text_of(text) if isinstance(text, dict) else text or ""


def tainted(text: Text) -> Any:
    """Give a text from outside in the plain form of `Tainted`."""
    return msgspec.to_builtins(Tainted(text=text_in(text)))


def number_of(number: Number) -> int:
    """Give a Jira id as a number that PostgreSQL's bigint can hold."""
    if not re.fullmatch(r"[0-9]{1,18}", str(number)):
        raise NotUnderstood("the id of an issue is not a number")
    return int(number)


def utc(time: str) -> str:
    """Turn `2009-09-01T08:45:11.000-0700` into our JSON form, in UTC."""
    try:
        told = datetime.fromisoformat(time)
        if told.tzinfo is None:
            raise NotUnderstood("a time has no offset from UTC")
        return str(msgspec.to_builtins(told.astimezone(UTC)))
    except (ValueError, OverflowError):
        raise NotUnderstood("a time is not in ISO 8601") from None


def moment(milliseconds: int) -> datetime:
    """Give the time that lies so many milliseconds after 1970 began."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise NotUnderstood("the timestamp is out of range") from None
