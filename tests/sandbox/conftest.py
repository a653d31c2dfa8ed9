"""A running sandbox on free ports for each test, ears for what it sends, and the clients that the bot uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from jira import JIRA
from slack_sdk import WebClient

from sandbox.running import Sandbox, default_seed, new_world
from sandbox.seed import Seed
from tests.sandbox.desk_rest import Desk, desk_as
from tests.sandbox.ear import Ear, Rest, control, rest
from tests.sandbox.old_issues import duplicate_of, payload, written
from tests.sandbox.published.place import shared_or_skip


@lru_cache
def yard() -> Seed:
    return default_seed()


@pytest.fixture
def unlimited() -> Seed:
    return replace(yard(), slack=replace(yard().slack, rate_limit=False))


@pytest.fixture
def sandbox(unlimited: Seed) -> Iterator[Sandbox]:
    running = Sandbox(new_world(unlimited))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def ears() -> Iterator[Callable[[], Ear]]:
    opened: list[Ear] = []

    def open_one() -> Ear:
        opened.append(Ear())
        return opened[-1]

    yield open_one
    for ear in opened:
        ear.close()


@pytest.fixture
def jira_ear(sandbox: Sandbox, ears: Callable[[], Ear]) -> Ear:
    ear = ears()
    control(sandbox, "POST", "connect", {"webhook": {"url": ear.url, "secret": "hush"}})
    return ear


@pytest.fixture
def slack_ear(sandbox: Sandbox, ears: Callable[[], Ear]) -> Ear:
    ear = ears()
    control(sandbox, "POST", "connect", {"slack": {"request_url": ear.url, "signing_secret": "shh"}})
    return ear


@pytest.fixture
def dana(sandbox: Sandbox) -> Iterator[Rest]:
    call = rest(sandbox, "dana")
    yield call
    call.session.close()


@pytest.fixture
def bot(sandbox: Sandbox) -> Iterator[Rest]:
    call = rest(sandbox, "yardmaster")
    yield call
    call.session.close()


@pytest.fixture
def agent(sandbox: Sandbox) -> Iterator[Desk]:
    call = desk_as(sandbox, "yardmaster@example.com")
    yield call
    call.session.close()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[JIRA]:
    made = JIRA(
        server=sandbox.world.places.jira,
        basic_auth=("yardmaster@example.com", "sandbox"),
        timeout=5,
        max_retries=0,
    )
    yield made
    made.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def slack(sandbox: Sandbox) -> WebClient:
    made = WebClient("xoxb-sandbox", base_url=f"{sandbox.world.places.slack}/api/", timeout=5)
    made.proxy = None
    return made


@pytest.fixture
def shared() -> Path:
    return shared_or_skip()


@pytest.fixture
def replayed(unlimited: Seed, tmp_path: Path) -> Iterator[Sandbox]:
    change = {"field": "summary", "fromString": "first words", "toString": "summary 3"}
    late = payload(3, issuelinks=[duplicate_of(1)], labels=["later"], components=[{"id": "5", "name": "late"}])
    later = {"author": {"name": "p2"}, "created": "2014-02-01T00:00:00.000+0000"}
    component = {"field": "Component", "from": None, "fromString": None, "to": "5", "toString": "late"}
    late["changelog"]["histories"] = [
        {"id": "1", **later, "items": [change]},
        {"id": "2", **later, "items": [component]},
    ]
    late["fields"]["comment"]["comments"] = [
        {
            "id": "8000",
            "body": "duplicate of OLD-1",
            "created": "2014-02-01T00:00:00.000+0000",
            "author": {"name": "p2"},
        }
    ]
    path = written(tmp_path, payload(2), late, payload(1))
    running = Sandbox(new_world(unlimited, history=path, replay=1))
    running.start()
    yield running
    running.stop()
