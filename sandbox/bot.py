"""Reads the bot's public API: is it ready, what is its trail for an issue, what does it tell. Never writes."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import requests

from sandbox.direct import direct_session

Json = dict[str, Any]
TIMEOUT_S = 10
WORK = re.compile(r"^yardmaster_(?:events_waiting|actions_open) ([0-9.e+]+)$", re.MULTILINE)
SILENCE_S = 60


class BotError(Exception):
    """The bot could not be asked; the text says why, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The bot's address and the token for its API."""

    url: str
    token: str
    session: requests.Session = field(default_factory=direct_session)

    def is_ready(self) -> bool:
        """Whether the bot says that it can work."""
        try:
            return self.session.get(f"{self.url}/health/ready", timeout=TIMEOUT_S).status_code == 200
        except requests.RequestException:
            return False

    def trail(self, key: str) -> list[Json]:
        """The entries about an issue, oldest first; none when the bot does not know it."""
        try:
            answer = self.session.get(f"{self.url}/api/trail/{key}", headers=self._headers(), timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise BotError(f"the bot does not answer ({type(error).__name__})") from error
        if answer.status_code == 404:
            return []
        if answer.status_code != 200:
            raise BotError(f"the bot answers {answer.status_code} when it is asked for the trail of {key}")
        return list(answer.json().get("entries", ()))

    def left_to_do(self) -> int:
        """How many events wait and how many actions are planned or under way; 0 where the bot does not say."""
        try:
            answer = self.session.get(f"{self.url}/metrics", headers=self._headers(), timeout=TIMEOUT_S)
        except requests.RequestException:
            return 0
        found = WORK.findall(answer.text) if answer.status_code == 200 else []
        return sum(int(float(number)) for number in found)

    def stream(self, stopped: Callable[[], bool]) -> Iterator[Json]:
        """What the bot tells, as it happens; comes back after interruptions with the last number heard."""
        last = ""
        while not stopped():
            more = {"Last-Event-ID": last} if last else {}
            try:
                with direct_session() as session:
                    where, wait = f"{self.url}/api/stream", (TIMEOUT_S, SILENCE_S)
                    answer = session.get(where, headers=self._headers() | more, stream=True, timeout=wait)
                    for entry in read_stream(line.decode() for line in answer.iter_lines(chunk_size=1)):
                        last = str(entry.get("seq", last))
                        yield entry
            except requests.RequestException:
                time.sleep(1)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def read_stream(lines: Iterator[str]) -> Iterator[Json]:
    """The JSON objects in the `data` of server-sent events; what is none is passed over."""
    data: list[str] = []
    for line in lines:
        if line.startswith("data:"):
            data.append(line[5:].lstrip())
        elif not line and data:
            raw, data = "\n".join(data), []
            try:
                entry = json.loads(raw)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield entry
