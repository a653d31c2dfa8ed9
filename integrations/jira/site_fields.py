"""Asks a site which of its custom fields hold organisations, request types and SLA clocks, so that these are asked for.

It must not read issues. A site without a service desk has none; nothing more is asked for then.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import replace

from integrations.jira.client import Connection
from integrations.jira.custom import NAMED_NONE, CustomFields
from integrations.jira.errors import Call, unreadable
from integrations.jira.payloads import Shape
from integrations.jira.values import NotUnderstood, read

__all__ = ["SiteFields"]

_FIELDS = Call(doing="asking which fields there are", writes=False)
_CLOCK = "sd-servicelevelagreement"
_ORGANISATIONS = ":sd-customer-organizations"
_REQUESTS = ":vp-origin"
_KEPT_S = 3600.0
_MOST = 100

log = logging.getLogger(__name__)


class _Schema(Shape, frozen=True, kw_only=True):
    """What a field holds; `custom` names what made a custom field."""

    type: str = ""
    custom: str = ""


class _Field(Shape, frozen=True, kw_only=True):
    """A field; the oldest ones have no schema."""

    id: str
    name: str = ""
    schema: _Schema = _Schema()


class SiteFields:
    """The custom fields of one site that we keep; asked for when they are first needed, and again after an hour."""

    def __init__(
        self, connection: Connection, named: CustomFields = NAMED_NONE, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Remember how to ask; `named` holds the custom fields that the settings name."""
        self._connection = connection
        self._named = named
        self._monotonic = monotonic
        self._known: tuple[tuple[_Field, ...], CustomFields, float] | None = None

    def known(self) -> CustomFields:
        """Give them; raises GatewayError."""
        return self._kept()[1]

    def ids_of(self, names: Collection[str]) -> dict[str, str | None]:
        """Give the id of the first field with each name, which may be an id; None for no such field.

        Raises GatewayError.
        """
        fields = self._kept()[0]
        return {name: next((one.id for one in fields if name in (one.name, one.id)), None) for name in names}

    def _kept(self) -> tuple[tuple[_Field, ...], CustomFields, float]:
        now = self._monotonic()
        if self._known is None or now - self._known[2] >= _KEPT_S:
            fields = self._asked()
            self._known = fields, self._kinds(fields), now
        return self._known

    def _asked(self) -> tuple[_Field, ...]:
        answer = self._connection.read("field", _FIELDS.doing, absent=frozenset())
        try:
            return read(answer, tuple[_Field, ...])
        except NotUnderstood as reason:
            raise unreadable(_FIELDS, str(reason)) from None

    def _kinds(self, fields: tuple[_Field, ...]) -> CustomFields:
        for setting, named in (("CUSTOMER", self._named.customer), ("TEAM", self._named.team)):
            if named is not None and all(one.id != named for one in fields):
                log.warning("YARDMASTER_%s_FIELD names %s, which is no field of this Jira", setting, named)
        return replace(
            self._named,
            organisations=tuple(one.id for one in fields if one.schema.custom.endswith(_ORGANISATIONS))[:_MOST],
            requests=tuple(one.id for one in fields if one.schema.custom.endswith(_REQUESTS))[:_MOST],
            clocks=tuple(one.id for one in fields if one.schema.type == _CLOCK)[:_MOST],
        )
