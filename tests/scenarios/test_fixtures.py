"""What others captured from real sites goes through the signed doors of a running installation, and nothing breaks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, text

from tests.scenarios.test_bad_input import Send, dumped, jira, slack
from tests.scenarios.town import Town, eventually

pytestmark = pytest.mark.long

SHARED = Path(os.environ.get("YARDMASTER_SHARED", Path(__file__).parents[3] / "shared")) / "fixtures"
WEBHOOKS = sorted(SHARED.glob("jira/**/*.json"))
FRAMES = sorted(SHARED.glob("slack/socket-mode/*.json"))
#: Frames of the socket itself: over HTTP they have no like.
OF_THE_SOCKET = ("hello", "disconnect", "ack")
needs_captures = pytest.mark.skipif(not WEBHOOKS, reason="no captured payloads: set YARDMASTER_SHARED to their folder")


def events(town: Town) -> dict[str, tuple[str, str]]:
    """What is kept of what came from outside, by id: its name and state; the bot's own clock puts events there too."""
    engine = create_engine(town.database_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, name, state FROM events WHERE name <> 'watch.due'")).all()
    engine.dispose()
    return {row.id: (row.name, row.state) for row in rows}


def as_request(frame: dict[str, Any]) -> Send:
    """The request that Slack would have sent over HTTP instead of the frame."""
    kind, payload = frame["type"], frame["payload"]
    if kind == "events_api":
        return slack(dumped(payload))
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return slack(urlencode(form).encode(), form=True)


def apart(frame: dict[str, Any], number: int) -> dict[str, Any]:
    """The frame with an id of its own: who published them blackened the ids, so that many are alike."""
    payload = frame.get("payload", {})
    ids = {name: f"{name}.{number}" for name in ("event_id", "trigger_id") if name in payload}
    return frame | {"payload": payload | ids}


@needs_captures
def test_every_captured_webhook_is_handled(settle: Callable[..., Town]) -> None:
    town = settle()
    eventually(town.at_rest)
    before = events(town)

    answered = {}
    for number, path in enumerate(WEBHOOKS):
        answered[path.name] = jira(path.read_bytes(), identifier=f"captured-{number}")(town)
        eventually(town.at_rest, why=f"{path.name} left something under way")

    assert answered == dict.fromkeys((path.name for path in WEBHOOKS), 200)
    new = {id_: kept for id_, kept in events(town).items() if id_ not in before}
    told = [json.loads(path.read_bytes())["webhookEvent"].removeprefix("jira:") for path in WEBHOOKS]
    captured = {id_: kept for id_, kept in new.items() if "captured-" in id_}
    assert sorted(captured.values()) == sorted((f"jira.{name}", "handled") for name in told)
    assert {state for _, state in new.values()} == {"handled"}


@needs_captures
def test_every_captured_frame_of_slack_is_kept_and_breaks_nothing(settle: Callable[..., Town]) -> None:
    town = settle(over_http=True)
    eventually(town.at_rest)
    frames = {path.name: apart(json.loads(path.read_bytes()), number) for number, path in enumerate(FRAMES)}

    answered = {
        name: as_request(frame)(town)
        for name, frame in frames.items()
        if not any(f"_{word}_" in name for word in OF_THE_SOCKET)
    }

    eventually(town.at_rest)
    assert set(answered.values()) == {200}
    kept = events(town)
    assert {state for _, state in kept.values()} <= {"handled", "buried"}
    assert len(kept) == len(answered)
    assert town.get("/health/ready").status_code == 200
