"""Merges what payloads said of an issue into what is known of it, field by field. Pure; it must not know of tables.

Time is Jira's `updated`. A field is overwritten by a payload whose `updated` is not older than the one that said it
before; so payloads may come twice, late and in any order, and lead to the same item.

At the same `updated` the later arrival wins. What changes an issue without touching its `updated` (a link that goes
with its other end, a component or status with a new name) can be told apart by nothing else, and the look that acts
reads Jira last: were it not to win, it would act on what it has just been told is no longer so. A delivery that is
repeated at the same instant may bring back what stood before, until that next read.
"""

from datetime import datetime
from typing import Any

import msgspec

from rules.canonical import Value, plain, revive
from rules.model import Item, Snapshot

_FIELDS = frozenset(Item.__struct_fields__) - {"id", "deleted"}
_REQUIRED = frozenset(field.name for field in msgspec.structs.fields(Item) if field.required) - {"id"}


class Known(Value, frozen=True, kw_only=True):
    """What is known of an issue: plain fields named as in `Item`, and for each the `updated` of who `said` it last.

    `gone`: the `updated` of the latest payload that told of its deletion. `missing`: Jira's last answer was that there
    is no such issue, or none that we may see.
    """

    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    said: dict[str, datetime | None] = msgspec.field(default_factory=dict)
    gone: datetime | None = None
    missing: bool = False

    @property
    def newest(self) -> datetime | None:
        """The latest `updated` that anything is known from."""
        return max((at for at in self.said.values() if at is not None), default=None)

    @property
    def is_deleted(self) -> bool:
        """Whether the issue is not there: nothing newer than its deletion shows it alive."""
        return self.missing or (self.gone is not None and not _older(self.gone, self.newest))


def merged(known: Known, snapshot: Snapshot) -> Known:
    """Give what is known after one more payload.

    A payload without `updated` counts as older than everything known: it fills only what is unknown. If it tells of a
    deletion it is the answer to a read and has no time but its arrival: the issue is missing until a payload comes that
    is not older than the rest and shows it (somebody took our permission to see it, and gave it back).
    """
    at = snapshot.updated
    told = {name: value for name, value in _told(snapshot).items() if _speaks(at, name, known)}
    return Known(
        fields=known.fields | told,
        said=known.said | dict.fromkeys(told, at),
        gone=_later(known.gone, at) if snapshot.deleted else known.gone,
        missing=_is_missing(known, snapshot),
    )


def item_of(item: int, known: Known) -> Item | None:
    """Give the item, None while something is unknown that every item has.

    Raises msgspec.ValidationError for a field that is not of the form that `Item` wants.
    """
    if not known.fields.keys() >= _REQUIRED:
        return None
    return revive({**known.fields, "id": item, "deleted": known.is_deleted}, Item)


def _told(snapshot: Snapshot) -> dict[str, Any]:
    told = {name: value for name, value in snapshot.fields.items() if name in _FIELDS}
    if snapshot.key:
        told["key"] = snapshot.key
    if snapshot.updated is not None:
        told["updated"] = plain(snapshot.updated)
    return told


def _speaks(at: datetime | None, name: str, known: Known) -> bool:
    return name not in known.said or not _older(at, known.said[name])


def _older(one: datetime | None, other: datetime | None) -> bool:
    return one is None or (other is not None and one < other)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if _older(one, other) else one


def _is_missing(known: Known, snapshot: Snapshot) -> bool:
    if snapshot.deleted:
        return known.missing or snapshot.updated is None
    return known.missing and _older(snapshot.updated, known.newest)
