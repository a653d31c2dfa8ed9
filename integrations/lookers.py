"""Wires what a worker's look needs, out of the parts of its process. Nothing else is done here."""

import logging
import time

from integrations.looking import Looker
from integrations.parts import Parts
from integrations.store.alerts import PostgresAlerts
from integrations.store.allotments import PostgresAllotments
from integrations.store.batches import PostgresBatches
from integrations.store.homes import PostgresHomes
from integrations.store.journal import PostgresJournal
from integrations.store.notices import PostgresNotices
from integrations.store.troubles import PostgresTroubles
from orchestrator.assigning.allotting import MOST_PEOPLE, Allotter
from orchestrator.batching.gathering import BatchGatherer
from orchestrator.batching.showing import BatchShowing
from orchestrator.batching.sorting import Sorter
from orchestrator.cardlook import CardLook
from orchestrator.engine import Engine
from orchestrator.enquiry import Enquiry
from orchestrator.execution import Execution
from orchestrator.home.looking import HomeLook
from orchestrator.watching.looking import Watcher

__all__ = ["looker_of"]

_log = logging.getLogger("yardmaster")


def looker_of(parts: Parts) -> Looker:
    """Give what does a worker's looks."""
    return Looker(
        engine=_engine(parts),
        records=parts.records,
        troubles=PostgresTroubles(parts.database, parts.queue),
        clock=parts.clock,
        version=parts.version,
        traces=parts.traces,
    )


def _engine(parts: Parts) -> Engine:
    watched, gatherer = parts.traces.watched, parts.gatherer
    journal = watched(PostgresJournal(parts.database, parts.queue), "record", "commit", "claim", "finish")
    batches = BatchGatherer(gatherer=gatherer, batches=PostgresBatches(parts.database))
    notices, alerts = PostgresNotices(parts.database), PostgresAlerts(parts.database)
    cards = _cards(parts, journal, batches, notices)
    enquiry = Enquiry(
        gatherer=gatherer, items=parts.items, records=parts.records, tracker=parts.tracker, cards=cards, alerts=alerts
    )
    allotments = PostgresAllotments(parts.database)
    return Engine(
        rulebook=parts.rulebook,
        records=parts.records,
        journal=journal,
        gatherer=watched(gatherer, "gather", "stored", "fresh"),
        batches=batches,
        allotter=Allotter(suiting=enquiry.suiting(MOST_PEOPLE), batches=batches.batches, kept=allotments),
        sorter=Sorter(clock=parts.clock, items=parts.items, batches=batches.batches, models=parts.models),
        execution=watched(_execution(parts, journal), "act", "carry_on"),
        cards=watched(cards, "card", "render"),
        enquiry=enquiry,
        homes=HomeLook(
            gatherer=gatherer,
            homes=PostgresHomes(parts.database),
            restraining=parts.restraining,
            notices=notices,
            alerts=alerts,
        ),
        watcher=Watcher(
            gatherer=gatherer,
            batches=batches.batches,
            notices=notices,
            alerts=alerts,
            suiting=enquiry.suiting(),
        ),
        chat=parts.chat,
        warn=_log.warning,
    )


def _cards(parts: Parts, journal: PostgresJournal, batches: BatchGatherer, notices: PostgresNotices) -> CardLook:
    return CardLook(
        clock=parts.clock,
        chat=parts.chat,
        items=parts.items,
        records=parts.records,
        journal=journal,
        directory=parts.directory,
        audience=parts.audience,
        batches=BatchShowing(gathering=batches),
        restraining=parts.restraining,
        notices=notices,
        warn=_log.warning,
        grants=parts.gatherer.grants,
    )


def _execution(parts: Parts, journal: PostgresJournal) -> Execution:
    return Execution(
        clock=parts.clock,
        tracker=parts.tracker,
        items=parts.items,
        records=parts.records,
        journal=journal,
        monotonic=time.monotonic,
    )
