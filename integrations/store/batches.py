"""Batches, their members, what people told apart or joined, who follows whom. Who belongs where is decided elsewhere.

An item is in at most one batch, and a batch is swapped for its next version: of two looks that write at once, one ends.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, BindParameter, Connection, Engine, Text, any_, delete, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from integrations.store import tables
from integrations.store.alone import each_alone
from integrations.store.batch_tables import batch_joinings, batch_members, batch_partings, batches
from integrations.store.tables import requests
from orchestrator.batching import Batch, Joining, Parting
from orchestrator.facts import Followed
from orchestrator.memory import Outdated
from rules.requests import Request


class PostgresBatches:
    """What is known of batches, the same for every worker."""

    def __init__(self, engine: Engine) -> None:
        self._each_alone = each_alone(engine)

    def batch(self, id_: str) -> Batch | None:
        """Give a batch by its id."""
        with self._each_alone.connect() as connection:
            found: Batch | None = connection.execute(select(batches.c.batch).where(batches.c.id == id_)).scalar()
            return found

    def of_items(self, items: Collection[int]) -> tuple[Batch, ...]:
        """Give the batches that any of the items is in, by their ids."""
        theirs = select(batch_members.c.batch).where(batch_members.c.item == any_(_ids(items)))
        wanted = select(batches.c.batch).where(batches.c.id.in_(theirs)).order_by(batches.c.id)
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(wanted).scalars())

    def partings(self, items: Collection[int]) -> tuple[Parting, ...]:
        """Give what people told apart of these items, by its id."""
        wanted = select(batch_partings.c.parting).where(batch_partings.c.ones.overlap(_ids(items)))
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(wanted.order_by(batch_partings.c.id)).scalars())

    def followed(self, items: Collection[int]) -> tuple[Followed, ...]:
        """Give how far these items follow others."""
        known = tables.followed
        wanted = select(known.c.followed).where(known.c.item == any_(_ids(items)))
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(wanted.order_by(known.c.item, known.c.parent)).scalars())

    def joinings(self, items: Collection[int]) -> tuple[Joining, ...]:
        """Give what people said is one problem, where any of these items is concerned, by its id."""
        wanted = select(batch_joinings.c.joining).where(batch_joinings.c.ones.overlap(_ids(items)))
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(wanted.order_by(batch_joinings.c.id)).scalars())

    def latest(self, limit: int) -> tuple[Batch, ...]:
        """Give the batches that have members, the one that grew last at the head."""
        live = select(batches.c.batch).where(batches.c.grown_at.is_not(None))
        newest = live.order_by(batches.c.grown_at.desc(), batches.c.id).limit(limit)
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(newest).scalars())

    def questions(self, items: Collection[int]) -> tuple[Request, ...]:
        """Give the questions that were asked about single items of these, oldest first."""
        subjects = literal([f"item:{id_}" for id_ in sorted(items)], ARRAY(Text))
        wanted = select(requests.c.request).where(requests.c.subject == any_(subjects))
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(wanted.order_by(requests.c.asked_at, requests.c.id)).scalars())


def write(connection: Connection, changed: Sequence[Batch], told: Sequence[Parting], joined: Sequence[Joining]) -> None:
    """Write batches, each swapped for its next version, and what people said; `Outdated` if a version moved."""
    for batch in changed:
        _swap(connection, batch)
    ended = {batch.id for batch in changed}
    if ended:
        connection.execute(delete(batch_members).where(batch_members.c.batch.in_(ended)))
    rows = [{"item": item, "batch": batch.id} for batch in changed for item in batch.members]
    if rows:
        connection.execute(insert(batch_members), rows)
    partings = [{"id": one.id, "ones": sorted({*one.ones, *one.others}), "parting": one} for one in told]
    if partings:
        connection.execute(insert(batch_partings).on_conflict_do_nothing(), partings)
    joinings = [{"id": one.id, "ones": sorted(one.items), "joining": one} for one in joined]
    if joinings:
        connection.execute(insert(batch_joinings).on_conflict_do_nothing(), joinings)


def follow(connection: Connection, changed: Sequence[Followed]) -> None:
    """Write how far items follow others; of one pair the last word counts."""
    latest = {(one.item, one.parent): one for one in changed}
    rows = [{"item": item, "parent": parent, "followed": one} for (item, parent), one in sorted(latest.items())]
    if rows:
        new = insert(tables.followed)
        keys = ["item", "parent"]
        connection.execute(
            new.on_conflict_do_update(index_elements=keys, set_={"followed": new.excluded.followed}), rows
        )


def _swap(connection: Connection, batch: Batch) -> None:
    grown_at = batch.grown_at if batch.members else None
    row = {"version": batch.version + 1, "batch": batch.next_version(), "grown_at": grown_at}
    if batch.version == 0:
        new = insert(batches).values(id=batch.id, **row).on_conflict_do_nothing()
        written = connection.execute(new.returning(batches.c.id)).first()
    else:
        same = batches.c.id == batch.id, batches.c.version == batch.version
        written = connection.execute(update(batches).where(*same).values(row).returning(batches.c.id)).first()
    if written is None:
        raise Outdated(f"batch {batch.id} was changed meanwhile")


def _ids(items: Collection[int]) -> BindParameter[list[int]]:
    return literal(sorted(items), ARRAY(BigInteger))
