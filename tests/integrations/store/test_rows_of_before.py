"""What earlier versions wrote into the database and into buttons in Slack is still read: no question is stranded.

A version that writes something new adds lines to `rows_of_before.jsonl`; none is ever changed.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from integrations.slack import translate
from integrations.store.columns import written
from orchestrator.changes import Notice
from orchestrator.facts import ActionRecord
from orchestrator.memory import CardRow
from orchestrator.watching.alerts import Alert
from rules.canonical import canonical
from rules.model import Event
from rules.requests import Request, Vote

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LINES = [json.loads(line) for line in Path(__file__).with_name("rows_of_before.jsonl").read_text().splitlines()]
KINDS: dict[str, Any] = {
    "Request": Request,
    "ActionRecord": ActionRecord,
    "Vote": Vote,
    "CardRow": CardRow,
    "Alert": Alert,
    "Notice": Notice,
}
MEANT = {
    "request.approve": ("vote.cast", "item:10066"),
    "request.reject": ("reject.opened", "item:10066"),
    "request.details": ("details.asked", "person:U0MIKA0001"),
    "request.undo": ("undo.asked", "item:10066"),
    "request.ask": ("question.opened", "item:10066"),
    "question.answer": ("answer.opened", "item:10066"),
    "request.alter": ("alter.opened", "person:U0MIKA0001"),
    "item.take": ("item.wanted", "item:10066"),
    "item.split": ("batch.changed", "batch:one"),
    "rescue.want": ("rescue.wanted", "item:10066"),
    "item.who": ("command.given", "person:U0MIKA0001"),
    "rescue.ask": ("rescue.asked", "queue:watch:web"),
    "rescue.answer": ("rescue.answered", "queue:watch:web"),
}


def of(*kinds: str) -> list[Any]:
    return [pytest.param(line, id=f"{line['version']}-{line['kind']}") for line in LINES if line["kind"] in kinds]


@pytest.mark.parametrize("line", of(*KINDS))
def test_a_row_of_before_is_read_and_written_as_it_was(line: dict[str, Any]) -> None:
    stored = canonical(line["row"]).decode()

    read = msgspec.json.decode(stored, type=KINDS[line["kind"]])

    assert written(read) == stored


@pytest.mark.parametrize("line", of("Request"))
def test_what_people_agreed_to_before_is_still_bound_to_its_hash(line: dict[str, Any]) -> None:
    request = msgspec.convert(line["row"], Request)

    assert [ask.payload.hash for ask in request.asks] == [ask.hash for ask in request.asks]


@pytest.mark.parametrize("line", of("button"))
def test_a_button_of_before_means_what_it_meant(line: dict[str, Any]) -> None:
    press = {
        "type": "block_actions",
        "team": {"id": "T0YARD0001"},
        "user": {"id": "U0MIKA0001"},
        "channel": {"id": "C0YARD0001"},
        "message": {"ts": "1795261945.046000"},
        "trigger_id": "1.2.3",
        "actions": [{"type": "button", "action_ts": "1.1", **line["row"]}],
    }

    meant = translate.event(press, NOW)

    assert isinstance(meant, Event), meant
    assert (meant.name, str(meant.subject)) == MEANT[line["row"]["action_id"]]
    assert meant.payload.get("request") == json.loads(line["row"]["value"]).get("request")


def test_every_kind_of_row_and_button_that_waits_for_people_is_among_them() -> None:
    assert {line["kind"] for line in LINES} == {*KINDS, "button"}
    assert {line["row"]["action_id"] for line in LINES if line["kind"] == "button"} == set(MEANT)
