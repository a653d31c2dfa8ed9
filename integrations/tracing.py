"""Sends spans to an OpenTelemetry collector, over OTLP/HTTP; imported only where one is set.

A trace goes from an event's arrival at one process to its effect from another without anything being handed on: its
ids are made of the event's id. Spans carry ids and kinds, never texts, names or addresses. What the collector does not
take in time is dropped.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from importlib.metadata import version
from typing import Any, Final, TypeVar, cast

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.util.re import parse_env_headers

from orchestrator.execution import Later
from orchestrator.facts import ActionRecord
from orchestrator.memory import Outdated
from orchestrator.ports import GatewayError
from rules.actions import Action, kind_of
from rules.model import Event, Subject

__all__ = ["Exporter", "OtlpTraces"]

P = TypeVar("P")

#: Seconds that the exporter may take for a batch, and this process for its last ones.
_TIMEOUT_S: Final = 5.0
_LAST_S: Final = 2.0
#: Their ids begin with that of the event that they pass on.
_PASSED_ON: Final = frozenset({"couple.proposed", "item.named_together"})
#: People are subjects too; who they are is nobody's business here.
_NAMED: Final = frozenset({"item", "card", "conversation", "batch", "system"})
_log = logging.getLogger(__name__)
_ids: ContextVar[tuple[int, int] | None] = ContextVar("ids", default=None)


class OtlpTraces:
    """Spans of one process, sent in batches by a thread of their own."""

    def __init__(self, provider: TracerProvider) -> None:
        """Make spans by a provider whose ids are `_Ids`."""
        self._provider = provider
        self._tracer = provider.get_tracer("yardmaster", version("yardmaster"))

    @classmethod
    def to(cls, url: str, headers: str, process: str) -> OtlpTraces:
        """Send to a collector.

        Args:
            url: where it takes spans, as in http://collector:4318/v1/traces.
            headers: as in OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`, percent-encoded.
            process: what this process is: door, worker, ...
        """
        about = {"service.version": version("yardmaster"), "yardmaster.process": process}
        resource = Resource({"service.name": "yardmaster"}).merge(Resource.create(about))
        provider = TracerProvider(resource=resource, id_generator=_Ids(), shutdown_on_exit=False)
        given = parse_env_headers(headers, liberal=True)
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it would tell of each batch
        provider.add_span_processor(BatchSpanProcessor(Exporter(endpoint=url, headers=given, timeout=_TIMEOUT_S)))
        return cls(provider)

    def arrivals(self, intake: P) -> P:
        """Give an intake whose `put` and `bury` each begin the trace of their event; of a repeated one only once."""
        return cast(P, _Proxy(intake, dict.fromkeys(("put", "bury"), self._arrival)))

    def watched(self, part: P, of: str, *methods: str) -> P:
        """Give a part whose methods are each a span named after it, inside of the look under way."""

        def span(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(method)
            def inside(*args: Any, **more: Any) -> Any:
                with self._span(f"{of} {name}", None, _told(args)):
                    return method(*args, **more)

            return inside

        return cast(P, _Proxy(part, dict.fromkeys(methods, span)))

    @contextmanager
    def look(self, subject: Subject, events: Sequence[Event]) -> Iterator[None]:
        """Have a look inside: it belongs to the trace of its first command, else event; it is linked to the others'."""
        causes = [self._parent(origin) for origin in origins_of(events)]
        context = trace.set_span_in_context(NonRecordingSpan(causes[0]), Context()) if causes else Context()
        links = [Link(cause) for cause in causes[1:]]
        told = _of_subject(subject) | {"yardmaster.events": len(events)}
        with self._span("look", context, told, links, SpanKind.CONSUMER):
            yield

    def close(self) -> None:
        """Send what is left, for as long as two seconds."""
        last = threading.Thread(target=self._provider.shutdown, name="last-spans", daemon=True)
        last.start()
        last.join(_LAST_S)

    def _arrival(self, name: str, method: Callable[..., bool]) -> Callable[..., bool]:
        @wraps(method)
        def stored(event: Event, *more: Any) -> bool:
            began = time.time_ns()
            is_new = method(event, *more)
            if is_new:
                self._begin(event, name, began)
            return is_new

        return stored

    def _begin(self, event: Event, name: str, began: int) -> None:
        told = _of_subject(event.subject) | {"yardmaster.event": event.id, "yardmaster.event.name": event.name}
        made = _ids.set(ids_of(event.id))
        try:
            span = self._tracer.start_span(
                f"{event.source} {name}", Context(), SpanKind.PRODUCER, told, start_time=began
            )
        finally:
            _ids.reset(made)
        span.end()

    def _parent(self, event: str) -> SpanContext:
        """Name the span that began an event's trace, wherever that was, and whether it was sampled."""
        trace_id, span_id = ids_of(event)
        decision = self._provider.sampler.should_sample(None, trace_id, "").decision
        flags = TraceFlags(TraceFlags.SAMPLED if decision is Decision.RECORD_AND_SAMPLE else TraceFlags.DEFAULT)
        return SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)

    @contextmanager
    def _span(
        self,
        name: str,
        context: Context | None,
        told: dict[str, Any],
        links: Sequence[Link] = (),
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> Iterator[None]:
        with self._tracer.start_as_current_span(
            name, context, kind, told, links, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                _fail(span, error)
                raise


class Exporter(OTLPSpanExporter):
    """Tells once when the collector takes nothing, and once when it does again."""

    _fails = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch; one that is not taken within the time-out is dropped."""
        result = super().export(spans)
        fails = result is not SpanExportResult.SUCCESS
        if fails and not self._fails:
            _log.warning("the collector of traces takes no spans; they are dropped until it does")
        elif self._fails and not fails:
            _log.warning("the collector of traces takes spans again")
        self._fails = fails
        return result


class _Ids(RandomIdGenerator):
    """Ids by chance, but for a span whose ids are set."""

    def generate_trace_id(self) -> int:
        made = _ids.get()
        return super().generate_trace_id() if made is None else made[0]

    def generate_span_id(self) -> int:
        made = _ids.get()
        return super().generate_span_id() if made is None else made[1]


class _Proxy:
    """Stands for a part; the methods that are named go through a wrapper."""

    def __init__(self, part: object, wrappers: dict[str, Callable[..., Any]]) -> None:
        self._part = part
        self._wrapped = {name: wrap(name, getattr(part, name)) for name, wrap in wrappers.items()}

    def __getattr__(self, name: str) -> Any:
        return self._wrapped.get(name) or getattr(self._part, name)


def ids_of(event: str) -> tuple[int, int]:
    """Make the ids of an event's trace and of its first span; the same in every process."""
    digest = hashlib.sha256(event.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])


def origins_of(events: Sequence[Event]) -> list[str]:
    """Name the events from outside that these came of: commands first, each once.

    Of our own events, only those that pass something on tell what they came of.
    """
    ordered = sorted(events, key=lambda event: event.kind != "command")
    return list(dict.fromkeys(origin for event in ordered if (origin := _origin(event)) is not None))


def _origin(event: Event) -> str | None:
    if event.source != "yardmaster":
        return event.id
    return event.id.rpartition(":")[0] if event.name in _PASSED_ON else None


def _of_subject(subject: Subject) -> dict[str, Any]:
    return {"yardmaster.subject": str(subject) if subject.kind in _NAMED else subject.kind}


def _told(args: Sequence[object]) -> dict[str, Any]:
    """Give what a call is about, as far as its first argument says it in ids and kinds."""
    first = args[0] if args else None
    if isinstance(first, ActionRecord):
        about = {"request": first.request, "action": first.key, "agent": first.agent, "kind": kind_of(first.action)}
        return {f"yardmaster.{name}": value for name, value in about.items()}
    if isinstance(first, Subject):
        return _of_subject(first)
    if isinstance(first, int):
        return {"yardmaster.item": first}
    if isinstance(first, Action):
        return {"yardmaster.kind": kind_of(first), "yardmaster.item": first.item}
    return {}


def _fail(span: Span, error: BaseException) -> None:
    """Mark a span, without the error's words; to have to wait is no error."""
    if isinstance(error, Later | Outdated):
        span.set_attribute("yardmaster.waits", type(error).__name__)
        return
    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", type(error).__name__)
    if isinstance(error, GatewayError):
        span.set_attribute("yardmaster.in_doubt", error.in_doubt)
