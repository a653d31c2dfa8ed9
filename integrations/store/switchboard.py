"""Throws and lifts switches: the command, the switch, its ledger entry and what waited for it, in one transaction."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.dialects.postgresql import insert

from integrations.store.intake import store
from integrations.store.ledger import append
from integrations.store.looks import Queue, hold
from integrations.store.sweeping import release
from integrations.store.tables import switches
from orchestrator.changes import Entry
from rules.canonical import revive
from rules.model import Event, Switch


class Switchboard:
    """What is stopped."""

    def __init__(self, engine: Engine, queue: Queue) -> None:
        self._engine = engine
        self._queue = queue

    def thrown(self) -> tuple[Switch, ...]:
        """Give the switches that are thrown."""
        with self._engine.connect() as connection:
            return thrown(connection)

    def keep(self, event: Event, entry: Entry) -> bool:
        """Store a command that changes nothing, and what was said to it. False: it was there already."""
        return self._once(event, entry, lambda _: None)

    def throw(self, event: Event, entry: Entry, switch: Switch) -> bool:
        """Stop work. False: the command was there already."""
        return self._once(event, entry, lambda connection: throw(connection, switch))

    def lift(self, event: Event, entry: Entry, switch: Switch) -> bool:
        """Go on with work, what was held included. False: the command was there already."""
        same = switches.c.scope == switch.scope, switches.c.name == switch.name

        def go_on(connection: Connection) -> None:
            connection.execute(delete(switches).where(*same))
            release(connection, self._queue)

        return self._once(event, entry, go_on)

    def _once(self, event: Event, entry: Entry, act: Callable[[Connection], object]) -> bool:
        with self._engine.begin() as connection:
            hold(connection, [event.subject])
            if not store(connection, event):
                return False
            append(connection, [entry])
            act(connection)
            return True


def throw(connection: Connection, switch: Switch) -> None:
    """Stop work when this transaction is committed."""
    row = {"scope": switch.scope, "name": switch.name, "by": switch.by, "at": switch.at}
    connection.execute(insert(switches).values(row).on_conflict_do_nothing())


def thrown(connection: Connection) -> tuple[Switch, ...]:
    """Give the switches that are thrown, as this transaction sees them."""
    rows = connection.execute(select(switches).order_by(switches.c.scope, switches.c.name))
    found = [{"scope": row.scope, "name": row.name, "by": row.by, "at": row.at} for row in rows]
    return revive(found, tuple[Switch, ...])
