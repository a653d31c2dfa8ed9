"""Approvals that begin with a move in Jira and end with one, over real HTTP."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.sandbox.consenting import atlassian
from tests.sandbox.desk_rest import desk_as
from tests.sandbox.ear import Rest, control, new_issue
from tests.scenarios.test_changing import filled
from tests.scenarios.test_stories import direct_message
from tests.scenarios.test_vendor_faults import heal, strike
from tests.scenarios.town import SLACK, Json, Town, eventually

pytestmark = pytest.mark.long

RULES = """
roles:
  buyer: {purpose: Decides what is bought., may: [approve, read]}
people:
  mika: {roles: [triager, buyer]}
  priya: {roles: [triager, operator, buyer]}
workflows:
  purchases:
    outcome: Nothing is bought that nobody agreed to.
    owner: operator
    agent: approvals
    when: item.project == "OPS"
    approvers: buyer
    channel: "#yard"
    expires_after_hours: 72
    gate:
      on_status: Waiting for approval
      changes:
        Price in EUR: {kind: number}
      approved: {statuses: [In progress], comment: "Approved by {people}."}
      rejected: {statuses: [Closed], comment: "Rejected by {people}: {reasons}"}
"""
PRICE = "customfield_10040"


def waiting(person: Rest, summary: str, price: int = 800) -> str:
    """Have somebody report an issue and ask for its approval."""
    key = new_issue(person, "OPS", summary=summary, issuetype={"name": "Task"}, **{PRICE: price})
    assert person("POST", f"issue/{key}/transitions", json={"transition": {"id": "83"}}).status_code == 204
    return key


def test_a_move_in_jira_asks_in_slack_and_the_answer_moves_it_on(settle: Callable[..., Town], tmp_path: Path) -> None:
    shutil.copy(Town.rules / "people.yml", tmp_path)
    (tmp_path / "purchases.yml").write_text(RULES)
    town = settle(rules=tmp_path)
    dana, mika = town.as_person("dana"), town.as_person("mika")
    dear = waiting(dana, "A projector for the large room")
    key, other = waiting(dana, "A printer for the second floor"), waiting(dana, "Forty licences of a drawing program")

    card = town.card(key, "Price in EUR: 800")
    town.card(other, "request.approve")
    with_a_change(town, dear)
    town.press("mika", card, "request.approve")
    town.card(key, "All done")

    strike(town, service="slack", status=503, body="<html>Down")
    answered = mika("POST", f"issue/{other}/comment", json={"body": "/yard reject We have twenty\nSorry!"})
    assert answered.status_code == 201

    eventually(lambda: town.status(other) == "Closed", why=lambda: town.story(other))
    said = [one["body"] for one in town.issue(key)["fields"]["comment"]["comments"]]
    assert (town.status(key), said) == ("In progress", ["Approved by Mika Lindqvist."])
    kept = dana("GET", f"issue/{key}/properties/yardmaster.answer").json()["value"]
    assert (kept["answer"], [one["account"] for one in kept["by"]]) == ("approve", ["sbx-mika"])
    said = [one["body"] for one in town.issue(other)["fields"]["comment"]["comments"]]
    assert said[-1] == "Rejected by Mika Lindqvist: We have twenty"
    heal(town)
    eventually(lambda: [one for one in town.messages() if "Rejected by" in str(one)], why=lambda: town.story(other))
    asked_by_the_desk(town)


def with_a_change(town: Town, key: str) -> None:
    """Mika says yes, but 700: Jira has that before the item goes on."""
    town.press("mika", town.card(key, "Price in EUR: 800"), "request.alter")
    view = eventually(lambda: filled(town), why="the modal was not filled")

    refused = town.ask("slack/submit", user=SLACK["mika"], view_id=view["id"], values=priced("cheap"))
    assert "A number, as in" in refused["errors"]["number0"]
    assert town.ask("slack/submit", user=SLACK["mika"], view_id=view["id"], values=priced("700"))["ok"]

    eventually(lambda: town.status(key) == "In progress", why=lambda: town.story(key))
    fields = town.issue(key)["fields"]
    assert fields[PRICE] == 700
    said = [one["body"] for one in fields["comment"]["comments"]]
    assert said == ["Approved by Mika Lindqvist.\nWith a change: Price in EUR 700 in the place of 800."]


def priced(amount: str) -> Json:
    return {"number0": {"number0": amount}}


def asked_by_the_desk(town: Town) -> None:
    """Whom the service desk asks by itself is told in Slack, and answers in its portal, or here in their own name."""
    asked = town.as_person("priya")("POST", "issue/OPS-7/transitions", json={"transition": {"id": "83"}})
    assert asked.status_code == 204
    told = eventually(lambda: direct_message(town, "dana", "OPS-7"), why=lambda: town.story("OPS-7"))
    assert "/servicedesk/customer/portal/1/OPS-7" in told
    assert "request.approve" not in told
    assert "grant.ask" in told

    lena = desk_as(town.sandbox, "lena@example.com")
    [approval] = lena.get("request/OPS-7/approval")["values"]
    lena("POST", f"request/OPS-7/approval/{approval['id']}", json={"decision": "approve"})
    connect(town, "dana")
    eventually(lambda: direct_message(town, "dana", "request.approve"), why=lambda: town.story("OPS-7"))
    place = next(one for one in screen(town, "dana") if "request.approve" in str(one["messages"]))
    card = next(one for one in place["messages"] if "request.approve" in str(one))
    town.press("dana", card, "request.approve", channel=place["id"])

    said = eventually(lambda: direct_message(town, "dana", "decided in Jira"), why=lambda: town.story("OPS-7"))
    assert "U0DANA0001" in said
    assert town.effects("approval.answered") == []
    answered = [one for one in control(town.sandbox, "GET", "effects") if one["kind"] == "approval.answered"]
    assert [one["actor"] for one in answered] == ["lena@example.com", "dana@example.com"]
    assert town.status("OPS-7") == "In progress"
    assert [one["text"] for one in town.told("OPS-7", "vote.cast") if "their own name" in one["text"]]


def connect(town: Town, person: str) -> None:
    """Write `/yard connect`, follow the link to Atlassian, accept there, and come back to the door."""
    town.command(person, "connect")
    answer = eventually(lambda: [one for one in town.private(person) if "grant.open" in str(one)])[-1]
    asked = dict(parse_qsl(urlsplit(town.button(answer, "grant.open")["url"]).query))
    back = atlassian(town.sandbox).sent_back(person, **asked)
    page = town.get(f"/atlassian/callback?{urlencode(back)}")
    assert page.status_code == 200, page.text


def screen(town: Town, person: str) -> list[Any]:
    """The direct messages that somebody sees."""
    told = control(town.sandbox, "GET", f"slack/screen?user={SLACK[person]}")
    return [one for one in told["channels"] if one.get("is_im")]
