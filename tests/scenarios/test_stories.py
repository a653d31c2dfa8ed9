"""Stories that begin with a person and end in Jira, over real HTTP."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sandbox.ear import control, new_issue
from tests.scenarios.town import SLACK, YARD, Json, Town, eventually

pytestmark = pytest.mark.slow

KNOWN = {
    "summary": "Voucher codes with a lower-case letter are refused at checkout",
    "description": "VoucherValidator.normalise() rejects summer24x with VOUCHER_MALFORMED although it is printed so.",
}
AGAIN = KNOWN | {"summary": "Voucher codes with a lower-case letter are refused at the checkout"}
APART = {"summary": "Vouchers do not work for some customers", "description": "They say the code is not taken."}


def linked(town: Town, key: str) -> list[str]:
    links = town.issue(key)["fields"]["issuelinks"]
    return [(one.get("outwardIssue") or one.get("inwardIssue"))["key"] for one in links]


def approved(town: Town, key: str, person: str = "mika") -> None:
    """Approve the question about an issue and wait until Jira shows it."""
    card = town.card(key, "request.approve")
    town.press(person, card, "request.approve")
    town.wait_until_closed(key)
    town.card(key, "All done")


def test_a_person_moves_a_card_and_it_ends_in_jira(settle: Callable[..., Town], tmp_path: Path) -> None:
    """The rules name a status; who moves an item into it has the bot look."""
    shutil.copy(Town.rules / "people.yml", tmp_path)
    (tmp_path / "when.yml").write_text('workflows: {duplicates: {when: item.status == "In progress"}}')
    town = settle(rules=tmp_path)
    dana = town.as_person("dana")
    known = new_issue(dana, "PAY", **KNOWN)
    key = new_issue(dana, "WEB", **AGAIN)
    eventually(lambda: town.told(key, "look.done"))
    assert town.told(key, "request.asked") == []

    moves = dana("GET", f"issue/{key}/transitions").json()["transitions"]
    start = next(one["id"] for one in moves if one["name"] == "Start work")
    assert dana("POST", f"issue/{key}/transitions", json={"transition": {"id": start}}).status_code == 204

    approved(town, key)
    assert linked(town, key) == [known]


def test_a_message_in_a_channel_ends_in_jira(town: Town) -> None:
    tom = town.as_person("tom")
    known = new_issue(tom, "PAY", **KNOWN)
    key = new_issue(tom, "MOB", **APART)
    eventually(lambda: town.told(key, "look.done"))

    town.write("tom", f"<@U0YARDBOT0> {key} is the same as {known}")

    approved(town, key)
    assert linked(town, key) == [known]
    entry = town.told(key, "decision.made")[-1]
    assert entry["data"]["verdict"] == "ASK"


def test_a_slash_command_ends_in_jira(town: Town) -> None:
    tom = town.as_person("tom")
    known = new_issue(tom, "PAY", **KNOWN)
    key = new_issue(tom, "MOB", **(APART | {"description": "VoucherValidator.normalise() says no."}))
    eventually(lambda: town.told(key, "look.done"))

    town.command("priya", f"related {key}")
    shown = eventually(
        lambda: [one for one in town.private("priya") if known in str(one)], why=lambda: town.story(key)
    )[-1]
    town.press("priya", shown, "couple.propose")

    approved(town, key, "mika")
    assert linked(town, key) == [known]


@pytest.mark.long
def test_who_asks_whether_a_message_is_known_is_told_and_can_have_it_reported_linked(town: Town) -> None:
    known = new_issue(town.as_person("tom"), "PAY", **KNOWN)
    eventually(lambda: town.told(known, "look.done"))
    before = [one["kind"] for one in town.effects()]
    town.write("dana", "A customer says that voucher codes with a lower-case letter are refused at checkout")
    asked = town.messages()[-1]["ts"]

    town.ask("slack/shortcut", user=SLACK["dana"], callback_id="known.asked", channel=YARD, ts=asked)

    answer = eventually(lambda: [one for one in town.private("dana") if known in str(one)])[-1]
    assert "It is open" in str(answer)
    assert [one["kind"] for one in town.effects() if one["kind"] != "ephemeral.posted"] == before

    town.press("dana", answer, "report.open")
    view = eventually(lambda: filled_form(town, "dana"))
    places = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert places["project"]["initial_option"]["value"] == "PAY"
    assert "voucher codes" in places["summary"]["initial_value"]
    pressed = {"view_id": view["id"], "action_id": "report.place", "value": "WEB"}
    assert town.ask("slack/press", user=SLACK["dana"], **pressed)["ok"]
    eventually(lambda: "type:WEB" in str(filled_form(town, "dana")))
    blank = {"summary": {"summary": " "}}
    assert town.ask("slack/submit", user=SLACK["dana"], view_id=view["id"], values=blank)["errors"]
    values = {"project": {"report.place": "WEB"}}
    assert town.ask("slack/submit", user=SLACK["dana"], view_id=view["id"], values=values)["ok"]

    assert eventually(lambda: [one for one in town.private("dana") if "I create it in WEB now" in str(one)])
    told = eventually(lambda: direct_message(town, "dana", "It is linked to"), why=lambda: town.story(known))
    key = re.findall(r"WEB-[0-9]+", told)[0]
    made = town.issue(key)["fields"]
    assert linked(town, key) == [known]
    assert made["reporter"]["accountId"] == "sbx-dana"
    assert "lower-case letter" in made["description"]
    assert "Reported by" in made["description"]
    assert asked.replace(".", "") in made["description"]
    assert [entry["kind"] for entry in town.trail(key) if entry["kind"].startswith("request.")] == []


def filled_form(town: Town, person: str) -> Json | None:
    """The form that stands open before somebody, once it can be filled in."""
    screen = control(town.sandbox, "GET", f"slack/screen?user={SLACK[person]}")
    view = screen["view"]
    return view if view and any(block["type"] == "input" for block in view["blocks"]) else None


def direct_message(town: Town, person: str, words: str) -> str | None:
    """What the bot wrote to somebody directly, once it says these words."""
    screen = control(town.sandbox, "GET", f"slack/screen?user={SLACK[person]}")
    said = [one for place in screen["channels"] if place.get("is_im") for one in place["messages"]]
    return next((str(one) for one in said if words in str(one)), None)


@pytest.mark.parametrize(
    "over_http", [pytest.param(False, id="socket", marks=pytest.mark.long), pytest.param(True, id="http")]
)
def test_what_was_approved_can_be_undone(settle: Callable[..., Town], over_http: bool) -> None:
    town = settle(over_http=over_http)
    dana = town.as_person("dana")
    known = new_issue(dana, "PAY", **KNOWN)
    key = new_issue(dana, "WEB", **AGAIN)
    before = town.status(key)
    approved(town, key)
    assert linked(town, key) == [known]

    town.press("priya", town.card(key, "request.undo"), "request.undo")

    town.card(key, "Undone by")
    assert linked(town, key) == []
    assert town.issue(key)["fields"]["comment"]["comments"] == []
    assert town.status(key) in (before, "Open")
    kinds = [one["kind"] for one in town.effects()]
    assert kinds.count("comment.created") == kinds.count("comment.deleted") == 1
