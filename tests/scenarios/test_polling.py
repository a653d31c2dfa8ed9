"""Where no webhook can reach, Jira is asked: the same stories, over real HTTP, with the same end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.faults import Fault
from tests.sandbox.ear import new_issue
from tests.scenarios.test_stories import AGAIN, KNOWN, approved, linked
from tests.scenarios.town import Town, eventually

pytestmark = pytest.mark.long


def polled(town: Town, key: str) -> int:
    """How often an issue was found by polling."""
    return sum(entry["data"]["name"] == "jira.issue_found" for entry in town.told(key, "event.received"))


def test_a_laptop_that_no_webhook_reaches_gets_its_question_and_acts(settle: Callable[..., Town]) -> None:
    town = settle(webhook=False, poll=1)
    dana = town.as_person("dana")
    known = new_issue(dana, "PAY", **KNOWN)
    eventually(lambda: town.told(known, "look.done"))
    key = new_issue(dana, "WEB", **AGAIN)

    approved(town, key)

    assert linked(town, key) == [known]
    kinds = [one["kind"] for one in town.effects()]
    assert (kinds.count("comment.created"), len(town.told(key, "request.asked"))) == (1, 1)

    town.press("priya", town.card(key, "request.undo"), "request.undo")
    town.card(key, "Undone by")
    before = polled(town, key)
    dana("POST", f"issue/{key}/comment", json={"body": "It comes up again."})
    eventually(lambda: polled(town, key) > before and town.at_rest(), why=lambda: town.story(key))
    assert len(town.told(key, "request.asked")) == 1


def test_what_comes_by_webhook_and_by_polling_is_asked_once(settle: Callable[..., Town]) -> None:
    town = settle(poll=1)
    dana = town.as_person("dana")
    known = new_issue(dana, "PAY", **KNOWN)
    key = new_issue(dana, "WEB", **AGAIN)

    eventually(lambda: polled(town, key) and town.card(key, "request.approve"), why=lambda: town.story(key))
    eventually(town.at_rest)

    assert polled(town, key) == 1
    assert len(town.told(key, "request.asked")) == 1
    approved(town, key)
    assert linked(town, key) == [known]


def test_a_worker_that_dies_while_it_polls_misses_nothing(settle: Callable[..., Town]) -> None:
    town = settle(webhook=False, poll=1)
    dana = town.as_person("dana")
    keys = [new_issue(dana, "MOB", summary=f"Screen {number} stays black") for number in range(5)]
    slow = Fault(service="jira", path="search/jql", times=1, delay_ms=3000)
    town.sandbox.world.faults.add(slow)
    eventually(lambda: slow.times == 0)

    town.kill("worker")
    town.start("worker")

    eventually(lambda: all(town.told(key, "look.done") for key in keys), why=lambda: town.story(keys[0]))
    assert [polled(town, key) for key in keys] == [1] * 5
