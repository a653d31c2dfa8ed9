"""Places where a process can be made to wait, so that it is met exactly there: gates in the database, slow answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, create_engine, text

from sandbox.faults import Fault
from sandbox.running import Sandbox
from tests.scenarios.town import eventually

#: Whoever comes to a gate waits for this advisory lock, which the test holds.
_KEY = 8899
_WAITS = """
CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock_shared(:key, 1); RETURN NULL; END $$
"""
_AT_THE_GATE = text("""
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :key AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")
AT_COMMIT = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"


@dataclass(frozen=True)
class Trap:
    """Waits until a process is `caught` in the middle of something; `let_go` has it go on."""

    is_caught: Callable[[], bool]
    let_go: Callable[[], object]

    def caught(self) -> None:
        eventually(self.is_caught, why="nobody came to the trap")


@contextmanager
def gate(database_url: str, when: str) -> Iterator[Trap]:
    """Stop whoever does `when`, as in `AFTER INSERT ON seals FOR EACH STATEMENT`, before it is told that it is done."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key, 1)"), {"key": _KEY})
        connection.execute(text(_WAITS.replace(":key", str(_KEY))))
        kind = "CONSTRAINT TRIGGER" if "DEFERRED" in when else "TRIGGER"
        connection.execute(text(f"CREATE {kind} gate {when} EXECUTE FUNCTION wait_at_the_gate()"))
        yield Trap(is_caught=lambda: _is_waited_at(connection), let_go=lambda: _open(connection))
    engine.dispose()


def _is_waited_at(connection: Connection) -> bool:
    return bool(connection.execute(_AT_THE_GATE, {"key": _KEY}).scalar())


def _open(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_unlock(:key, 1)"), {"key": _KEY})


@contextmanager
def slow_answer(sandbox: Sandbox, **about: Any) -> Iterator[Trap]:
    """Have the sandbox answer the next call of a kind late."""
    fault = Fault(times=1, **about)
    sandbox.world.faults.add(fault)
    yield Trap(is_caught=lambda: fault.times == 0, let_go=lambda: None)
