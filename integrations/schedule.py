"""Runs what recurs in a process, each on its own beat: sweeps, sealing, rescue, the watch over the rules' files.

A round that breaks is told and comes again; it never stops the others. Beats are transport time.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Something to do every so many seconds."""

    name: str
    seconds: float
    do: Callable[[], object]


def start(rounds: Sequence[Round]) -> BackgroundScheduler:
    """Begin at once; one run of a round at a time, missed ones are not made up for. Stop it with `shutdown()`."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a round that takes longer than its beat is no news
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(max(1, len(rounds)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    for one in rounds:
        scheduler.add_job(_told(one), "interval", seconds=one.seconds, id=one.name)
    scheduler.start()
    return scheduler


def _told(one: Round) -> Callable[[], None]:
    def run() -> None:
        try:
            one.do()
        except Exception as error:  # noqa: BLE001 - a round comes again; its words may be personal
            _log.warning("the round %s broke: %s", one.name, type(error).__name__, extra={"round": one.name})

    return run
