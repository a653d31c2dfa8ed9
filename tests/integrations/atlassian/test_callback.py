"""Where browsers come back to: what is kept, what is refused, and that no page tells more than it should."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

from integrations import front_door
from integrations.atlassian.callback import PATH, blueprint
from orchestrator.memory import Directory
from rules.model import Event, Person
from rules.ruleset import Ruleset
from tests.fakes.clock import SetClock
from tests.fakes.people import FakeDirectory
from tests.fakes.rulings import ruleset
from tests.integrations.atlassian.conftest import Consenting


@dataclass
class Kept:
    """Rules, and an intake that remembers."""

    events: list[Event] = field(default_factory=list)

    def active(self) -> Ruleset:
        return ruleset()

    def version(self, hash_: str) -> Ruleset | None:
        return ruleset() if hash_ else None

    def put(self, event: Event) -> bool:
        self.events.append(event)
        return True

    def bury(self, event: Event, reason: str) -> bool:
        raise AssertionError(f"{event.name}: {reason}")


@dataclass
class Browser:
    """Lena's browser, and what the door made of what it brought."""

    town: Consenting
    client: FlaskClient
    kept: Kept
    directory: FakeDirectory

    def follow(self, person: str = "lena", answer: str = "accept") -> dict[str, str]:
        """Follow Lena's link as somebody who is logged in to Atlassian; gives what it leads back with."""
        asked = urllib.parse.urlsplit(self.town.grants().invitation("U-lena", "sbx-lena")).query
        return self.town.there.sent_back(person, answer, **dict(urllib.parse.parse_qsl(asked)))

    def come_back(self, **query: str) -> tuple[int, str]:
        answer = self.client.get(PATH, query_string=query)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return answer.status_code, answer.text

    def held(self) -> frozenset[str]:
        return self.town.grants().held(("sbx-lena", "sbx-mika"))


@pytest.fixture
def browser(town: Consenting) -> Browser:
    directory = FakeDirectory()
    directory.strangers["U-lena"] = Person(id="lena", name="Lena", jira="sbx-lena", slack="U-lena")
    kept, known = Kept(), directory
    typed: Directory = known
    app = front_door.door_app([blueprint(town.grants(), typed, kept, kept, SetClock())])
    return Browser(town, app.test_client(), kept, directory)


def test_who_consents_is_connected_and_told_so(browser: Browser) -> None:
    status, page = browser.come_back(**browser.follow())

    assert (status, browser.held()) == (200, frozenset({"sbx-lena"}))
    assert "You are connected" in page
    assert browser.town.told() == ["grant.given"]
    assert browser.kept.events == []


def test_the_same_way_back_leads_nowhere_a_second_time(browser: Browser) -> None:
    back = browser.follow()
    browser.come_back(**back)

    status, page = browser.come_back(**back)

    assert status == 400
    assert "This link has ended" in page
    assert browser.town.told() == ["grant.given"]


def test_another_who_follows_the_link_is_refused_and_it_is_recorded(browser: Browser) -> None:
    status, page = browser.come_back(**browser.follow("mika"))

    assert (status, browser.held()) == (403, frozenset())
    assert "another account" in page
    assert [one.name for one in browser.kept.events] == ["grant.refused"]
    assert "mika" not in page.lower()


def test_who_does_not_allow_it_is_not_connected(browser: Browser) -> None:
    status, page = browser.come_back(**browser.follow(answer="cancel"))
    assert (status, browser.held()) == (403, frozenset())
    assert "You did not allow it." in page


@pytest.mark.parametrize(
    "now",
    [
        None,
        Person(id="lena", name="Lena", jira="sbx-other", slack="U-lena"),
        Person(id="lena", name="Lena", jira="sbx-lena", slack="U-lena", guest=True),
    ],
    ids=["unknown", "other", "guest"],
)
def test_who_is_joined_otherwise_meanwhile_is_not_connected(browser: Browser, now: Person | None) -> None:
    back = browser.follow()
    browser.directory.strangers.clear()
    browser.directory.strangers |= {"U-lena": now} if now is not None else {}

    assert browser.come_back(**back)[0] == 403
    assert browser.held() == frozenset()


@pytest.mark.parametrize("state", ["", "made-up", "gAAAAAB" + "A" * 100, "x" * 5000, "\x00<script>"])
def test_what_is_no_state_of_ours_leads_nowhere(browser: Browser, state: str) -> None:
    status, page = browser.come_back(state=state, code="c")
    assert status == 400
    assert "<script" not in page


def test_while_atlassian_fails_nothing_is_kept_and_that_is_said(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    back = browser.follow()
    browser.town.fault("/oauth/token$", status=503)

    status, page = browser.come_back(**back)

    assert (status, browser.held()) == (503, frozenset())
    assert "try again" in page
    assert "a consent was not taken" in caplog.text
    assert back["code"] not in caplog.text + page
    assert back["state"] not in caplog.text + page
