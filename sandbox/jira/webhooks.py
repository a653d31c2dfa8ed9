"""Registered webhooks and their delivery by a thread of its own; the writer never waits.

Deviation from Jira: the 5 to 15 minutes between attempts are 1, 2, 4, 8 and 16 seconds, until others are set.
"""

import hashlib
import hmac
import itertools
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import requests

from sandbox.courier import Courier
from sandbox.direct import direct_session
from sandbox.faults import Faults
from sandbox.faulty_courier import FaultyCourier

PAUSES_S = (1, 2, 4, 8, 16)
TRY_AGAIN = frozenset({408, 409, 425, 429})
TIMEOUT_S = 10
#: What is told of, each under the name that Jira gives it.
EVENTS = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "issuelink_created",
    "issuelink_deleted",
)


@dataclass(slots=True, kw_only=True)
class Webhook:
    """A registration; no events means all of them."""

    id: int
    name: str
    url: str
    events: tuple[str, ...] = ()
    jql: str = ""
    secret: str | None = None
    enabled: bool = True

    def hears(self, event: str) -> bool:
        """Whether it is registered for an event."""
        return self.enabled and (not self.events or event in self.events)


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One event on its way to one webhook; `identifier` stays the same over all attempts."""

    n: int
    webhook: Webhook
    event: str
    raw: bytes
    identifier: str
    state: str = "waiting"
    attempts: list[dict[str, Any]] = field(default_factory=list)


class Webhooks:
    """The registrations and the deliveries."""

    def __init__(self, faults: Faults) -> None:
        self._events = Courier("jira-webhooks", PAUSES_S, threads=1)
        self._courier = FaultyCourier(self._events, faults, "jira")
        self._ids = itertools.count(1)
        self._session = direct_session()
        self._lock = threading.Lock()
        self._deliveries: list[Delivery] = []
        self.hooks: dict[int, Webhook] = {}
        self.start, self.stop, self.idle = self._courier.start, self._courier.stop, self._courier.idle
        self.release = self._courier.release

    def register(self, **about: Any) -> Webhook:
        """Take a registration in."""
        hook = Webhook(id=next(self._ids), **about)
        self.hooks[hook.id] = hook
        return hook

    def retry_after(self, pauses_s: Sequence[float]) -> None:
        """Set the pauses before each new attempt at a delivery; Jira's are five, of 300 to 900 s each."""
        self._events.pauses_s = tuple(pauses_s)

    def emit(self, event: str, payload: dict[str, Any], fits: Callable[[str], bool]) -> None:
        """Queue an event for every webhook that hears it and whose JQL `fits` its issue; never waits."""
        raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        for hook in list(self.hooks.values()):
            if hook.hears(event) and fits(hook.jql):
                self._put(hook, event, raw, str(uuid.uuid4()))

    def put_back(self, hooks: Iterable[Webhook]) -> None:
        """Have these registrations and no others."""
        self.hooks = {hook.id: hook for hook in hooks}
        self._ids = itertools.count(max(self.hooks, default=0) + 1)

    def redeliver(self, number: int) -> bool:
        """Queue a delivery again under the same identifier; false when there is none with this number."""
        with self._lock:
            known = next((delivery for delivery in self._deliveries if delivery.n == number), None)
        if known is not None:
            self._put(known.webhook, known.event, known.raw, known.identifier)
        return known is not None

    def listed(self) -> list[dict[str, Any]]:
        """All deliveries with their attempts."""
        with self._lock:
            return [
                {"n": d.n, "event": d.event, "url": d.webhook.url, "identifier": d.identifier, "state": d.state}
                | {"attempts": list(d.attempts), "body": json.loads(d.raw)}
                for d in self._deliveries
            ]

    def _put(self, hook: Webhook, event: str, raw: bytes, identifier: str) -> None:
        with self._lock:
            number = len(self._deliveries) + 1
            delivery = Delivery(n=number, webhook=hook, event=event, raw=raw, identifier=identifier)
            self._deliveries.append(delivery)
        self._courier.put(event, partial(self._attempt, delivery))

    def _attempt(self, delivery: Delivery, number: int) -> bool:
        status = self._send(delivery, number)
        again = isinstance(status, str) or status in TRY_AGAIN or status >= 500
        with self._lock:
            delivery.attempts.append({"at": time.time(), "status": status})
            if again:
                delivery.state = "retrying" if number < len(self._events.pauses_s) else "failed"
            else:
                delivery.state = "delivered" if int(status) < 300 else "failed"
        return not again

    def _send(self, delivery: Delivery, number: int) -> int | str:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Atlassian Webhook HTTP Client",
            "X-Atlassian-Webhook-Identifier": delivery.identifier,
            "X-Atlassian-Webhook-Retry": str(number),
            "X-Atlassian-Webhook-Flow": "Primary",
        }
        if delivery.webhook.secret:
            digest = hmac.new(delivery.webhook.secret.encode(), delivery.raw, hashlib.sha256).hexdigest()
            headers["X-Hub-Signature"] = f"sha256={digest}"
        try:
            url = delivery.webhook.url
            return self._session.post(url, data=delivery.raw, headers=headers, timeout=TIMEOUT_S).status_code
        except requests.RequestException as error:
            return type(error).__name__
