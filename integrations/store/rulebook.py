"""The rules in force: immutable rows keyed by hash, and one pointer to the active one, read at each look."""

from threading import Lock

from sqlalchemy import Engine, func, select
from sqlalchemy.dialects.postgresql import insert

from integrations.store.ledger import append
from integrations.store.looks import bounded
from integrations.store.tables import active_rules, rulesets
from orchestrator.changes import Entry
from orchestrator.ports import Clock
from rules.model import SYSTEM, Line, Tainted
from rules.ruleset import Ruleset


class NoRules(Exception):
    """No rules were ever published to this database."""


class PostgresRulebook:
    """Keeps the last ruleset that it read, because a hash never changes its meaning."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: tuple[str, Ruleset] | None = None
        self._lock = Lock()

    def active(self) -> Ruleset:
        """Give the rules in force; raises NoRules before the first were published."""
        with self._engine.connect() as connection:
            hash_ = connection.execute(select(active_rules.c.hash)).scalar()
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

    def publish(self, rules: Ruleset, clock: Clock) -> bool:
        """Make these rules the active ones everywhere; False when they are already."""
        hash_ = rules.version
        with self._engine.begin() as connection:
            bounded(connection)
            connection.execute(select(func.pg_advisory_xact_lock(8_801_002)))
            if connection.execute(select(active_rules.c.hash)).scalar() == hash_:
                return False
            connection.execute(insert(rulesets).values(hash=hash_, rules=rules).on_conflict_do_nothing())
            pointer = insert(active_rules).values(hash=hash_)
            connection.execute(pointer.on_conflict_do_update(index_elements=["one"], set_={"hash": hash_}))
            words = Line(text="rules {0} are in force", parts=(Tainted(text=hash_[:8]),))
            entry = Entry(kind="rules.published", subject=SYSTEM, at=clock.now(), text=words, data={"ruleset": hash_})
            append(connection, [entry])
            return True

    def _read(self, hash_: str) -> Ruleset:
        found = self.version(hash_)
        if found is None:
            raise NoRules(f"ruleset {hash_[:8]} is active but missing")
        return found
