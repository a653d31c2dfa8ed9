"""Reads of an issue's custom fields whose it is, as what it was requested, and its SLA clocks. Pure.

Each site numbers these fields in its own way, and a payload does not say what they are, so they are known by the form
of what they hold. A field may hold anything: what is not of that form is passed over, and nothing here raises.

Source: https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/ (the form of an SLA clock).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from integrations.jira.payloads import Shape
from integrations.jira.values import NotUnderstood, moment, utc
from rules.model import SlaClock

__all__ = ["NAMED_NONE", "CustomFields", "named_by", "told_by"]

_MOST = 50
_LONGEST = 255
_ORGANISATIONS = "organizations"
#: As much more than all of its time says nothing new, in per mille.
_MOST_TOOK = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFields:
    """What is known of a site's custom fields, by their ids, as in `customfield_10050`.

    `customer` and `team` are those that the settings name. Of `organisations`, `requests` (request types) and `clocks`
    one learns more than from their form: where such a field is empty, an issue has none.
    """

    customer: str | None = None
    team: str | None = None
    organisations: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Give all of them, to be asked for."""
        named = (one for one in (self.customer, self.team) if one is not None)
        return (*self.organisations, *self.requests, *self.clocks, *named)


#: The settings name no field.
NAMED_NONE = CustomFields()


class _Breach(Shape, frozen=True, kw_only=True):
    """When a clock breaks: in milliseconds since 1970 began, or in ISO 8601."""

    epoch_millis: int | None = None
    iso8601: str | None = None


class _Ongoing(Shape, frozen=True, kw_only=True):
    """A run of a clock that has not ended."""

    breach_time: _Breach | None = None
    breached: bool = False
    paused: bool = False


class _Length(Shape, frozen=True, kw_only=True):
    """How long something took, or may take."""

    millis: int


class _Ended(Shape, frozen=True, kw_only=True):
    """A run of a clock that ended."""

    breached: bool = False
    elapsed_time: _Length | None = None
    goal_duration: _Length | None = None

    @property
    def took(self) -> int | None:
        """How much of its time was used, in per mille; None where that is not told."""
        if self.elapsed_time is None or self.goal_duration is None or self.goal_duration.millis <= 0:
            return None
        return min(max(0, 1000 * self.elapsed_time.millis // self.goal_duration.millis), _MOST_TOOK)


class _Clock(Shape, frozen=True, kw_only=True):
    """The value of an SLA field; it has its runs, or the text is no clock's."""

    name: str
    completed_cycles: tuple[_Ended, ...]
    ongoing_cycle: _Ongoing | None = None


class _Organisation(Shape, frozen=True, kw_only=True):
    """One of a service desk's organisations; its links tell it from any other thing that has a name."""

    id: str | int
    name: str
    links: dict[str, Any] = msgspec.field(name="_links")


class _RequestType(Shape, frozen=True, kw_only=True):
    """One of the forms of a portal."""

    name: str


class _Request(Shape, frozen=True, kw_only=True):
    """The value of the field that says as what an issue was requested; its status tells it from any other thing."""

    request_type: _RequestType
    current_status: dict[str, Any]


def named_by(changes: Iterable[tuple[str, str | None]], custom: CustomFields) -> CustomFields:
    """Add the fields that a changelog calls, by name and id, as a service desk does: such a one may be empty by now."""
    named = {id_ for name, id_ in changes if id_ is not None and name.casefold() == _ORGANISATIONS}
    return replace(custom, organisations=tuple(sorted({*custom.organisations, *named})))


def told_by(fields: Mapping[str, Any], custom: CustomFields) -> Iterator[tuple[str, Any]]:
    """Name what the fields tell as `rules.model.Item` does, each with its plain JSON value; nothing of what is absent.

    `fields` are storable, under Jira's names.
    """
    owners = {name: found for name, value in _custom(fields) if (found := _organisations(value))}
    if owners or not fields.keys().isdisjoint(custom.organisations):
        yield "organisations", _bounded(name for found in owners.values() for name in found)
    types = [one for _, value in _custom(fields) if (one := _request_type(value))]
    if types or not fields.keys().isdisjoint(custom.requests):
        yield "request_type", next(iter(_bounded(iter(types))), None)
    clocks = [clock for _, value in _custom(fields) if (clock := _clock(value))]
    if clocks or not fields.keys().isdisjoint(custom.clocks):
        yield "slas", msgspec.to_builtins(sorted(clocks, key=lambda one: one.name)[:_MOST])
    if custom.customer is not None and custom.customer in fields:
        yield "customers", _bounded(_texts(fields[custom.customer]))
    if custom.team is not None and custom.team in fields:
        yield "team", next(iter(_bounded(_texts(fields[custom.team]))), None)


def _custom(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((name, value) for name, value in fields.items() if value and name.startswith("customfield_"))


def _organisations(value: object) -> list[str]:
    """Give the names of organisations; nothing where anything else is among them."""
    if not isinstance(value, list):
        return []
    try:
        return [one.name for one in msgspec.convert(value, list[_Organisation])]
    except msgspec.ValidationError:
        return []


def _request_type(value: object) -> str | None:
    """Give the name of a request type; None for anything else."""
    try:
        return msgspec.convert(value, _Request).request_type.name if isinstance(value, dict) else None
    except msgspec.ValidationError:
        return None


def _clock(value: object) -> SlaClock | None:
    if not isinstance(value, dict) or "completedCycles" not in value:
        return None
    try:
        shape = msgspec.convert(value, _Clock)
        run, name = shape.ongoing_cycle, shape.name[:_LONGEST]
        if run is None:
            last = shape.completed_cycles[-1] if shape.completed_cycles else _Ended()
            return SlaClock(name=name, breached=last.breached, took=last.took)
        breaks = None if run.paused or run.breach_time is None else _moment(run.breach_time)
    except (msgspec.ValidationError, NotUnderstood):
        return None
    return SlaClock(name=name, breaches_at=breaks, paused=run.paused, breached=run.breached)


def _moment(breach: _Breach) -> datetime | None:
    if breach.epoch_millis is not None:
        return moment(breach.epoch_millis)
    return None if breach.iso8601 is None else datetime.fromisoformat(utc(breach.iso8601))


def _texts(value: object) -> Iterator[str]:
    """Give what a text, a number, an option or a list of these says."""
    for one in value if isinstance(value, list) else [value]:
        said = (one.get("value") or one.get("name")) if isinstance(one, dict) else one
        if isinstance(said, str | int | float) and not isinstance(said, bool):
            yield str(said)


def _bounded(names: Iterator[str]) -> list[str]:
    """Give names without needless blanks, each once, in their order; so many and so long as a person would read."""
    cut = (" ".join(name[:_LONGEST].split()) for name in names)
    return list(dict.fromkeys(name for name in cut if name))[:_MOST]
