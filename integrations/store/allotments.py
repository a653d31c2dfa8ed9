"""Who could take which item, as the last look at its queue had it. It must not weigh anybody."""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, Column, Connection, Engine, Table, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from integrations.store.alone import each_alone
from integrations.store.columns import Of
from integrations.store.tables import METADATA
from orchestrator.assigning.allotment import Allotment

__all__ = ["PostgresAllotments", "allotments", "write"]

allotments = Table(
    "allotments",
    METADATA,
    Column("item", BigInteger, primary_key=True, autoincrement=False),
    Column("allotment", Of(Allotment), nullable=False),
)


def write(connection: Connection, found: Sequence[Allotment]) -> None:
    """Write what a look came to; of one item the last word counts."""
    rows = [{"item": item, "allotment": one} for item, one in sorted({one.item: one for one in found}.items())]
    if rows:
        new = insert(allotments)
        later = {"allotment": new.excluded.allotment}
        connection.execute(new.on_conflict_do_update(index_elements=["item"], set_=later), rows)


class PostgresAllotments:
    """What queues' looks came to, the same for every worker."""

    def __init__(self, engine: Engine) -> None:
        self._each_alone = each_alone(engine)

    def allotments(self, items: Collection[int]) -> tuple[Allotment, ...]:
        """Give what the last looks at queues came to about these items, in the order of their ids."""
        wanted = select(allotments.c.allotment).where(
            allotments.c.item == any_(literal(sorted(items), ARRAY(BigInteger)))
        )
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(wanted.order_by(allotments.c.item)).scalars())
