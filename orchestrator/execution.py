"""Carries out recorded actions, each once: *intended* first, then the change, then *done*. Decides nothing.

An action in doubt (claimed, no answer) waits out the client's time-out, is looked up by direct reads, only then done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestrator.facts import ActionRecord, RecordState
from orchestrator.memory import Items, Journal, Records
from orchestrator.ports import Clock, GatewayError, Tracker
from rules.model import Item, LinkAction, Subject, TransitionAction, UnlinkAction
from rules.ruleset import Ruleset

#: Longer than the tracker's client waits (10 s): after that, no answer can come any more. Seconds of transport time.
DOUBT = 12.0
#: A claim that was not followed by its call within this time is not used: the process may have been asleep.
STALE = 3.0


class Later(Exception):
    """There is more to do, but not now; `seconds` of transport time from now."""

    def __init__(self, words: str, seconds: float) -> None:
        super().__init__(words)
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The ports that acting needs. `monotonic` gives seconds of transport time."""

    clock: Clock
    tracker: Tracker
    items: Items
    records: Records
    journal: Journal
    monotonic: Callable[[], float]

    def carry_on(self, subject: Subject, rules: Ruleset) -> None:
        """Do what is planned for a subject and not done, in order. Raises Later when something has to wait."""
        postponed: Later | None = None
        for record in sorted(self.records.actions(subject), key=lambda one: (one.request, one.position)):
            if record.state not in (RecordState.PLANNED, RecordState.CLAIMED):
                continue
            try:
                self._perform(record, rules)
            except Later as later:
                postponed = later
        if postponed is not None:
            raise postponed

    def _perform(self, record: ActionRecord, rules: Ruleset) -> None:
        if record.state is RecordState.CLAIMED and self._was_done(record):
            return
        before = self._before(record)
        agent = rules.agents[record.agent]
        now = self.clock.now()
        claimed_at = self.monotonic()
        refused = self.journal.claim(record, before, agent.actions_per_day, now.date().isoformat(), now)
        if refused is not None:
            raise Later(refused, DOUBT * 5)
        if self.monotonic() - claimed_at > STALE:
            raise Later("the claim went stale before the call", DOUBT)
        self._call(record)

    def _was_done(self, record: ActionRecord) -> bool:
        """Look up an action in doubt."""
        waited = self.journal.claimed_for(record)
        if waited < DOUBT:
            raise Later("an action is in doubt", DOUBT - waited + 0.1)
        receipt = self.tracker.find(record.action, record.key)
        if receipt is not None:
            self.journal.finish(record, receipt, self.clock.now())
        return receipt is not None

    def _call(self, record: ActionRecord) -> None:
        try:
            receipt = self.tracker.perform(record.action, record.key)
        except GatewayError as error:
            if error.in_doubt:
                raise Later(f"no answer: {error}", DOUBT) from error
            if not error.retryable:
                self.journal.fail(record, str(error), self.clock.now())
                return
            self.journal.release(record, str(error), self.clock.now())
            raise Later(str(error), error.retry_after or DOUBT) from error
        self.journal.finish(record, receipt, self.clock.now())

    def _before(self, record: ActionRecord) -> dict[str, Any]:
        """Take the image of what the action will change, by a direct read."""
        snapshot = self.tracker.item(record.action.item)
        if snapshot is None:
            return {"gone": True}
        self.items.merge([snapshot])
        item = self.items.item(record.action.item)
        return before_image(record, item) if item is not None else {"gone": True}


def before_image(record: ActionRecord, item: Item) -> dict[str, Any]:
    """Give the fields that an action is about to change, as they are."""
    action = record.action
    if isinstance(action, TransitionAction):
        return {"status": item.status.name, "resolution": item.resolution}
    if isinstance(action, LinkAction | UnlinkAction):
        return {"linked": item.is_linked_to(action.other)}
    return {"updated": item.updated.isoformat()}
