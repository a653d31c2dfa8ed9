"""The sandbox as people and a story see it, over HTTP only: who there is, the clock, what is shown, what was done."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import requests

from sandbox.clock import read_moment
from sandbox.direct import direct_session
from sandbox.world import Places

Json = dict[str, Any]
TIMEOUT_S = 15
UNASKED_S = 1.0
CLERK = "sandbox-clerk"


class Refused(Exception):
    """The sandbox did not do what a person of the story wanted; the text says what it answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the company: `name` as stories use it, `slack` their id there, `email` their account in Jira."""

    name: str
    full_name: str
    slack: str
    email: str
    zone: str


@dataclass(slots=True, kw_only=True)
class Company:
    """Asks and does; raises Refused for what is not answered with 2xx, and where nobody answers at all."""

    places: Places
    session: requests.Session = field(default_factory=direct_session)
    people: dict[str, Person] = field(default_factory=dict)
    token: str = ""

    def gather(self) -> None:
        """Learn who works here."""
        found = self.control("GET", "people")
        self.token = str(found["token"])
        self.people = {
            str(one["name"]): Person(
                name=str(one["name"]),
                full_name=str(one["real_name"]),
                slack=str(one["id"]),
                email=str(one["email"]),
                zone=str(one["time_zone"]),
            )
            for one in found["people"]
            if not one["is_bot"]
        }

    def person(self, name: str) -> Person:
        """Somebody by their name; Refused where nobody is called so."""
        if name not in self.people:
            raise Refused(f"nobody in this company is called {name}")
        return self.people[name]

    def now(self) -> datetime:
        """Domain time."""
        return read_moment(self.control("GET", "clock")["now"])

    def speed(self) -> float:
        """How many domain seconds pass in a real one."""
        return float(self.control("GET", "clock")["speed"])

    def jump(self, moment: datetime) -> None:
        """Let the time pass until a moment, where it lies ahead."""
        missing = (moment - self.now()) / timedelta(seconds=1)
        if missing > 0:
            self.control("POST", "clock", {"advance_seconds": missing})

    def set_speed(self, speed: float) -> None:
        """Let so many domain seconds pass in a real one."""
        self.control("POST", "clock", {"speed": speed})

    def is_idle(self) -> bool:
        """Whether nothing waits for delivery to the bot, and Jira was not asked anything for a moment."""
        return bool(self.control("GET", "idle")["idle"]) and self.control("GET", "asked")["seconds_ago"] >= UNASKED_S

    def screen(self, name: str) -> Json:
        """What somebody sees in Slack."""
        return dict(self.control("GET", f"slack/screen?user={self.person(name).slack}"))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the control API."""
        return self._send(method, f"{self.places.page}/_sandbox/{path}", json=body)

    def jira(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Do something in Jira as somebody; paths begin at `rest`."""
        return self._send(method, f"{self.places.jira}/{path}", json=body, auth=(self.person(who).email, self.token))

    def twin(self, service: str, method: str, path: str, body: Any = None) -> Any:
        """Do something in one of the other systems, with the clerk's token and a key of its own for each call."""
        headers = {"Authorization": f"Bearer {CLERK}", "Idempotency-Key": uuid4().hex}
        return self._send(method, f"{self.places.page}/twins/{service}/{path}", json=body, headers=headers)

    def _send(self, method: str, url: str, **more: Any) -> Any:
        try:
            answer = self.session.request(method, url, timeout=TIMEOUT_S, **more)
            if answer.ok:
                return answer.json() if answer.content else None
        except requests.RequestException as error:
            raise Refused(f"{method} {url} got no answer ({type(error).__name__})") from error
        raise Refused(f"{method} {url} was answered {answer.status_code}: {answer.text[:300]}")
