"""Measures from a click on Approve to its effects in Jira (link, comment, transition), first one by one, then many.

The clicks are the sandbox's own, so they come in as Slack sends them; the effects are timed where they arrive.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import click
from requests import Session

from benchmarks.installation import Installation
from benchmarks.spread import Spread
from rules.model import Snapshot
from sandbox.direct import direct_session
from sandbox.slack import pressing

_CHANNEL, _APPROVER = "C0YARD0001", "U0MIKA0001"
_EFFECTS = ("link.created", "comment.created", "transition.done")
_AT_ONCE = 8
_APART_S = 0.5
_PATIENCE_S = 240.0
_PAUSE_S = 0.02

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """One by one: from the click to the first and the last effect; all at once: clicks a second that had them all."""

    clicks: int
    first: Spread
    last: Spread
    rate: float


def press_all(yard: Installation, stories: Sequence[Snapshot], rest: Callable[[], None]) -> Clicks:
    """Report each story twice in the sandbox's Jira, wait for the questions, and approve them."""
    with direct_session() as reporter:
        reporter.auth = ("tom@example.com", "sandbox")
        for story in stories:
            _report(yard, reporter, story, "")
        rest()
        again = [_report(yard, reporter, story, " once more") for story in stories]
    cards = _cards(yard, again)
    half = len(again) // 2
    began = {}
    for key in again[:half]:
        began[key] = _press(yard, cards[key])
        time.sleep(_APART_S)
    done = _wait(yard, again[:half])
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        together = list(pool.map(lambda key: _press(yard, cards[key]), again[half:]))
    ended = max(max(times) for times in _wait(yard, again[half:]).values())
    rest()
    return Clicks(
        clicks=len(again),
        first=Spread.of([min(done[key]) - began[key] for key in began]),
        last=Spread.of([max(done[key]) - began[key] for key in began]),
        rate=len(together) / (ended - min(together)),
    )


def _report(yard: Installation, reporter: Session, story: Snapshot, more: str) -> str:
    fields = {
        "project": {"key": "OPS"},
        "issuetype": {"name": "Bug"},
        "summary": story.fields["summary"]["text"] + more,
        "description": story.fields["description"]["text"],
    }
    url = f"{yard.sandbox.world.places.jira}/rest/api/2/issue"
    answer = reporter.post(url, json={"fields": fields}, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["key"])


def _cards(yard: Installation, keys: Sequence[str]) -> Mapping[str, Json]:
    """Wait until there is a question about each issue, and give what is pressed on it."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        found = {key: press for named, press in _asked(yard) for key in keys if key in named}
        if len(found) == len(keys):
            return found
        time.sleep(_PAUSE_S)
    raise click.ClickException("not every repeated issue was asked about within four minutes")


def _asked(yard: Installation) -> Iterator[tuple[set[str], Json]]:
    """Give the keys on each card in the channel, and the press of its Approve."""
    world = yard.sandbox.world
    with world.lock:
        channel = world.slack.channel(_CHANNEL)
        messages = [(one.ts, one.blocks) for one in channel.messages] if channel is not None else []
    for ts, blocks in messages:
        buttons = (element for block in blocks for element in block.get("elements", ()))
        approve = next((one for one in buttons if str(one.get("action_id", "")).startswith("request.approve")), None)
        if approve is not None:
            pressed = {"action_id": approve["action_id"], "value": approve["value"]}
            named = set(re.findall(r"[A-Z]+-[0-9]+", json.dumps(blocks)))
            yield named, {"user": _APPROVER, "channel": _CHANNEL, "ts": ts, **pressed}


def _press(yard: Installation, press: Json) -> float:
    """Press Approve, and give the moment."""
    began = time.perf_counter()
    pressed = pressing.press(yard.sandbox.world, press)
    if not pressed["ok"]:
        raise click.ClickException(f"a click was not taken: {pressed['error']}")
    return began


def _wait(yard: Installation, keys: Sequence[str]) -> Mapping[str, list[float]]:
    """Give the moments of the effects on each issue, once all are there."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        found = yard.effects.on(keys, _EFFECTS)
        if all(len(times) == len(_EFFECTS) for times in found.values()):
            return found
        time.sleep(_PAUSE_S)
    raise click.ClickException("not every click had its effects within four minutes")
