"""What a process tells of where its time goes, as a port: nothing, unless a collector is set.

Only the edges are watched, by standing between two parts; no part knows of it. OpenTelemetry is imported nowhere else
than in `tracing.py`, which is imported only where there is a collector.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Protocol, TypeVar

from integrations.settings import Settings
from rules.model import Event, Subject

__all__ = ["NoTraces", "Traces", "connect"]

P = TypeVar("P")


class Traces(Protocol):
    """Spans of one process."""

    def arrivals(self, intake: P) -> P:
        """Give an intake whose `put` and `bury` each begin the trace of their event."""
        ...

    def watched(self, part: P, of: str, *methods: str) -> P:
        """Give a part whose methods are each a span named after it, inside of the look under way."""
        ...

    def look(self, subject: Subject, events: Sequence[Event]) -> AbstractContextManager[None]:
        """Have a look inside: it belongs to the trace of its first command, else event; it is linked to the others'."""
        ...

    def close(self) -> None:
        """Send what is left, if that is quick."""
        ...


class NoTraces:
    """Tells nothing and costs nothing."""

    def arrivals(self, intake: P) -> P:
        """Give the intake as it is."""
        return intake

    def watched(self, part: P, of: str, *methods: str) -> P:
        """Give the part as it is."""
        del of, methods
        return part

    def look(self, subject: Subject, events: Sequence[Event]) -> AbstractContextManager[None]:
        """Stand aside."""
        del subject, events
        return nullcontext()

    def close(self) -> None:
        """Have nothing to send."""


def connect(settings: Settings, process: str) -> Traces:
    """Send spans to the collector that is set, if one is; a collector that does not answer disturbs nobody."""
    if settings.traces_url is None:
        return NoTraces()
    headers = settings.otlp_headers.reveal() if settings.otlp_headers is not None else ""
    traces: Traces = import_module("integrations.tracing").OtlpTraces.to(settings.traces_url, headers, process)
    return traces
