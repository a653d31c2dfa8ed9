"""The rules in force: immutable rows keyed by hash, and one pointer to the active one, read at each look."""

import re
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert

from integrations.store.alone import each_alone
from integrations.store.ledger import append
from integrations.store.looks import bounded
from integrations.store.tables import activations, active_rules, rulesets
from orchestrator.changes import Entry
from orchestrator.ports import Clock
from rules.canonical import Value
from rules.model import SYSTEM, Line, Tainted
from rules.ruleset import Ruleset

_ACTIVE = text("SELECT hash FROM active_rules")
_PREFIX = re.compile("[0-9a-f]{6,64}")


class NoRules(Exception):
    """No rules were ever published to this database."""


class Act(Value, frozen=True, kw_only=True):
    """The act of putting rules into force: when (domain time), by whom and why; `from_files`: because they changed."""

    at: datetime
    by: str
    why: str
    from_files: bool = False


class PostgresRulebook:
    """Keeps the last ruleset that it read, because a hash never changes its meaning."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._each_alone = engine, each_alone(engine)
        self._kept: tuple[str, Ruleset] | None = None
        self._lock = Lock()

    def active(self) -> Ruleset:
        """Give the rules in force; raises NoRules before the first were published."""
        with self._each_alone.connect() as connection:
            hash_ = connection.execute(_ACTIVE).scalar()
        if hash_ is None:
            raise NoRules("no rules are published yet: `yardmaster run` does it at its start")
        with self._lock:
            if self._kept is None or self._kept[0] != hash_:
                self._kept = (hash_, self._read(hash_))
            return self._kept[1]

    def version(self, hash_: str) -> Ruleset | None:
        """Give an earlier ruleset."""
        with self._engine.connect() as connection:
            found: Ruleset | None = connection.execute(
                select(rulesets.c.rules).where(rulesets.c.hash == hash_)
            ).scalar()
            return found

    def beginning(self, prefix: str) -> Ruleset | None:
        """Give the one ruleset whose version begins so; None for none or several."""
        if not _PREFIX.fullmatch(prefix):
            return None
        with self._engine.connect() as connection:
            found = connection.execute(select(rulesets.c.rules).where(rulesets.c.hash.startswith(prefix)).limit(2))
            hits: list[Ruleset] = list(found.scalars())
        return hits[0] if len(hits) == 1 else None

    def publish(self, rules: Ruleset, clock: Clock) -> bool:
        """Put what the files say into force everywhere; False when they said so the last time.

        What an operator activated since then stays, until the files change.
        """
        with self._engine.begin() as connection:
            _one_at_a_time(connection)
            last = select(activations.c.hash).where(activations.c.from_files).order_by(activations.c.number.desc())
            if connection.execute(last.limit(1)).scalar() == rules.version:
                return False
            self._activate(connection, rules, Act(at=clock.now(), by="files", why="the files changed", from_files=True))
            return True

    def activate(self, rules: Ruleset, act: Act) -> None:
        """Put an earlier ruleset into force again; who and why is recorded."""
        with self._engine.begin() as connection:
            _one_at_a_time(connection)
            self._activate(connection, rules, act)

    def acts(self, limit: int) -> tuple[tuple[str, Act], ...]:
        """Give what came into force, newest first: version, and when, by whom and why."""
        query = select(activations).order_by(activations.c.number.desc()).limit(limit)
        with self._engine.connect() as connection:
            return tuple(
                (row.hash, Act(at=row.at, by=row.by, why=row.why, from_files=row.from_files))
                for row in connection.execute(query)
            )

    def _activate(self, connection: Connection, rules: Ruleset, act: Act) -> None:
        hash_ = rules.version
        connection.execute(insert(rulesets).values(hash=hash_, rules=rules).on_conflict_do_nothing())
        pointer = insert(active_rules).values(hash=hash_)
        connection.execute(pointer.on_conflict_do_update(index_elements=["one"], set_={"hash": hash_}))
        said = {"at": act.at, "by": act.by, "why": act.why, "from_files": act.from_files}
        connection.execute(insert(activations).values(hash=hash_, **said))
        parts = (Tainted(text=hash_[:8]), Tainted(text=act.by), Tainted(text=act.why))
        words = Line(text="rules {0} are in force, by {1}: {2}", parts=parts)
        data = {"ruleset": hash_, "by": act.by, "why": act.why}
        append(connection, [Entry(kind="rules.activated", subject=SYSTEM, at=act.at, text=words, data=data)])

    def _read(self, hash_: str) -> Ruleset:
        found = self.version(hash_)
        if found is None:
            raise NoRules(f"ruleset {hash_[:8]} is active but missing")
        return found


def _one_at_a_time(connection: Connection) -> None:
    bounded(connection)
    connection.execute(select(func.pg_advisory_xact_lock(8_801_002)))
