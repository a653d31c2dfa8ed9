"""Spans as a collector gets them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider

from integrations import traces, tracing
from integrations.settings import Settings
from integrations.traces import NoTraces, Traces
from integrations.tracing import OtlpTraces, ids_of, origins_of
from orchestrator.execution import Later
from orchestrator.ports import GatewayError
from rules.actions import kind_of
from rules.model import Event, Subject
from tests.integrations.collector import Collector, collecting
from tests.integrations.store.stored import ITEM, comment, event, record

ROOT = Path(__file__).parents[2]


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def make(collector: Collector) -> Iterator[Callable[[str], OtlpTraces]]:
    made: list[OtlpTraces] = []

    def one(process: str) -> OtlpTraces:
        made.append(OtlpTraces.to(f"{collector.url}/v1/traces", "", process))
        return made[-1]

    yield one
    for each in made:
        each.close()


class Shelf:
    """An intake that takes each event once."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def put(self, event: Event) -> bool:
        is_new = event not in self.events
        self.events.append(event)
        return is_new

    def bury(self, event: Event, reason: str) -> bool:
        del reason
        return self.put(event)

    def count(self) -> int:
        return len(self.events)


class Desk:
    """A part that does what it is told to."""

    def answer(self, given: object) -> object:
        if isinstance(given, Exception):
            raise given
        return given


def test_an_arrival_in_one_process_and_a_look_in_another_are_one_trace(
    make: Callable[[str], OtlpTraces], collector: Collector
) -> None:
    door, worker = make("door"), make("worker")
    first, second = event("e1"), event("e2")

    shelf = door.arrivals(Shelf())
    assert (shelf.put(first), shelf.bury(second, "odd"), shelf.count()) == (True, True, 2)
    with worker.look(ITEM, [first, second]):
        worker.watched(Desk(), "Jira", "answer").answer("yes")
    door.close()
    worker.close()

    (put,), (bury,), (look,), (call,) = map(collector.named, ("jira put", "jira bury", "look", "Jira answer"))
    assert (put.process, look.process) == ("door", "worker")
    assert {put.trace, look.trace, call.trace} == {put.trace} != {bury.trace}
    assert (put.parent, look.parent, call.parent) == ("", put.span, look.span)
    assert look.links == (bury.trace,)


def test_an_event_that_comes_twice_begins_one_trace(make: Callable[[str], OtlpTraces], collector: Collector) -> None:
    door = make("door")
    shelf = door.arrivals(Shelf())

    assert [shelf.put(event("e1")), shelf.put(event("e1"))] == [True, False]
    door.close()

    assert len(collector.spans) == 1


def test_a_look_without_events_is_a_trace_of_its_own(make: Callable[[str], OtlpTraces], collector: Collector) -> None:
    worker = make("worker")

    for _ in range(2):
        with worker.look(ITEM, []):
            pass
    worker.close()

    assert len({one.trace for one in collector.named("look")}) == 2


def test_a_look_belongs_to_what_a_person_said_rather_than_to_what_we_told_ourselves() -> None:
    resembled = event("resembled:7:8", source="yardmaster", name="item.resembled")
    passed_on = event("slack:e1:7", source="yardmaster", name="item.named_together")
    signal, vote = event("e2"), event("e3", kind="command", source="slack", name="vote.cast")

    assert origins_of([resembled]) == []
    assert origins_of([resembled, passed_on, signal]) == ["slack:e1", "e2"]
    assert origins_of([resembled, signal, signal, vote]) == ["e3", "e2"]


def test_an_error_is_marked_without_its_words(make: Callable[[str], OtlpTraces], collector: Collector) -> None:
    worker = make("worker")
    desk = worker.watched(Desk(), "Jira", "answer")

    with pytest.raises(GatewayError), worker.look(ITEM, []):
        desk.answer(GatewayError("private words", retryable=True, in_doubt=True))
    with pytest.raises(Later), worker.look(ITEM, []):
        raise Later("private words", 1.0)
    worker.close()

    (call,), (failed, waits) = collector.named("Jira answer"), collector.named("look")
    assert (call.failed, failed.failed, waits.failed) == (True, True, False)
    assert call.told == {"error.type": "GatewayError", "yardmaster.in_doubt": True}
    assert waits.told["yardmaster.waits"] == "Later"
    assert "private" not in str(collector.spans)


def test_spans_name_items_and_actions_but_no_people(make: Callable[[str], OtlpTraces], collector: Collector) -> None:
    worker = make("worker")
    desk, mine = worker.watched(Desk(), "Jira", "answer"), record()

    with worker.look(Subject(kind="person", id="U0MIKA0001"), [event("e1")]):
        for told in (mine, mine.action, ITEM, 7, "mika@example.com", comment().text, event("e1")):
            desk.answer(told)
    worker.close()

    of_record, of_action, of_item, *of_others = (one.told for one in collector.named("Jira answer"))
    assert of_record["yardmaster.action"] == mine.key
    assert of_action == {"yardmaster.kind": kind_of(mine.action), "yardmaster.item": 7}
    assert of_item == {"yardmaster.subject": "item:7"}
    assert of_others == [{"yardmaster.item": 7}, {}, {}, {}]
    assert collector.named("look")[0].told["yardmaster.subject"] == "person"


def test_the_collectors_headers_are_sent(collector: Collector) -> None:
    sender = OtlpTraces.to(f"{collector.url}/v1/traces", "x-team=yard%20one,authorization=Bearer%20s", "door")
    sender.arrivals(Shelf()).put(event("e1"))
    sender.close()

    assert collector.headers[0]["x-team"] == "yard one"
    assert collector.headers[0]["authorization"] == "Bearer s"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_collector_that_hangs_or_is_down_holds_nobody(collector: Collector, is_there: bool) -> None:
    collector.gate.clear()
    url = collector.url if is_there else "http://127.0.0.1:9"
    sender = OtlpTraces.to(f"{url}/v1/traces", "", "door")
    shelf = sender.arrivals(Shelf())

    stored = [shelf.put(event(f"e{number}")) for number in range(5000)]
    sender.close()

    assert all(stored)
    assert collector.spans == [], "nobody waited until they were taken"


def test_a_collector_that_refuses_is_told_of_once(collector: Collector, caplog: pytest.LogCaptureFixture) -> None:
    exporter = tracing.Exporter(endpoint=collector.url, timeout=1.0)
    span = TracerProvider(shutdown_on_exit=False).get_tracer("x").start_span("x")
    span.end()
    assert isinstance(span, ReadableSpan)

    for status in (400, 400, 200, 200):
        collector.status = status
        exporter.export([span])

    assert [line.message for line in caplog.records if line.threadName == "MainThread"] == [
        "the collector of traces takes no spans; they are dropped until it does",
        "the collector of traces takes spans again",
    ]


@given(st.text(max_size=40))
def test_every_event_has_ids_that_a_trace_may_have(id_: str) -> None:
    trace, span = ids_of(id_)

    assert 0 < trace < 2**128
    assert 0 < span < 2**64
    assert ids_of(id_) == (trace, span)


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"}, "http://c:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/own"}, "http://c:4318/own"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://d/t"}, "http://d/t"),
    ],
)
def test_the_collectors_address_is_read_as_opentelemetry_has_it(environ: dict[str, str], url: str | None) -> None:
    assert Settings.read(environ, None).traces_url == url


def test_without_a_collector_parts_stay_as_they_are() -> None:
    none: Traces = traces.connect(Settings.read({}, None), "door")
    shelf = Shelf()

    assert isinstance(none, NoTraces)
    assert none.arrivals(shelf) is shelf
    assert none.watched(shelf, "x", "put") is shelf
    with none.look(ITEM, []):
        none.close()


def test_without_a_collector_nothing_of_opentelemetry_is_imported() -> None:
    wanted = "import sys, integrations.commands.door, integrations.commands.worker; "
    loaded = wanted + "print([name for name in sys.modules if name.startswith('opentelemetry')])"

    said = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout == "[]\n"
