"""Carries the work: the queue of looks, the worker that does them, and the rescue of those whose worker died.

The only module that knows the engine, procrastinate, which lives in the same PostgreSQL. Nothing is retried or
scheduled by it: a look that cannot go on writes when to look again, and the sweep finds it.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, LiteralString

import procrastinate
from procrastinate import sql
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection, OperationalError, conninfo
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import InterfaceError
from sqlalchemy.exc import OperationalError as DatabaseAway

from integrations.store.looks import Queue, hold, want
from rules.model import Subject

HEARTBEAT_S = 1.0
DEAD_AFTER_S = 5.0
#: When a worker that was stopped and may wake up is forgotten: from then on it would find itself unknown, and end.
_FORGOTTEN_AFTER_S = 86_400.0
#: How soon a look is found that waited for the lock of another: no notification tells of that.
_POLL_S = 0.5
#: For how long a worker tries to write what became of a look, while the database is away.
_WRITTEN_WITHIN_S = 15.0
_QUEUE = "looks"
_TASK = "look"

_log = logging.getLogger(__name__)

_DEFER = text("SELECT want_look(subject, :urgent) FROM unnest(CAST(:subjects AS text[])) AS wanted (subject)")
_LOST = text("""
SELECT id, queueing_lock FROM procrastinate_jobs
WHERE status = 'doing' AND (worker_id IS NULL OR worker_id IN (
    SELECT id FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => :dead_after)
)) ORDER BY queueing_lock FOR UPDATE SKIP LOCKED
""")
_FORGET = text("SELECT procrastinate_finish_job_v1(:id, 'failed', true)")
_ALIVE = text(
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :dead_after)"
)


class LookQueue(Queue):
    """Puts looks into the queue, in the caller's transaction."""

    def defer(self, connection: Connection, wanted: Sequence[Subject], *, urgent: bool) -> None:
        """Have subjects looked at; a look that is waiting already is not doubled, and becomes as urgent."""
        connection.execute(_DEFER, {"subjects": [str(subject) for subject in wanted], "urgent": urgent})


def rescue(engine: Engine, queue: Queue) -> int:
    """Have looks whose worker died done by another; gives how many there were."""
    with engine.begin() as connection:
        lost = connection.execute(_LOST, {"dead_after": DEAD_AFTER_S}).all()
        subjects = [Subject.parse(row.queueing_lock) for row in lost]
        hold(connection, subjects)
        for row in lost:
            connection.execute(_FORGET, {"id": row.id})
        want(connection, queue, subjects, urgent=True)
    return len(lost)


def workers_alive(engine: Engine) -> int:
    """Count the workers with a fresh heartbeat."""
    with engine.connect() as connection:
        return int(connection.execute(_ALIVE, {"dead_after": DEAD_AFTER_S}).scalar_one())


def work(url: str, look: Callable[[Subject], None], concurrency: int) -> None:
    """Do looks, `concurrency` at once, until the process gets SIGTERM or SIGINT; those under way are finished."""
    connector = _Connector(conninfo=_conninfo(url), min_size=1, max_size=concurrency + 3, configure=_each_alone)
    app = procrastinate.App(connector=connector)

    @app.task(name=_TASK, queue=_QUEUE)
    def _look(subject: str) -> None:
        _look_until_written(look, Subject.parse(subject))

    async def run() -> None:
        async with app.open_async():
            await app.run_worker_async(
                queues=[_QUEUE],
                concurrency=concurrency,
                delete_jobs="always",
                fetch_job_polling_interval=_POLL_S,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=_FORGOTTEN_AFTER_S,
                shutdown_graceful_timeout=20.0,
            )

    asyncio.run(run())


def _look_until_written(look: Callable[[Subject], None], subject: Subject) -> None:
    """Look; again where not even its failure could be written, as the job would end all the same, and be lost.

    When that goes on for long the process ends at once, so that the job stays under way and is rescued.
    """
    end: float | None = None
    while True:
        try:
            return look(subject)
        except (DatabaseAway, InterfaceError) as error:
            end = end or time.monotonic() + _WRITTEN_WITHIN_S  # from the first failure: the look itself may be long
            if time.monotonic() > end:
                _log.critical("the database is away for too long (%s): this worker ends", type(error).__name__)
                os._exit(1)
        time.sleep(_POLL_S)


class _Connector(procrastinate.PsycopgConnector):
    """Says again that a look has ended where the database was away just then.

    Its worker lives, so nobody would rescue it, and what else is to be looked at there would wait for it for ever.
    """

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        end = time.monotonic() + _WRITTEN_WITHIN_S
        while True:
            try:
                await super().execute_query_async(query, **arguments)
            except ConnectorException as error:
                away = query == sql.queries["finish_job"] and isinstance(error.__cause__, OperationalError)
                if not away or time.monotonic() > end:
                    raise
            else:
                return
            await asyncio.sleep(_POLL_S)


async def _each_alone(connection: AsyncConnection) -> None:
    """Have no transactions around the engine's statements, each of which stands alone: a third of the round trips."""
    await connection.set_autocommit(True)


def _conninfo(url: str) -> str:
    """Turn SQLAlchemy's URL into libpq's."""
    parts = make_url(url)
    query = {name: value for name, value in parts.query.items() if isinstance(value, str)}
    return conninfo.make_conninfo(
        host=query.pop("host", None) or parts.host,
        port=query.pop("port", None) or parts.port,
        user=parts.username,
        password=parts.password,
        dbname=parts.database,
        **query,
    )
