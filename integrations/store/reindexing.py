"""Brings an index that an earlier release made up to date, a few hundred documents at a time, while work goes on.

Until it is through, issues are found by the words that both releases read alike, which is nearly all of them.
"""

from sqlalchemy import Engine, select, text

from integrations.store.indexing import Tally, renew
from integrations.store.looks import bounded
from integrations.store.tables import documents, items
from orchestrator.related import TERMS_VERSION

AT_ONCE = 500

_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('reindexing', 0))")
_COUNT = text("SELECT close_merge('{}', '{}', '{}', '{}', '{}', '{}', '{}', :terms, :more, :documents, :length)")


class Reindexing:
    """Renews what is of an earlier version, in one process at a time; once nothing is left it does nothing more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._done = False

    def round(self) -> None:
        """Renew the next documents in one transaction."""
        if self._done:
            return
        with self._engine.begin() as connection:
            bounded(connection, flushed=False)
            if not connection.execute(_ALONE).scalar():
                return
            stale = select(documents.c.id).where(documents.c.terms_version != TERMS_VERSION).limit(AT_ONCE)
            ids = sorted(connection.execute(stale).scalars())
            self._done = not ids
            if ids:
                held = select(items.c.item).where(items.c.id.in_(ids)).order_by(items.c.id).with_for_update()
                tally = Tally()
                found = [item for item in connection.execute(held).scalars() if item is not None]
                renew(connection, ids, found, tally)
                connection.execute(_COUNT, tally.counts())
