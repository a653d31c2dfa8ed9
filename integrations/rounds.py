"""What each worker does beside its looks, every so many seconds; all of it may be done by many at once."""

import logging

from integrations import durable
from integrations.absent import CalendarFiles
from integrations.breaker import PAUSE_S
from integrations.meaning.known import Encoding
from integrations.parts import Parts
from integrations.placing import Placing
from integrations.schedule import Round
from integrations.store.absences import PostgresCalendars
from integrations.store.queues import PostgresPlaces
from integrations.store.reindexing import Reindexing
from integrations.store.sealing import Sealer
from integrations.store.sweeping import PostgresSweep
from integrations.watching import Watching

STRANDED_AFTER_S = 5.0
CALENDARS_S = 60.0
GRANTS_S = 600.0
WATCH_S = 5.0
PLACES_S = 15.0
_log = logging.getLogger("yardmaster")


def rounds(parts: Parts) -> list[Round]:
    """Name them."""
    database, queue, every = parts.database, parts.queue, parts.settings.poll_every
    sweep = PostgresSweep(database, queue)
    placing = Placing(
        rulebook=parts.rulebook, items=parts.items, places=PostgresPlaces(parts.database), clock=parts.clock
    )
    watching = Watching(rulebook=parts.rulebook, intake=parts.intake, clock=parts.clock)
    polling = [Round(name="poll", seconds=1, do=parts.poller(every).round)] if every else []
    encoding = [Encoding(meanings=parts.meanings, items=parts.items)] if parts.meanings else []
    return [
        *polling,
        *(Round(name="calendars", seconds=CALENDARS_S, do=one.round) for one in _calendars(parts)),
        *(Round(name="encode", seconds=1, do=one.round) for one in encoding),
        *([Round(name="grants", seconds=GRANTS_S, do=parts.grants.tend)] if parts.grants is not None else []),
        Round(name="outages", seconds=PAUSE_S, do=parts.recovery.round),
        Round(name="watch", seconds=WATCH_S, do=watching.round),
        Round(name="gap", seconds=10, do=parts.gap.round),
        Round(name="reindex", seconds=2, do=Reindexing(database).round),
        Round(name="place", seconds=PLACES_S, do=placing.round),
        Round(name="timers", seconds=1, do=lambda: sweep.timers(parts.clock.now())),
        Round(name="stranded", seconds=3, do=lambda: sweep.stranded(STRANDED_AFTER_S)),
        Round(name="held", seconds=2, do=sweep.held),
        Round(name="quarantined", seconds=10, do=lambda: sweep.quarantined(parts.version())),
        Round(name="rescue", seconds=1, do=lambda: durable.rescue(database, queue)),
        Round(name="seal", seconds=0.5, do=Sealer(database).seal),
    ]


def _calendars(parts: Parts) -> list[CalendarFiles]:
    path = parts.settings.calendars_path
    if path is None:
        return []
    kept = PostgresCalendars(parts.database)
    return [CalendarFiles(path=path, kept=kept, rulebook=parts.rulebook, clock=parts.clock, warn=_log.warning)]
