"""Who is killed in the crash matrix, and how: at random, but for the sealer, which is killed with its lease in hand."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import NullPool, create_engine, text

from integrations.store import private_postgres
from integrations.store.private_postgres import PrivatePostgres
from integrations.store.sealing import LOCK
from integrations.supervisor import Supervisor
from tests.scenarios.town import eventually

VICTIMS = ("door", "worker", "sealer", "database")
#: An idle sealer is not met in the middle: rows to seal come in with what people report, within this time.
HUNT_S = 20.0
_LEASE = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND (classid, objid) = (:one, :two) AND granted"
)


def deck(crashes: int, dice: random.Random) -> list[str]:
    """Name the victims, each as often as the others, in random order."""
    named = [VICTIMS[place % len(VICTIMS)] for place in range(crashes)]
    dice.shuffle(named)
    return named


@dataclass(frozen=True)
class Killer:
    """Kills, and counts: by victim, and how often a worker had the sealer's lease when it was killed."""

    supervisor: Supervisor
    server: PrivatePostgres
    toll: Counter[str] = field(default_factory=Counter)

    def kill(self, victim: str) -> None:
        if victim == "database":
            self._kill_database()
        elif victim == "door":
            os.kill(self._running("door"), signal.SIGKILL)
        else:
            self._kill_worker(sealing=victim == "sealer")
        self.toll[victim] += 1

    def _kill_worker(self, *, sealing: bool) -> None:
        """Stop it first, so that what it holds can be seen; one that seals is let go until it is met sealing."""
        end = time.monotonic() + HUNT_S
        engine = create_engine(self.server.url(), poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

            def leased() -> bool:
                return bool(connection.execute(_LEASE, {"one": LOCK[0], "two": LOCK[1]}).scalar())

            while True:
                while sealing and not leased() and time.monotonic() < end:
                    pass
                pid = self._running("worker")
                os.kill(pid, signal.SIGSTOP)
                time.sleep(0.02)  # what is being committed is committed by then
                if (held := leased()) or not sealing:
                    break
                os.kill(pid, signal.SIGCONT)
                assert time.monotonic() < end, "the sealer was not met in the middle of sealing"
            os.kill(pid, signal.SIGKILL)
        self.toll["with the sealer's lease"] += held

    def _kill_database(self) -> None:
        pid = int((self.server.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(1.0)
        private_postgres.start(self.server.home)

    def _running(self, name: str) -> int:
        return eventually(lambda: next((one.pid() for one in self.supervisor.programs if one.name == name), None))
