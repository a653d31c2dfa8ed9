"""Carries out recorded actions, each once: *intended* first, then the change, then *done*. Decides nothing.

An action in doubt (claimed, no answer) waits out the client's time-out, is looked up by direct reads, only then done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from orchestrator.facts import ActionRecord, RecordState
from orchestrator.memory import Items, Journal, Records
from orchestrator.ports import Clock, GatewayError, Receipt, Tracker
from rules.actions import (
    NEW,
    AssignAction,
    CreateAction,
    FieldAction,
    LinkAction,
    PriorityAction,
    TransitionAction,
    UnlinkAction,
    UnwatchAction,
    WatchAction,
)
from rules.model import Item, Subject
from rules.ruleset import Ruleset

#: Longer than the tracker's client waits (10 s): after that, no answer can come any more. Seconds of transport time.
DOUBT = 12.0
#: After so many tries an action fails, so that a person hears of it and may have it tried again.
MOST_TRIES = 8
LONGEST_PAUSE = 300.0
#: A claim that was not followed by its call within this time is not used: the process may have been asleep.
STALE = 3.0
#: After so long, the tracker's search shows what was created; a create that it does not show by then is a person's to
#: judge. Seconds of transport time.
SETTLED = 120.0
#: The budget for claiming what can only fail, because its agent and so its budget are no longer in the rules.
UNLIMITED: Final = 2**31 - 1


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
        """Do what is planned for a subject and not done, each request's actions in order.

        Where one has to wait, the rest of its request waits with it; where one fails, the rest goes on. Raises Later
        when something has to wait.
        """
        waiting: dict[str, Later] = {}
        for record in sorted(self.records.actions(subject), key=lambda one: (one.request, one.position)):
            if record.state not in (RecordState.PLANNED, RecordState.CLAIMED) or record.request in waiting:
                continue
            try:
                self._perform(record, rules)
            except Later as later:
                waiting[record.request] = later
        if waiting:
            raise min(waiting.values(), key=lambda later: later.seconds)

    def _perform(self, planned: ActionRecord, rules: Ruleset) -> None:
        record = self._aimed(planned)
        if record.state is RecordState.CLAIMED and self._is_over(record):
            return
        item, agent = self._item(record), rules.agents.get(record.agent)
        limit = agent.actions_per_day if agent is not None else UNLIMITED
        before = before_image(record, item, self._watchers(record), self._held(record))
        now = self.clock.now()
        claimed_at = self.monotonic()
        refused = self.journal.claim(record, before, limit, now.date().isoformat(), now)
        if refused is not None:
            raise Later(refused, DOUBT * 5)
        if self.monotonic() - claimed_at > STALE:
            raise Later("the claim went stale before the call", DOUBT)
        obstacle = "the rules no longer know its agent" if agent is None else obstacle_to(record, item, before)
        obstacle = obstacle or self._unmet(record)
        if obstacle is not None:
            self.journal.fail(record, obstacle, self.clock.now())
        else:
            self._call(record)

    def _is_over(self, record: ActionRecord) -> bool:
        """Look up an action in doubt; False when it was not done and may be tried again."""
        waited = self.journal.claimed_for(record)
        if waited < DOUBT:
            raise Later("an action is in doubt", DOUBT - waited + 0.1)
        receipt = self.tracker.find(record.action, record.key)
        if receipt is not None:
            self._finish(record, receipt)
            return True
        if isinstance(record.action, CreateAction):
            self._leave_to_a_person(record, waited)
            return True
        if record.attempts >= MOST_TRIES:
            words = f"there was no answer, {record.attempts} times, and it is not done"
            self.journal.fail(record, words, self.clock.now())
            return True
        if waited < pause_after(record.attempts):
            raise Later("an action got no answer and is not done", pause_after(record.attempts) - waited + 0.1)
        return False

    def _leave_to_a_person(self, record: ActionRecord, waited: float) -> None:
        """Give up a create that a search does not show: to create again by itself could make a second issue."""
        if waited < SETTLED:
            raise Later("it is not known yet whether an issue was created", min(DOUBT, SETTLED - waited) + 0.1)
        words = "there was no answer, and no such issue is found; look in Jira before you have it tried again"
        self.journal.fail(record, words, self.clock.now())

    def _call(self, record: ActionRecord) -> None:
        try:
            receipt = self._made_before(record) or self.tracker.perform(record.action, record.key)
        except GatewayError as error:
            if error.in_doubt:
                raise Later(f"no answer: {error}", DOUBT) from error
            tries = record.attempts + 1
            if error.final or (tries >= MOST_TRIES and not error.outage):
                self.journal.fail(record, str(error), self.clock.now())
                return
            self.journal.release(record, str(error), self.clock.now())
            raise Later(str(error), max(error.retry_after or 0.0, pause_after(tries))) from error
        self._finish(record, receipt)

    def _made_before(self, record: ActionRecord) -> Receipt | None:
        """Look, before an issue is created at a further try, whether an earlier one has made it after all."""
        again = record.attempts > 0 and isinstance(record.action, CreateAction)
        return self.tracker.find(record.action, record.key) if again else None

    def _aimed(self, record: ActionRecord) -> ActionRecord:
        """Give an action on `NEW` the issue that its request has created; until that is there it stays as it is."""
        if record.action.item != NEW or isinstance(record.action, CreateAction):
            return record
        made = next(
            (
                one.receipt.id
                for one in self.records.actions(record.subject)
                if one.request == record.request and isinstance(one.action, CreateAction) and one.receipt is not None
            ),
            None,
        )
        if made is None:
            return record
        return msgspec.structs.replace(record, action=msgspec.structs.replace(record.action, item=int(made)))

    def _finish(self, record: ActionRecord, receipt: Receipt) -> None:
        now = self.clock.now()
        self.journal.finish(record, msgspec.structs.replace(receipt, at=now), now)

    def _watchers(self, record: ActionRecord) -> frozenset[str] | None:
        watching = isinstance(record.action, WatchAction | UnwatchAction)
        return self.tracker.watchers(record.action.item) if watching else None

    def _held(self, record: ActionRecord) -> str | None:
        """Read what the field holds that is to be changed."""
        action = record.action
        return (
            self.tracker.values(action.item, [action.field])[action.field] if isinstance(action, FieldAction) else None
        )

    def _unmet(self, record: ActionRecord) -> str | None:
        """Say why an action is not done: what belongs before it is not done, a changed field or half of a swap."""
        mine = (one for one in self.records.actions(record.subject) if one.request == record.request)
        before = [one.action for one in mine if one.position < record.position and one.state is RecordState.FAILED]
        failed = next((one for one in before if isinstance(one, FieldAction)), None)
        if failed is not None:
            return f"{failed.field} could not be changed as it was agreed"
        halved = isinstance(record.action, AssignAction) and any(isinstance(one, AssignAction) for one in before)
        return "the other half of the swap could not be done" if halved else None

    def _item(self, record: ActionRecord) -> Item | None:
        """Read the issue as it is now; None when it is gone, or not made yet."""
        if record.action.item == NEW:
            return None
        snapshot = self.tracker.item(record.action.item)
        if snapshot is None:
            return None
        return next(iter(self.items.merge([snapshot])), None)


def pause_after(tries: int) -> float:
    """Give the seconds of transport time between a try and the next: doubling, up to five minutes."""
    return min(LONGEST_PAUSE, DOUBT * 2.0 ** (min(tries, 16) - 1))


def before_image(
    record: ActionRecord, item: Item | None, watchers: frozenset[str] | None = None, held: str | None = None
) -> dict[str, Any]:
    """Give the fields that an action is about to change, as they are; `watchers` and `held` where it is about these."""
    action = record.action
    if isinstance(action, CreateAction):
        return {}
    if item is None:
        return {"gone": True}
    if isinstance(action, TransitionAction):
        return {"status": item.status.name, "resolution": item.resolution}
    if isinstance(action, LinkAction | UnlinkAction):
        same = (link for link in item.links if (link.other, link.type) == (action.other, action.type))
        return {"linked": any(link.direction == "outward" for link in same)}
    if isinstance(action, WatchAction | UnwatchAction):
        return {"watching": None if watchers is None else action.account in watchers}
    if isinstance(action, PriorityAction | AssignAction):
        priority = isinstance(action, PriorityAction)
        return {"priority": item.priority} if priority else {"assignee": item.assignee}
    if isinstance(action, FieldAction):
        return {"field": held}
    return {"updated": item.updated.isoformat()}


def obstacle_to(record: ActionRecord, item: Item | None, before: dict[str, Any]) -> str | None:
    """Say why an action can no longer be done as it was agreed to; None when it can. `before` is its before-image."""
    action = record.action
    if isinstance(action, CreateAction):
        return None
    if item is None or item.deleted:
        return "the issue was not created" if action.item == NEW else "the issue is gone"
    if isinstance(action, TransitionAction) and item.status.id != action.before.id:
        return f"the status is {item.status.name} by now and no longer {action.before.name}"
    if isinstance(action, WatchAction) and before["watching"] is None:
        return "Jira does not tell who watches it, so it could not be taken back"
    if isinstance(action, FieldAction) and before["field"] != action.before:
        return f"{action.field} is {before['field'] or 'empty'} by now and no longer {action.before or 'empty'}"
    if isinstance(action, PriorityAction) and item.priority != action.before:
        return f"the priority is {item.priority or 'none'} by now and no longer {action.before or 'none'}"
    if isinstance(action, AssignAction) and item.assignee != action.before:
        return "somebody else changed meanwhile who is responsible for it"
    return None
