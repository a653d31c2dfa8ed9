"""Several questions on one card, approved at once from the button to Jira, over real HTTP; what differs stays open."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.scenarios.test_changing import filled
from tests.scenarios.test_waiting_for_approval import RULES, waiting
from tests.scenarios.town import SLACK, Json, Town, eventually

pytestmark = pytest.mark.long

PRICED = 'double(proposal.fields["Price in EUR"])'
BULK = f"""    approval:
      steps:
        - {{name: what is cheap, when: '{PRICED} < 200.0'}}
        - {{name: what is not, when: '{PRICED} >= 200.0'}}
    gate:
      amount: Price in EUR
      bulk: {{at_most: 5, within_minutes: 1440, up_to: 4000}}"""


def ticked(view: Json) -> list[str]:
    """What the form ticks by itself."""
    [which] = [block["element"] for block in view["blocks"] if block.get("element", {}).get("type") == "checkboxes"]
    return [one["text"]["text"] for one in which["initial_options"]]


def values(view: Json, *keys: str) -> Json:
    """Tick these issues and say why."""
    said: Json = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("type") == "checkboxes":
            chosen = [one["value"] for one in element["options"] if any(key in one["text"]["text"] for key in keys)]
            said[block["block_id"]] = {element["action_id"]: chosen}
        elif element:
            said[block["block_id"]] = {element["action_id"]: "As planned for the move"}
    return said


def is_on_its_way(town: Town, key: str) -> bool:
    return town.status(key) == "In progress"


def test_what_is_alike_is_approved_at_once_and_what_differs_is_left(
    settle: Callable[..., Town], tmp_path: Path
) -> None:
    shutil.copy(Town.rules / "people.yml", tmp_path)
    (tmp_path / "purchases.yml").write_text(RULES.replace("    gate:", BULK))
    town = settle(rules=tmp_path)
    dana = town.as_person("dana")
    first = waiting(dana, "A chair to try", price=100)
    town.press("priya", town.card(first, "Price in EUR: 100"), "request.approve")
    eventually(partial(is_on_its_way, town, first), why=partial(town.story, first))

    alike = [waiting(dana, f"A chair for room {room}") for room in (1, 2, 3)]
    dear = waiting(dana, "A conference table", price=9000)
    card = town.card(dear, "4 items wait for a decision")
    assert all(key in str(card) for key in alike)
    assert "⚠ Decide this by itself: its Price in EUR, 9000, is more than may be approved at once" in str(card)
    town.press("mika", card, "bulk.open")
    view = eventually(lambda: filled(town), why="the modal was not filled")
    assert [any(key in one for one in ticked(view)) for key in (*alike, dear)] == [True, True, True, False]
    assert town.ask("slack/submit", user=SLACK["mika"], view_id=view["id"], values=values(view, *alike[:2]))["ok"]

    for key in alike[:2]:
        eventually(partial(is_on_its_way, town, key), why=partial(town.story, key))
        [vote] = town.told(key, "vote.cast")
        assert vote["text"] == "Mika Lindqvist approved it: As planned for the move"
        assert len(town.told(key, "bulk.approved")) == 1
        said = [one["body"] for one in town.issue(key)["fields"]["comment"]["comments"]]
        assert said == ["Approved by Mika Lindqvist."]
    eventually(lambda: "2 items wait for a decision" in str(town.card(dear)), why=lambda: town.story(dear))
    assert [town.status(key) for key in (alike[2], dear)] == ["Waiting for approval"] * 2
    eventually(lambda: "Taken as your yes to 2 questions" in str(town.private("mika")))
