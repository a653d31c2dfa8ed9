"""An approver changes a batch before they agree to it, from the button to Jira, over real HTTP."""

import pytest

from tests.batching.crowd import DEFECT
from tests.sandbox.ear import control, new_issue
from tests.scenarios.town import SLACK, Json, Town, eventually

pytestmark = pytest.mark.long


def coupled(town: Town, keys: list[str]) -> set[str]:
    return {key for key in keys if town.issue(key)["fields"]["issuelinks"]}


def test_who_takes_two_out_and_agrees_has_the_others_coupled(town: Town) -> None:
    projects = ("PAY", "WEB", "MOB", "PAY", "WEB", "MOB")
    dana = town.as_person("dana")
    keys = [
        new_issue(dana, project, summary=summary, description=description)
        for project, (summary, description) in zip(projects, DEFECT, strict=True)
    ]
    card = town.card(keys[-1], "Please decide")
    town.press("mika", card, "batch.change")
    view = eventually(lambda: filled(town), why="the modal was not filled")
    options = [option for block in view["blocks"] for option in block.get("element", {}).get("options", ())]
    out = [one["value"] for one in options if any(key in one["text"]["text"] for key in (keys[2], keys[4]))]
    values = {"out:1": {"out:1": out}, "apart": {"apart": "alone"}}

    assert town.ask("slack/submit", user=SLACK["mika"], view_id=view["id"], values=values)["ok"]

    town.card(keys[0], "4 reports")
    town.press("mika", town.card(keys[0], "Please decide"), "request.approve")
    town.card(keys[0], "All done")
    assert len(coupled(town, keys)) == 4
    assert not {keys[2], keys[4]} & coupled(town, keys)


def filled(town: Town) -> Json | None:
    """The modal, once there is something to choose in it."""
    view = control(town.sandbox, "GET", f"slack/screen?user={SLACK['mika']}")["view"]
    return view if view is not None and any(block["type"] == "input" for block in view["blocks"]) else None
