"""What polling needs of the store beside the intake: whose turn it is, and which events are there already.

Turns are measured in transport time by the database's clock, over all processes. A turn is for thrift alone: where two
have it nevertheless, because a connection was lost or its time was up, nothing goes wrong but that work is done twice.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from integrations.store.tables import events

#: A turn lasts no longer than this, so that a process that stopped in the middle of its own is not waited for.
LONGEST_S = 300.0
#: The first half of the advisory locks of turns; the second is made of the turn's name.
_TURNS = 8802
_TAKE = text("""
    SELECT pg_try_advisory_lock(:turns, hashtext(:name)) WHERE NOT EXISTS (
        SELECT FROM progress WHERE name = :row AND CAST(value AS numeric) > extract(epoch FROM clock_timestamp())
    )
""")
_GIVE_BACK = text("SELECT pg_advisory_unlock(:turns, hashtext(:name)), set_config('idle_session_timeout', '0', false)")
_END_BY_ITSELF = text("SELECT set_config('idle_session_timeout', :ms, false)")
_NEXT = text("""
    INSERT INTO progress (name, value)
    VALUES (:row, CAST(extract(epoch FROM clock_timestamp()) + :seconds AS text))
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
""")


class PostgresPolls:
    """Turns by name, and a look at the stored events."""

    def __init__(self, engine: Engine, longest: float = LONGEST_S) -> None:
        self._engine = engine
        self._longest = longest

    @contextmanager
    def turn(self, name: str, seconds: float) -> Iterator[bool]:
        """Take the turn: False while another has it, or it began less than `seconds` ago, or it was put off."""
        about = {"turns": _TURNS, "name": name}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(_TAKE, about | {"row": _row(name)}).scalar():
                yield False
                return
            try:
                connection.execute(_NEXT, {"row": _row(name), "seconds": seconds})
                connection.execute(_END_BY_ITSELF, {"ms": str(int(self._longest * 1000))})
                yield True
            finally:
                connection.execute(_GIVE_BACK, about)

    def put_off(self, name: str, seconds: float) -> None:
        """Give nobody the turn before so many seconds from now."""
        with self._engine.begin() as connection:
            connection.execute(_NEXT, {"row": _row(name), "seconds": seconds})

    def unknown(self, ids: Collection[str]) -> frozenset[str]:
        """Give those of the ids that no stored event has."""
        stored = select(events.c.id).where(events.c.id == any_(literal(list(ids), ARRAY(TEXT))))
        with self._engine.connect() as connection:
            return frozenset(ids) - frozenset(connection.execute(stored).scalars())


def _row(name: str) -> str:
    return f"{name}.next"
