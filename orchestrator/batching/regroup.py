"""Who a batch is while it grows, merges, splits and closes: a group gets the name of the batch it goes on. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec

from orchestrator.batching.told import Pair
from rules.canonical import Value, digest

#: People know of a problem already where they were asked about two of its issues: the third is no news of its own.
_LEAST_BEGUN = 3


class Batch(Value, frozen=True, kw_only=True):
    """Issues that are one problem. `grown_at`: when it last grew, in domain time; one without members is closed.

    `head`: the member that somebody chose to stand in front. `changed_at`: when somebody last said which issues it is
    about, or which stands in front; what they said is asked about at once, however few the issues are. `merged`: the
    batches that went into it; `into`: of one that is closed, the batch that most of its issues went into. `version` is
    how often it was written, for compare-and-swap.
    """

    id: str
    members: tuple[int, ...]
    since: datetime
    grown_at: datetime
    head: int | None = None
    changed_at: datetime | None = None
    merged: tuple[str, ...] = ()
    into: str | None = None
    version: int = 0

    def next_version(self) -> "Batch":
        """Give what is stored in its place."""
        return msgspec.structs.replace(self, version=self.version + 1)


def regroup(
    groups: Sequence[tuple[int, ...]],
    previous: Sequence[Batch],
    least: int,
    now: datetime,
    joined: Collection[Pair] = (),
    begun: Collection[Pair] = (),
) -> tuple[Batch, ...]:
    """Give the batches that change: new ones, those that grew or shrank, and those that ended.

    A group goes on the batch with which it has most members in common; of two that merge the larger lives on, then the
    older. A new batch needs `least` members, or three where it is `begun`: people were asked about a pair of them. One
    that is there already needs two, and so does one in which somebody `joined` a pair. A chosen head stays while it is
    a member.
    """
    heirs = _heirs(groups, previous)
    changed = [
        _gone_on(batch, heirs.get(batch.id, ()), previous, now, joined)
        for batch in previous
        if heirs.get(batch.id, ()) != batch.members
    ]
    taken = set(heirs.values())
    for group in groups:
        said = _spans(joined, set(group), set(group))
        needed = _LEAST_BEGUN if _spans(begun, set(group), set(group)) else least
        if group not in taken and (said or len(group) >= min(needed, least)):
            name = digest({"members": group, "at": now})[:12]
            changed.append(Batch(id=name, members=group, since=now, grown_at=now, changed_at=now if said else None))
    after = {one.id: one for one in [*previous, *changed]}
    went = {one.id: _went(one, after.values()) for one in previous}
    return tuple(one if one.members else msgspec.structs.replace(one, into=went.get(one.id)) for one in changed)


def _went(batch: Batch, after: Iterable[Batch]) -> str | None:
    """Give the batch that most of the issues of one are in now."""
    common = {one.id: len(set(one.members) & set(batch.members)) for one in after if one.id != batch.id}
    best = max(common, key=lambda id_: (common[id_], id_), default=None)
    return best if best is not None and 2 * common[best] >= len(batch.members) else None


def _gone_on(
    batch: Batch, group: tuple[int, ...], previous: Sequence[Batch], now: datetime, joined: Collection[Pair]
) -> Batch:
    came = set(group) - set(batch.members)
    gone = {one.id for one in previous if one.id != batch.id and one.members and set(one.members) <= set(group)}
    said = _spans(joined, set(group) - came, came)
    lineage = {*batch.merged, *gone, *(id_ for one in previous if one.id in gone for id_ in one.merged)}
    return msgspec.structs.replace(
        batch,
        members=group,
        grown_at=now if came else batch.grown_at,
        head=next((one.head for one in (batch, *previous) if one.head in group), None),
        changed_at=now if said else batch.changed_at,
        merged=tuple(sorted(lineage)),
    )


def _spans(joined: Collection[Pair], here: set[int], there: set[int]) -> bool:
    return any((one in here and other in there) or (other in here and one in there) for one, other in joined)


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
