"""Which threads in Slack are about something of ours. It must not decide what is said in them."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, Index, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from integrations.store.columns import Of
from integrations.store.tables import METADATA
from orchestrator.talk import Thread

threads = Table(
    "threads",
    METADATA,
    Column("id", Text, primary_key=True, comment="<channel>/<ts of the first message>"),
    Column("item", BigInteger, nullable=False),
    Column("thread", Of(Thread), nullable=False),
    Index("threads_item", "item"),
)


def write(connection: Connection, told: Sequence[Thread]) -> None:
    """Write threads; of each the last word counts."""
    rows = [{"id": one.id, "item": one.item, "thread": one} for one in told]
    if rows:
        new = insert(threads)
        later = {"item": new.excluded.item, "thread": new.excluded.thread}
        connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=later), rows)


def read_thread(connection: Connection, id_: str) -> Thread | None:
    """Give a thread by the id of its conversation."""
    found: Thread | None = connection.execute(select(threads.c.thread).where(threads.c.id == id_)).scalar()
    return found
