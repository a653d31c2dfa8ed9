"""Jira and Slack fail in every way that we know of, over real HTTP: never a second effect, and never silence."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.faults import Fault
from tests.sandbox.ear import new_issue
from tests.scenarios.test_crashes import report
from tests.scenarios.town import Town, eventually

pytestmark = pytest.mark.long

Faulty = dict[str, Any]
WORDS = {"errorMessages": ["made up by the sandbox"], "errors": {}}
IN_A_SECOND = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
EFFECTS = ("link.created", "comment.created", "transition.done")

#: what Jira answers once to a change, and what becomes of the change
WRITES: dict[str, tuple[Faulty, str]] = {
    "401": ({"status": 401, "body": WORDS}, "retried"),
    "403": ({"status": 403, "body": WORDS}, "asked"),
    "404": ({"status": 404, "body": WORDS}, "asked"),
    "409": ({"status": 409, "body": WORDS}, "retried"),
    "410": ({"status": 410, "body": WORDS}, "asked"),
    "429 in seconds": ({"status": 429, "headers": {"Retry-After": "1"}}, "retried"),
    "429 until a date": ({"status": 429, "headers": {"Retry-After": IN_A_SECOND}}, "retried"),
    "429 of a quota": ({"status": 429, "headers": {"RateLimit-Reason": "jira-quota-tenant-based"}}, "retried"),
    "500": ({"status": 500, "body": "Oops"}, "retried"),
    "503": ({"status": 503, "body": "<html>Down for maintenance"}, "retried"),
    "hung up before": ({"drop": "before"}, "retried"),
    "hung up after": ({"drop": "after"}, "retried"),
    "half an answer": ({"status": 200, "body": '{"id": "1'}, "retried"),
    "a page": ({"status": 200, "body": "<html>Log in"}, "retried"),
    "another shape": ({"status": 200, "body": {"unexpected": True}}, "retried"),
}
#: what Slack answers once to a message; it is there once in the end
POSTS: dict[str, Faulty] = {
    "ratelimited": {"status": 429, "headers": {"Retry-After": "1"}, "body": {"ok": False, "error": "ratelimited"}},
    "token_revoked": {"status": 200, "body": {"ok": False, "error": "token_revoked"}},
    "invalid_auth": {"status": 200, "body": {"ok": False, "error": "invalid_auth"}},
    "500": {"status": 500, "body": "Oops"},
    "503": {"status": 503, "body": "<html>Down"},
    "hung up before": {"drop": "before"},
    "hung up after": {"drop": "after"},
    "half an answer": {"status": 200, "body": '{"ok": tr'},
    "a page": {"status": 200, "body": "<html>Log in"},
    "another shape": {"status": 200, "body": {"ok": True}},
}
#: what Slack answers about a channel that is not there for us any more
GONE = ("channel_not_found", "is_archived", "not_in_channel")
ACT = """
agents: {duplicates: {autonomy: {link: act_with_undo, comment: act_with_undo}}}
workflows: {duplicates: {close_as: {statuses: []}}}
limits: {confidence: {link: 0, comment: 0}}
"""
LETTERS = "bcdfghjklm"


def theme(number: int) -> str:
    """A word that no other repetition has."""
    return "".join(LETTERS[int(digit)] for digit in f"{number:03}") * 3


def repeat(town: Town, number: int) -> str:
    """Two people report the same; gives the newer issue."""
    dana = town.as_person("dana")
    new_issue(dana, "PAY", **report(theme(number)))
    return new_issue(dana, "WEB", **report(theme(number)))


def strike(town: Town, **fault: Any) -> Fault:
    struck = Fault(**{"service": "jira", "path": "", **fault})
    town.sandbox.world.faults.add(struck)
    return struck


def heal(town: Town) -> None:
    town.sandbox.world.faults.clear()


def approve(town: Town, key: str) -> None:
    town.press("mika", town.card(key, "request.approve"), "request.approve")


def changes(town: Town, keys: list[str]) -> Counter[tuple[str, str]]:
    found = Counter((str(one["kind"]), str(one["issue"])) for one in town.effects(*EFFECTS))
    return Counter({(kind, key): count for (kind, key), count in found.items() if key in keys})


def each_once(keys: list[str]) -> Counter[tuple[str, str]]:
    return Counter((kind, key) for key in keys for kind in EFFECTS)


def cards_about(town: Town, key: str) -> list[dict[str, Any]]:
    return [one for one in town.messages() if key in json.dumps(one)]


def up(town: Town, vendor: str) -> bool:
    return f'yardmaster_vendor_up{{vendor="{vendor}"}} 1.0' in town.get("/metrics").text


@pytest.mark.vendor_faults
@pytest.mark.parametrize("what", ["comment", "transitions"])
def test_whatever_jira_answers_to_a_change_it_is_made_once_or_put_to_a_person(town: Town, what: str) -> None:
    keys = {}
    for number, (name, (fault, _)) in enumerate(WRITES.items()):
        keys[name] = key = repeat(town, number)
        item = town.issue(key)["id"]
        town.card(key, "request.approve")
        strike(town, path=f"/issue/{item}/{what}$", method="POST", times=1, **fault)
        approve(town, key)

    for name, (_, end) in WRITES.items():
        if end == "asked":
            town.press("mika", town.card(keys[name], "made up by the sandbox"), "request.retry")
    for key in keys.values():
        town.wait_until_closed(key)
        town.card(key, "All done")

    assert [fault["times"] for fault in town.sandbox.world.faults.listed()] == [0] * len(WRITES)
    assert changes(town, list(keys.values())) == each_once(list(keys.values()))
    refused = [name for name, key in keys.items() if town.told(key, "action.failed")]
    assert refused == [name for name, (_, end) in WRITES.items() if end == "asked"]


@pytest.mark.vendor_faults
def test_whatever_jira_answers_to_a_link_it_is_made_once_or_put_to_a_person(town: Town) -> None:
    keys = {}
    for number, (name, (fault, end)) in enumerate(WRITES.items()):
        keys[name] = key = repeat(town, number)
        town.card(key, "request.approve")
        struck = strike(town, path="/issueLink$", method="POST", times=1, **fault)
        approve(town, key)
        eventually(lambda struck=struck: struck.times == 0)  # type: ignore[misc]
        if end == "asked":
            town.press("mika", town.card(key, "made up by the sandbox"), "request.retry")

    for key in keys.values():
        town.wait_until_closed(key)
        town.card(key, "All done")

    assert changes(town, list(keys.values())) == each_once(list(keys.values()))


@pytest.mark.vendor_faults
def test_whatever_passes_at_reads_each_question_is_asked_once(town: Town) -> None:
    keys = []
    for number, (fault, end) in enumerate(WRITES.values()):
        paths = (r"/issue/\d+$", r"/transitions$", r"/permissions/check$")
        for path in paths if end == "retried" else ():
            strike(town, path=path, times=1, **fault)
        keys.append(repeat(town, number))

    for key in keys:
        town.card(key, "request.approve")
    eventually(town.at_rest)

    assert [len(cards_about(town, key)) for key in keys] == [1] * len(keys)
    assert [len(town.told(key, "request.asked")) for key in keys] == [1] * len(keys)


@pytest.mark.vendor_faults
def test_whatever_slack_answers_to_a_card_it_stands_once(town: Town) -> None:
    keys = []
    for number, fault in enumerate(POSTS.values()):
        struck = strike(town, service="slack", path="chat.postMessage", times=1, **fault)
        keys.append(repeat(town, number))
        eventually(lambda struck=struck: struck.times == 0)  # type: ignore[misc]

    for key in keys:
        town.card(key, "request.approve")
    eventually(town.at_rest)

    assert [len(cards_about(town, key)) for key in keys] == [1] * len(keys)
    assert len(town.effects("message.posted")) == len(keys)


@pytest.mark.vendor_faults
def test_whatever_slack_answers_to_a_change_of_a_card_it_tells_the_truth_in_the_end(town: Town) -> None:
    keys = []
    for number, fault in enumerate(POSTS.values()):
        keys.append(repeat(town, number))
        card = town.card(keys[-1], "request.approve")
        struck = strike(town, service="slack", path="chat.update", times=1, **fault)
        town.press("mika", card, "request.approve")
        eventually(lambda struck=struck: struck.times == 0)  # type: ignore[misc]

    for key in keys:
        town.card(key, "All done")
    eventually(town.at_rest)

    assert [len(cards_about(town, key)) for key in keys] == [1] * len(keys)
    assert changes(town, keys) == each_once(keys)


@pytest.mark.vendor_faults
@pytest.mark.parametrize("code", GONE)
def test_where_the_channel_is_gone_people_are_asked_by_direct_message(town: Town, code: str) -> None:
    struck = strike(
        town, service="slack", path="chat.postMessage", times=1, body={"ok": False, "error": code}, status=200
    )
    key = repeat(town, 1)

    eventually(lambda: struck.times == 0 and len(town.effects("message.posted")) == 2, why=lambda: town.story(key))
    eventually(town.at_rest)

    assert cards_about(town, key) == []
    assert len(town.told(key, "card.undeliverable")) == 1
    told = f"a card cannot be shown in its place, 2 get it as a direct message: chat.postMessage: {code}"
    assert town.said().count(told) == 1


def test_while_jira_is_down_people_are_heard_and_what_they_agreed_to_is_done_when_it_is_back(town: Town) -> None:
    key = repeat(town, 1)
    town.card(key, "request.approve")
    strike(town, status=503, body="<html>Down for maintenance")

    approve(town, key)
    eventually(lambda: [one for one in town.private("mika") if "is kept" in one["text"]], why=lambda: town.story(key))
    eventually(lambda: not up(town, "jira"), why="nobody noticed that Jira is down")
    stopped = town.command("priya", "stop project MOB")
    resumed = town.command("priya", "resume project MOB")
    town.command("priya", "status")
    eventually(lambda: [one for one in town.private("priya") if "Jira fails" in str(one)])
    town.command("priya", "pending")
    eventually(lambda: len(town.private("priya")) >= 2)

    assert "is stopped" in str(stopped)
    assert "goes on" in str(resumed)
    assert changes(town, [key]) == Counter()
    assert town.get("/health/ready").status_code == 200
    heal(town)

    town.wait_until_closed(key)
    town.card(key, "All done")
    assert changes(town, [key]) == each_once([key])
    eventually(lambda: up(town, "jira") and "Jira works again" in town.said())
    said = town.said()
    assert said.count("yardmaster: Jira fails, and is tried again by itself") == said.count("Jira works again") == 1
    assert said.count(" waits ") <= 2


def test_while_slack_is_down_questions_wait_and_are_asked_once_when_it_is_back(town: Town) -> None:
    first = repeat(town, 1)
    town.card(first, "request.approve")
    strike(town, service="slack", status=503, body="<html>Down")

    keys = [repeat(town, number) for number in (2, 3, 4)]

    eventually(lambda: all(town.told(key, "request.asked") for key in keys), why=lambda: town.story(keys[0]))
    eventually(lambda: not up(town, "slack"), why="nobody noticed that Slack is down")
    assert [cards_about(town, key) for key in keys] == [[], [], []]
    heal(town)

    for key in keys:
        eventually(lambda key=key: cards_about(town, key), why=lambda: town.story(keys[0]))  # type: ignore[misc]
    eventually(lambda: up(town, "slack") and "Slack works again" in town.said())
    eventually(town.at_rest)
    assert [len(cards_about(town, key)) for key in keys] == [1, 1, 1]
    said = town.said()
    assert said.count("Slack fails, and is tried again by itself") == said.count("Slack works again") == 1


@pytest.mark.vendor_faults
def test_while_slack_is_down_what_the_rules_allow_is_done_and_may_be_undone_afterwards(
    settle: Callable[..., Town], tmp_path: Path
) -> None:
    shutil.copy(Town.rules / "people.yml", tmp_path)
    (tmp_path / "act.yml").write_text(ACT)
    town = settle(rules=tmp_path)
    first = repeat(town, 1)
    town.card(first, "All done")
    strike(town, service="slack", status=503, body="<html>Down")

    key = repeat(town, 2)

    eventually(lambda: len(town.told(key, "action.done")) == 2, why=lambda: town.story(key))
    assert cards_about(town, key) == []
    heal(town)
    eventually(lambda: cards_about(town, key), why=lambda: town.story(key))
    town.press("priya", town.card(key, "request.undo"), "request.undo")
    town.card(key, "Undone by")
    assert set(changes(town, [first, key]).values()) == {1}


@pytest.mark.vendor_faults
def test_many_who_wait_for_a_silent_slack_keep_nobody_else_waiting(town: Town) -> None:
    town.card(repeat(town, 1), "request.approve")
    strike(town, service="slack", delay_ms=12_000, status=503)
    waiting = [repeat(town, number) for number in range(2, 14)]
    eventually(lambda: not up(town, "slack"), why="nobody noticed that Slack is silent")

    dana = town.as_person("dana")
    late = [new_issue(dana, "MOB", summary=f"{theme(number)} stays black") for number in range(20, 24)]

    eventually(lambda: all(town.told(key, "look.done") for key in late), why=lambda: town.story(late[0]))
    assert not up(town, "slack")
    heal(town)
    for key in waiting:
        eventually(lambda key=key: cards_about(town, key), why=lambda: town.story(waiting[0]))  # type: ignore[misc]
    eventually(town.at_rest)
    assert [len(cards_about(town, key)) for key in waiting] == [1] * len(waiting)


def test_a_token_that_jira_refuses_is_told_once_and_work_goes_on_when_it_is_mended(town: Town) -> None:
    key = repeat(town, 1)
    town.card(key, "request.approve")
    strike(town, status=401, body=WORDS)
    approve(town, key)
    eventually(lambda: not up(town, "jira"), why="nobody noticed that Jira refuses us")
    told = "Jira fails, and is tried again by itself: Jira refused our account (JIRA_EMAIL, JIRA_API_TOKEN)"
    eventually(lambda: told in town.said())
    heal(town)

    town.wait_until_closed(key)

    assert town.said().count(told) == 1
    assert changes(town, [key]) == each_once([key])
    assert town.told(key, "action.failed") == []
