"""Faults on purpose, as they are set: which requests or deliveries they meet, how often. It strikes nothing itself."""

import random
import re
import threading
from dataclasses import asdict, dataclass, field, fields
from http import HTTPStatus
from typing import Any, Literal

import msgspec

SOCKETS_ONLY = frozenset({"hung_up"})


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault of answering: which requests to a service it meets and what becomes of them.

    `drop` breaks the connection `before` the work, `after` it, or `halfway` through the answer to it. `retry_after_s`
    becomes a Retry-After in seconds, or with `retry_after_as_date` as a date. `expired_token` refuses as the service
    refuses a token that has run out.
    """

    service: Literal["jira", "confluence", "slack", "atlassian", "directory", "finance", "pipeline"]
    path: str
    method: str | None = None
    times: int | None = None
    share: float | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    retry_after_s: int | None = None
    retry_after_as_date: bool = False
    delay_ms: int = 0
    drop: Literal["before", "after", "halfway"] | None = None
    expired_token: bool = False

    def __post_init__(self) -> None:
        _check_pattern(self.path)
        if self.status is not None:
            HTTPStatus(self.status)
        if self.retry_after_s is not None and self.status is None:
            raise ValueError("retry_after_s needs a status")

    def meets(self, service: str, method: str, path: str) -> bool:
        """Whether this fault is about this request."""
        same = self.service == service and self.method in (None, method)
        return same and re.search(self.path, path) is not None


@dataclass(slots=True, kw_only=True)
class Mishap:
    """A fault of telling: what becomes of webhooks (jira) or of events (slack) whose name `event` fits.

    `lost` ones never go; `doubled` ones go twice under one id; `delayed` ones go `delay_ms` later; `overtaken` ones
    go after the next of their service; `hung_up` closes the socket that would have carried it, and it comes again.
    """

    service: Literal["jira", "slack"]
    delivery: Literal["lost", "doubled", "delayed", "overtaken", "hung_up"]
    event: str = ""
    times: int | None = None
    share: float | None = None
    delay_ms: int = 1_000

    def __post_init__(self) -> None:
        _check_pattern(self.event)
        if self.delivery in SOCKETS_ONLY and self.service != "slack":
            raise ValueError(f"{self.service} has no sockets to hang up")

    def meets(self, service: str, event: str, by_socket: bool) -> bool:
        """Whether this mishap is about an event, while it is queued or, `by_socket`, while a socket is to carry it."""
        same = self.service == service and (self.delivery in SOCKETS_ONLY) is by_socket
        return same and re.search(self.event, event) is not None


def read_fault(asked: dict[str, Any]) -> Fault | Mishap:
    """The fault in a JSON object, a mishap where it names a `delivery`; ValueError says what is wrong."""
    kind: type[Fault | Mishap] = Mishap if "delivery" in asked else Fault
    if unknown := sorted(set(asked) - {known.name for known in fields(kind)}):
        raise ValueError(f"a fault knows nothing of {', '.join(unknown)}")
    return msgspec.convert(asked, kind)


class Faults:
    """The faults that are set; each request and each delivery meets at most one, the earliest that fits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault | Mishap] = []
        self._dice = random.Random(1)  # noqa: S311 - faults should strike alike in every run

    def add(self, fault: Fault | Mishap) -> None:
        """Set one more fault."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def listed(self) -> list[dict[str, Any]]:
        """All faults with how often they will still strike."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, service: str, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, counted."""
        with self._lock:
            for fault in self._faults:
                if isinstance(fault, Fault) and fault.meets(service, method, path) and self._strikes(fault):
                    return fault
        return None

    def take_delivery(self, service: str, event: str, *, by_socket: bool = False) -> Mishap | None:
        """The mishap that strikes this delivery, counted."""
        with self._lock:
            for fault in self._faults:
                if isinstance(fault, Mishap) and fault.meets(service, event, by_socket) and self._strikes(fault):
                    return fault
        return None

    def _strikes(self, fault: Fault | Mishap) -> bool:
        if fault.times == 0 or (fault.share is not None and self._dice.random() >= fault.share):
            return False
        fault.times = None if fault.times is None else fault.times - 1
        return True


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
