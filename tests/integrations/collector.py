"""A small collector that takes spans over OTLP/HTTP and keeps them; it can also be slow or refuse."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True, slots=True)
class Seen:
    """A span as it came over the wire."""

    process: str
    trace: str
    span: str
    parent: str
    name: str
    failed: bool
    told: dict[str, Any]
    links: tuple[str, ...]


@dataclass
class Collector:
    """What came in; `gate` closed: requests hang."""

    url: str = ""
    status: int = 200
    gate: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    spans: list[Seen] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def named(self, name: str) -> list[Seen]:
        return [one for one in self.spans if one.name == name]

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            process = _told(resource.resource.attributes).get("yardmaster.process", "")
            self.spans += [_seen(process, span) for scope in resource.scope_spans for span in scope.spans]


def _seen(process: str, span: Any) -> Seen:
    links = tuple(link.trace_id.hex() for link in span.links)
    ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
    return Seen(process, *ids, span.name, span.status.code == 2, _told(span.attributes), links)


def _told(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    collector.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.asked.set()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.gate.wait()
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.headers.append({name.lower(): value for name, value in self.headers.items()})
            collector.take(body)
            self.send_response(collector.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield collector
    collector.gate.set()
    server.shutdown()
    server.server_close()
    thread.join()
