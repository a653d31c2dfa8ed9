"""Killed in the middle of things, again and again: nothing acknowledged is lost, and nothing is done twice."""

import json
from collections import Counter

import pytest
from sqlalchemy import create_engine, text

from sandbox.bot import Json
from tests.sandbox.ear import control, new_issue
from tests.scenarios.town import SLACK, YARD, Town, eventually

KILLS = ("worker", "door", "worker", "door", "worker")
THEMES = ("voucher", "invoice", "beacon", "ledger", "turbine")


def report(theme: str) -> dict[str, str]:
    """What two people report alike, and nobody else in even a word, since what many say alike would be one problem."""
    words = [f"{theme}{end}" for end in ("ena", "oro", "uli", "ami", "eto", "isu")]
    return {"summary": " ".join(words[:3]), "description": " ".join(words[3:])}


def press_until_taken(town: Town, card: Json) -> None:
    """People press again when Slack says that the app did not answer."""
    element = town.button(card, "request.approve")
    where = {"user": SLACK["mika"], "channel": YARD, "ts": card["ts"], "value": element["value"]}
    eventually(lambda: town.ask("slack/press", **where, action_id=element["action_id"])["acked"])


@pytest.mark.long
@pytest.mark.slow
def test_five_kills_lose_nothing_and_double_nothing(town: Town) -> None:
    dana, keys = town.as_person("dana"), []
    for theme, victim in zip(THEMES, KILLS, strict=True):
        new_issue(dana, "PAY", **report(theme))
        keys.append(new_issue(dana, "WEB", **report(theme)))
        card = town.card(keys[-1], "request.approve")
        press_until_taken(town, card)
        town.kill(victim)
        town.start(victim)

    for key in keys:
        town.wait_until_closed(key)
        town.card(key, "All done")
    eventually(town.at_rest, why="something is still under way")

    done = Counter(
        (one["kind"], one["issue"]) for one in town.effects("link.created", "comment.created", "transition.done")
    )
    assert done == Counter(
        (kind, key) for key in keys for kind in ("link.created", "comment.created", "transition.done")
    )
    assert Counter(one["channel"] for one in town.effects("message.posted")) == {YARD: len(keys)}
    assert acknowledged(town) - handled(town) == set()


def acknowledged(town: Town) -> set[str]:
    """The deliveries of Jira that the door has answered with 200."""
    sent = control(town.sandbox, "GET", "webhooks")
    return {str(one["identifier"]) for one in sent if one["state"] == "delivered"}


def handled(town: Town) -> set[str]:
    engine = create_engine(town.database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT id, state FROM events")).all()
    engine.dispose()
    assert {row.state for row in found} == {"handled"}, json.dumps([tuple(row) for row in found])
    return {row.id.partition(":")[0] for row in found}
