"""One look as a worker does it: reads what is unhandled, has the engine look, and loses nothing whatever happens.

A look that cannot go on ends, having written when to try again. One that keeps breaking is bisected by event: the
poisoned event is buried, and a subject that breaks without any event is quarantined until code or rules change.
"""

import logging
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from integrations.directory.kept import Kept
from integrations.store.troubles import PostgresTroubles, Trouble
from integrations.traces import NoTraces, Traces
from orchestrator.engine import Engine
from orchestrator.execution import Later
from orchestrator.memory import Outdated, Records
from orchestrator.ports import Clock, GatewayError
from rules.model import Event, Subject

#: How often a look breaks before the poisoned event is searched for.
PATIENCE = 3
_MOST_TOLD, _DAY_S = 10_000, 86_400.0
LONGEST_WAIT_S = 60.0
SHORTEST_WAIT_S = 0.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """What a worker's look needs. `version` names the code and rules in force.

    `told`: the events whose givers know that they have to wait, those of this process.
    """

    engine: Engine
    records: Records
    troubles: PostgresTroubles
    clock: Clock
    version: Callable[[], str]
    traces: Traces = field(default_factory=NoTraces)
    told: Kept[str, bool] = field(
        default_factory=lambda: Kept(_MOST_TOLD, good_s=_DAY_S, bad_s=0.0, monotonic=time.monotonic)
    )

    def look(self, subject: Subject) -> None:
        """Look at a subject once. Raises nothing but what keeps even the failure from being written."""
        trouble = self.troubles.of(subject)
        if trouble.quarantined_by is not None and trouble.quarantined_by == self.version():
            return
        waiting = self.records.unhandled(subject)
        taken = waiting[: trouble.share] if trouble.share is not None else waiting
        began = time.monotonic()
        try:
            with self.traces.look(subject, taken):
                self.engine.look(subject, taken)
        except Later as later:
            self.troubles.wait(subject, later.seconds, str(later))
        except Outdated as outdated:
            self.troubles.wait(subject, back_off(trouble.waits, SHORTEST_WAIT_S / 5), str(outdated))
        except GatewayError as error:
            self._put_off(subject, taken, trouble, error, began)
        except Exception as error:  # noqa: BLE001 - the one broad catch: whatever broke, the events stay
            _log.error("a look at %s broke: %s", subject, _where(error), extra=_fields(subject, taken, began))
            self._broke(subject, taken, trouble, f"{type(error).__name__}: {error}")
        else:
            _log.debug("looked at %s", subject, extra=_fields(subject, taken, began))
            if trouble.noted or len(taken) < len(waiting):
                self.troubles.over(subject, more=len(taken) < len(waiting))

    def _put_off(
        self, subject: Subject, taken: Sequence[Event], trouble: Trouble, error: GatewayError, began: float
    ) -> None:
        """Look again later. An outage is told by who found it out, anything else at its first time in a row."""
        wait = max(error.retry_after or 0.0, back_off(trouble.waits, SHORTEST_WAIT_S))
        level = logging.DEBUG if error.outage or trouble.waits else logging.WARNING
        fields = _fields(subject, taken, began) | {"wait": wait}
        _log.log(level, "a look at %s waits %.1f s: %s", subject, wait, error, extra=fields)
        self.troubles.wait(subject, wait, str(error))
        if error.outage or trouble.waits >= PATIENCE:
            told = self.told.known([event.id for event in taken])
            untold = {event.id: event for event in taken if event.id not in told}
            self.told.keep(dict.fromkeys(untold, True))
            self.engine.put_off(tuple(untold.values()))

    def _broke(self, subject: Subject, taken: Sequence[Event], trouble: Trouble, words: str) -> None:
        if trouble.failures + 1 < PATIENCE:
            self.troubles.failed(subject, back_off(trouble.failures, SHORTEST_WAIT_S), words)
        elif len(taken) > 1:
            self.troubles.failed(subject, SHORTEST_WAIT_S, words, share=len(taken) // 2)
        elif taken:
            self.troubles.bury(subject, taken[0], words, self.clock.now())
        else:
            self.troubles.quarantine(subject, self.version(), words, self.clock.now())


def back_off(earlier: int, first: float) -> float:
    """Give the seconds to wait after so many earlier vain looks: doubling, up to a minute."""
    return float(min(LONGEST_WAIT_S, first * 2 ** min(earlier, 16)))


def _fields(subject: Subject, taken: Sequence[Event], began: float) -> dict[str, object]:
    """Give what a log line about a look knows."""
    seconds = round(time.monotonic() - began, 3)
    return {"subject": str(subject), "events": [event.id for event in taken], "seconds": seconds}


def _where(error: BaseException) -> str:
    """Name an error and the place that it came from, without its words, which may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
