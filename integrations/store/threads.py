"""Which threads in Slack are about something of ours, and what was said in those that are kept. It decides nothing."""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from integrations.store.columns import Of
from integrations.store.tables import METADATA
from orchestrator.talk import Spoken, Thread

threads = Table(
    "threads",
    METADATA,
    Column("id", Text, primary_key=True, comment="<channel>/<ts of the first message>"),
    Column("item", BigInteger, nullable=False),
    Column("thread", Of(Thread), nullable=False),
    Column("kept", Boolean, nullable=False, server_default=false()),
    Index("threads_item", "item", postgresql_where=text("kept")),
)

spoken = Table(
    "spoken",
    METADATA,
    Column("thread", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("spoken", Of(Spoken), nullable=False),
    PrimaryKeyConstraint("thread", "ts"),
)


def write(connection: Connection, told: Sequence[Thread], said: Sequence[Spoken]) -> None:
    """Write threads, and what was said in them; of each the last word counts."""
    rows = [{"id": one.id, "item": one.item, "thread": one, "kept": one.is_kept} for one in told]
    if rows:
        new = insert(threads)
        later = {name: new.excluded[name] for name in ("item", "thread", "kept")}
        connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=later), rows)
    if said:
        heard = insert(spoken)
        rows = [{"thread": one.thread, "ts": one.ts, "spoken": one} for one in said]
        last = {"spoken": heard.excluded.spoken}
        connection.execute(heard.on_conflict_do_update(index_elements=["thread", "ts"], set_=last), rows)


def read_thread(connection: Connection, id_: str) -> Thread | None:
    """Give a thread by the id of its conversation."""
    found: Thread | None = connection.execute(select(threads.c.thread).where(threads.c.id == id_)).scalar()
    return found


def read_spoken(connection: Connection, thread: str, most: int) -> tuple[Spoken, ...]:
    """Give the newest replies of a thread, in their order."""
    newest = select(spoken.c.spoken).where(spoken.c.thread == thread).order_by(spoken.c.ts.desc()).limit(most)
    return tuple(reversed(connection.execute(newest).scalars().all()))
