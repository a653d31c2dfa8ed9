"""Who a batch is while it grows, merges, splits and closes: a group gets the name of the batch it goes on. Pure."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from rules.canonical import Value, digest


class Batch(Value, frozen=True, kw_only=True):
    """Issues that are one problem. `grown_at`: when it last grew, in domain time; one without members is closed.

    `version` is how often it was written, for compare-and-swap.
    """

    id: str
    members: tuple[int, ...]
    since: datetime
    grown_at: datetime
    version: int = 0

    def next_version(self) -> "Batch":
        """Give what is stored in its place."""
        return msgspec.structs.replace(self, version=self.version + 1)


class Parting(Value, frozen=True, kw_only=True):
    """What somebody told apart: no issue of `ones` is the same problem as one of `others`. `by`: who, a person's id."""

    id: str
    ones: tuple[int, ...]
    others: tuple[int, ...]
    by: str
    at: datetime


def regroup(
    groups: Sequence[tuple[int, ...]], previous: Sequence[Batch], least: int, now: datetime
) -> tuple[Batch, ...]:
    """Give the batches that change: new ones, those that grew or shrank, and those that ended.

    A group goes on the batch with which it has most members in common; of two that merge the larger lives on, then the
    older. A new batch needs `least` members, one that is there already two.
    """
    heirs = _heirs(groups, previous)
    changed = []
    for batch in previous:
        group = heirs.get(batch.id, ())
        if group != batch.members:
            grown = now if set(group) - set(batch.members) else batch.grown_at
            changed.append(Batch(id=batch.id, members=group, since=batch.since, grown_at=grown, version=batch.version))
    taken = set(heirs.values())
    fresh = [group for group in groups if group not in taken and len(group) >= least]
    changed += [
        Batch(id=digest({"members": group, "at": now})[:12], members=group, since=now, grown_at=now) for group in fresh
    ]
    return tuple(changed)


def _heirs(groups: Sequence[tuple[int, ...]], previous: Sequence[Batch]) -> dict[str, tuple[int, ...]]:
    claims = [
        (-len(common), batch.since, batch.id, group)
        for batch in previous
        for group in groups
        if (common := set(group) & set(batch.members))
    ]
    heirs: dict[str, tuple[int, ...]] = {}
    for _, _, id_, group in sorted(claims):
        if id_ not in heirs and group not in heirs.values():
            heirs[id_] = group
    return heirs
