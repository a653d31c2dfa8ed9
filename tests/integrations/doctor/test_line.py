"""The way to a system, over real sockets: its answer, its clock, its certificate, and the proxy before it."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from integrations.doctor.finding import Verdict
from integrations.doctor.line import check_line

Opened = Callable[..., "Listener"]


@dataclass
class Listener:
    """Answers every request on a free port; `asked` are their first lines and what they bring for a proxy."""

    date: str | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                listener.asked.append((self.requestline, self.headers["Proxy-Authorization"]))
                self.send_response_only(403 if self.command == "CONNECT" else 200)
                if listener.date is not None:
                    self.send_header("Date", listener.date)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_CONNECT(self) -> None:
                self.do_GET()

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                del code, size

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def opened() -> Iterator[Opened]:
    running: list[HTTPServer] = []

    def start(date: str | None = None, certificate: Path | None = None) -> Listener:
        listener = Listener(date=date)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            listener.server.socket = context.wrap_socket(listener.server.socket, server_side=True)
        threading.Thread(target=listener.server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(listener.server)
        return listener

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def certified(directory: Path, days: int) -> Path:
    """A certificate for 127.0.0.1 with its key, signed by itself."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    path = directory / "both.pem"
    asked = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", str(days)]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *asked]
    subprocess.run([*command, "-keyout", path, "-out", directory / "only.pem"], check=True, capture_output=True)
    path.write_text(path.read_text() + (directory / "only.pem").read_text())
    return path


def now() -> datetime:
    return datetime.now(UTC)


def dated(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def found(url: str, **more: ssl.SSLContext) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.words) for one in check_line("jira", url, now, **more)]


@pytest.mark.parametrize("off", [timedelta(minutes=7), timedelta(minutes=-7)])
def test_a_clock_that_is_off_is_a_fault_with_its_fix(opened: Opened, off: timedelta) -> None:
    listener = opened(dated(now() + off))

    (one,) = check_line("jira", f"http://{listener.place}", now)

    assert one.verdict is Verdict.FAULT
    assert one.words.startswith("this machine's clock is 4")
    assert one.fix == "switch on time synchronisation (NTP) on this machine"


def test_clocks_that_agree_are_well(opened: Opened) -> None:
    listener = opened(dated(now()))

    assert found(f"http://{listener.place}")[0][0] is Verdict.WELL


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sat, 99 Nov 2026 25:00:00 GMT", "Sat, 21 Nov 2026 11:00:00"])
def test_a_clock_that_cannot_be_read_is_not_judged(opened: Opened, date: str | None) -> None:
    listener = opened(date)

    assert [verdict for verdict, _ in found(f"http://{listener.place}")] == [Verdict.UNCHECKED]


def test_nobody_there_is_a_fault() -> None:
    words = "http://127.0.0.1:1/api/ does not answer (ConnectionRefusedError)"

    assert found("http://127.0.0.1:1/api/") == [(Verdict.FAULT, words)]


def test_a_certificate_that_nobody_here_trusts_is_a_fault(opened: Opened, tmp_path: Path) -> None:
    listener = opened(certificate=certified(tmp_path, 90))

    assert found(f"https://{listener.place}") == [
        (Verdict.FAULT, "the certificate of 127.0.0.1 is not good: self-signed certificate")
    ]


@pytest.mark.parametrize(
    ("days", "verdict", "words"),
    [
        (90, Verdict.WELL, "TLS is good; the certificate ends in 89 days"),
        (5, Verdict.WARNING, "its certificate ends in 4 days"),
    ],
)
def test_a_certificate_that_ends_soon_is_a_warning(
    opened: Opened, tmp_path: Path, days: int, verdict: Verdict, words: str
) -> None:
    listener = opened(dated(now()), certified(tmp_path, days))
    trusted = ssl.create_default_context(cafile=str(tmp_path / "only.pem"))

    assert found(f"https://{listener.place}", trusted=trusted)[0] == (verdict, words)


def test_an_address_elsewhere_without_tls_is_a_warning_and_is_asked_through_the_proxy(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = opened(dated(now()))
    monkeypatch.setenv("http_proxy", f"http://{proxy.place}")

    (clear, clock) = found("http://jira.example.com/site")

    assert clear == (
        Verdict.WARNING,
        "http://jira.example.com/site is not https, so tokens cross the network in the clear",
    )
    assert clock[0] is Verdict.WELL
    assert proxy.asked == [("GET http://jira.example.com/site HTTP/1.1", None)]


def test_a_proxy_that_lets_nothing_through_is_a_fault(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = opened()
    monkeypatch.setenv("https_proxy", f"http://us:p%40ss@{proxy.place}")

    assert found("https://jira.example.com") == [(Verdict.FAULT, "https://jira.example.com does not answer (OSError)")]
    assert proxy.asked == [("CONNECT jira.example.com:443 HTTP/1.0", "Basic dXM6cEBzcw==")]


def test_the_proxy_is_kept_out_where_it_is_told_to(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = opened()
    monkeypatch.setenv("http_proxy", f"http://{proxy.place}")
    monkeypatch.setenv("no_proxy", "jira.invalid")

    assert found("http://jira.invalid")[-1][0] is Verdict.FAULT
    assert proxy.asked == []
