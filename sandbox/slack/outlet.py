"""What Slack sends to the app: events, interactions, commands; by a socket when one is connected, else by signed HTTP.

An event that is not acknowledged comes again at once, after one minute and after five. The pauses pass faster, 0, 1 and
5 seconds, unless the true ones are set, so that nobody need wait for them.
Interactions and commands come once.
"""

import hashlib
import hmac
import json
import threading
import time
import urllib.parse
from collections.abc import Sequence
from concurrent.futures import TimeoutError as NoAnswerError
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import requests

from sandbox.courier import Courier
from sandbox.direct import direct_session
from sandbox.faults import Faults
from sandbox.faulty_courier import FaultyCourier
from sandbox.slack.sockets import SocketHub

PAUSES_S = (0, 1, 5)
PATIENCE_S = 3.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """What the app said within three seconds: whether it acknowledged, with what body, else what went wrong."""

    acked: bool
    body: Any = None
    error: str | None = None
    no_retry: bool = False


@dataclass(slots=True, kw_only=True)
class SentEvent:
    """One event on its way; the event id stays the same over all attempts."""

    event_id: str
    kind: str
    state: str = "waiting"
    attempts: list[Json] = field(default_factory=list)


class Outlet:
    """The app's ear."""

    def __init__(self, app_id: str, faults: Faults) -> None:
        self.hub = SocketHub(app_id)
        self.request_url: str | None = None
        self.signing_secret = ""
        self._faults = faults
        self._events = Courier("slack-events", PAUSES_S, threads=4)
        self._courier = FaultyCourier(self._events, faults, "slack")
        self.release = self._courier.release
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._sent: list[SentEvent] = []
        self._asking = 0

    def start(self) -> None:
        """Begin to deliver events."""
        self._courier.start()

    def stop(self) -> None:
        """Deliver nothing more and hang up."""
        self.stopped.set()
        self._courier.stop()
        self.hub.stop()

    def retry_after(self, pauses_s: Sequence[float]) -> None:
        """Set the pauses before each new attempt at an event; Slack's are 0, 60 and 300 s."""
        self._events.pauses_s = tuple(pauses_s)

    def idle(self) -> bool:
        """Whether nothing waits or is on its way."""
        return self._courier.idle() and not self._asking

    def listed(self) -> list[Json]:
        """All events with their attempts."""
        with self._lock:
            return [
                {"event_id": e.event_id, "type": e.kind, "state": e.state, "attempts": list(e.attempts)}
                for e in self._sent
            ]

    def event(self, payload: Json) -> None:
        """Queue an event; nobody to send to, nothing queued, as with an app that has no request URL."""
        if self.request_url is None and not self.hub.count():
            return
        sent = SentEvent(event_id=payload["event_id"], kind=payload["event"]["type"])
        with self._lock:
            self._sent.append(sent)
        self._courier.put(sent.kind, partial(self._attempt, sent, payload))

    def ask(self, kind: str, payload: Json) -> Ack:
        """Send an interaction (`interactive`) or a command (`slash_commands`); wait 3 s for its acknowledgement."""
        with self._lock:
            self._asking += 1
        try:
            ack = self._by_socket(kind, kind, payload, 0, "")
            if ack is not None:
                return ack
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload, ensure_ascii=False)}
            return self._by_http(urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded", {})
        finally:
            with self._lock:
                self._asking -= 1

    def _attempt(self, sent: SentEvent, payload: Json, number: int) -> bool:
        reason = str(sent.attempts[-1]["error"]) if sent.attempts else ""
        ack = self._by_socket("events_api", sent.kind, payload, number, reason)
        if ack is None:
            retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}
            ack = self._by_http(json.dumps(payload, ensure_ascii=False).encode(), "application/json", retry)
        with self._lock:
            sent.attempts.append({"at": time.time(), "acked": ack.acked, "error": ack.error})
            last = number >= len(self._events.pauses_s) or ack.no_retry
            sent.state = "delivered" if ack.acked else "failed" if last else "retrying"
        return ack.acked or ack.no_retry

    def _by_socket(self, kind: str, event: str, payload: Json, number: int, reason: str) -> Ack | None:
        if self.hub.count() and self._faults.take_delivery("slack", event, by_socket=True):
            self.hub.hang_up()
            return Ack(acked=False, error="connection_failed")
        accepts = kind != "events_api"
        answer = self.hub.request(kind, payload, accepts=accepts, attempt=number, reason=reason)
        if answer is None:
            return None
        try:
            return Ack(acked=True, body=answer.result(PATIENCE_S))
        except NoAnswerError:
            return Ack(acked=False, error="timeout")

    def _by_http(self, raw: bytes, content_type: str, more: dict[str, str]) -> Ack:
        if self.request_url is None:
            return Ack(acked=False, error="connection_failed")
        stamp = str(int(time.time()))
        digest = hmac.new(self.signing_secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        headers["User-Agent"] = "Slackbot 1.0 (+https://api.slack.com/robots)"
        try:
            with direct_session() as session:
                answer = session.post(self.request_url, data=raw, headers=headers | more, timeout=PATIENCE_S)
        except requests.Timeout:
            return Ack(acked=False, error="http_timeout")
        except requests.RequestException:
            return Ack(acked=False, error="connection_failed")
        if not 200 <= answer.status_code < 300:
            no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
            return Ack(acked=False, error="http_error", no_retry=no_retry)
        return Ack(acked=True, body=_body_of(answer))


def _body_of(answer: requests.Response) -> Any:
    if not answer.content:
        return None
    if "json" in answer.headers.get("Content-Type", ""):
        try:
            return answer.json()
        except ValueError:
            return None
    return {"text": answer.text}
