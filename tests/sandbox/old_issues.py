"""Raw payloads of old issues, and a bot that answers what a test wants."""

import json
import lzma
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sandbox.bot import Bot


def payload(number: int, **fields: Any) -> dict[str, Any]:
    person = {"name": "p1", "displayName": "p1", "emailAddress": "p1@example.org"}
    stamp = f"2014-01-{number:02d}T10:00:00.000+0000"
    base = {
        "summary": f"summary {number}",
        "description": "now",
        "created": stamp,
        "updated": stamp,
        "project": {"id": "77", "key": "OLD", "name": "Old"},
        "issuetype": {"id": "1", "name": "Bug"},
        "status": {"id": "6", "name": "Closed", "statusCategory": {"key": "done"}},
        "resolution": {"id": "1", "name": "Fixed"},
        "resolutiondate": stamp,
        "reporter": person,
        "creator": person,
        "issuelinks": [],
        "comment": {"comments": []},
    }
    return {"id": str(500 + number), "key": f"OLD-{number}", "fields": base | fields, "changelog": {"histories": []}}


def written(tmp_path: Path, *payloads: dict[str, Any]) -> Path:
    path = tmp_path / "issues.jsonl.xz"
    path.write_bytes(lzma.compress("\n".join(json.dumps(one) for one in payloads).encode()))
    return path


def duplicate_of(other: int, number: int = 9000) -> dict[str, Any]:
    kind = {"id": "12", "name": "Duplicate", "inward": "is duplicated by", "outward": "duplicates"}
    return {"id": str(number), "type": kind, "outwardIssue": {"id": str(500 + other), "key": f"OLD-{other}"}}


@dataclass
class FakeBot:
    """A bot's public API: trails by key, ready or not, a stream with what `told` holds."""

    trails: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        bot = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                key = self.path.rpartition("/")[2]
                if self.path.startswith("/api/trail/"):
                    body = json.dumps({"key": key, "entries": bot.trails.get(key, [])})
                elif self.path == "/api/stream":
                    body = "".join(f"id: {n}\nevent: x\ndata: {json.dumps(e)}\n\n" for n, e in enumerate(bot.told))
                else:
                    body = "ready"
                raw = body.encode()
                known = not self.path.startswith("/api/trail/") or key in bot.trails
                self.send_response(200 if known else 404)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                del code, size

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.bot = Bot(url=f"http://127.0.0.1:{self._server.server_port}", token="t")
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.bot.session.close()
        self._server.shutdown()
        self._server.server_close()
