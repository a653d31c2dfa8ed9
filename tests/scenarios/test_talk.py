"""A message becomes an issue, its thread and the issue's comments stay together, and a question is asked back."""

from __future__ import annotations

import json
import re

import pytest

from tests.sandbox.ear import control, new_issue
from tests.scenarios.town import SLACK, YARD, Json, Town, eventually

pytestmark = pytest.mark.long


KNOWN = {
    "summary": "Voucher codes with a lower-case letter are refused at checkout",
    "description": "VoucherValidator.normalise() rejects summer24x with VOUCHER_MALFORMED although it is printed so.",
}
AGAIN = KNOWN | {"summary": "Voucher codes with a lower-case letter are refused at the checkout"}


def test_what_is_said_in_slack_and_in_jira_is_read_in_both(town: Town) -> None:
    root = said(town, "dana", "The badge reader at the north door is dead\nIt blinks red since Monday")
    key = made_of(town, root)

    mine = said(town, "dana", "It is *urgent*", thread_ts=root)
    eventually(lambda: comment(town, key, "Dana Okafor in Slack"), why=lambda: town.story(key))
    assert town.ask("slack/edit", user=SLACK["dana"], channel=YARD, ts=mine, text="It is not urgent")["ok"]
    eventually(lambda: comment(town, key, "It is not urgent"), why=lambda: town.story(key))
    town.as_person("mika")("POST", f"issue/{key}/comment", json={"body": "Replaced the battery"})
    eventually(lambda: reply(town, root, "Replaced the battery"), why=lambda: town.story(key))

    new_issue(town.as_person("tom"), "PAY", **KNOWN)
    again = new_issue(town.as_person("dana"), "WEB", **AGAIN)
    card = town.card(again, "Please decide")
    ask_back(town, card, "Which voucher was it?")
    eventually(lambda: reply(town, card["ts"], "Which voucher was it?"), why=lambda: town.story(again))
    said(town, "dana", "SUMMER24x", thread_ts=card["ts"])
    town.card(again, "SUMMER24x")

    eventually(town.at_rest, why="it does not come to rest")
    assert len(comments(town, key)) == 2
    assert len(replies(town, root)) == 3


def made_of(town: Town, root: str) -> str:
    """Tom makes a request of a message; gives the key of the issue once its thread is told."""
    asked = town.ask("slack/shortcut", user=SLACK["tom"], channel=YARD, ts=root, callback_id="request.made")
    assert asked["ok"], asked
    view = eventually(lambda: filled(town, "tom"), why="the form was not filled")
    assert town.ask("slack/submit", user=SLACK["tom"], view_id=view["id"], values={})["ok"]
    told = eventually(lambda: reply(town, root, "was made of this"), why="the thread was told of nothing")
    found = re.search(r"[A-Z]+-[0-9]+", str(told["text"]))
    assert found is not None
    return found.group()


def ask_back(town: Town, card: Json, words: str) -> None:
    opened = town.press("mika", card, "request.ask")["opened_view"]
    values = {"reason": {"reason": words}}
    assert town.ask("slack/submit", user=SLACK["mika"], view_id=opened["id"], values=values)["ok"]


def said(town: Town, person: str, words: str, **more: str) -> str:
    answer = town.ask("slack/message", user=SLACK[person], channel=YARD, text=words, **more)
    assert answer["ok"], answer
    return str(answer["ts"])


def filled(town: Town, person: str) -> Json | None:
    """The modal of somebody, once there is something to fill in."""
    view = control(town.sandbox, "GET", f"slack/screen?user={SLACK[person]}")["view"]
    return view if view is not None and any(block["type"] == "input" for block in view["blocks"]) else None


def replies(town: Town, root: str) -> list[Json]:
    return [one for one in town.messages() if one.get("thread_ts") == root and one["ts"] != root]


def reply(town: Town, root: str, words: str) -> Json | None:
    return next((one for one in replies(town, root) if words in json.dumps(one)), None)


def comments(town: Town, key: str) -> list[str]:
    return [one["body"] for one in town.issue(key)["fields"]["comment"]["comments"]]


def comment(town: Town, key: str, words: str) -> str | None:
    return next((one for one in comments(town, key) if words in one), None)
