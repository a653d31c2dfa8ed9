"""Replays all held-back issues against a bot and tells how well it did. Speaks HTTP only, to sandbox and bot."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.bot import Bot, BotError
from sandbox.direct import direct_session
from sandbox.score import Pair, ceiling, percentile, precision, recall

Json = dict[str, Any]
Say = Callable[[str], None]
HANDLED = frozenset({"look.done", "decision.made"})
PATIENCE_S = 60.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One decision of the bot's agent for duplicates; confidence in per mille."""

    key: str
    other: str
    confidence: int
    verdict: str


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a replay came to; `guesses`: the issue nearest to each in the bot's first look, asked about or not."""

    waits_s: dict[str, float] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    guesses: dict[str, str] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)


def replay_all(bot: Bot, sandbox: str, say: Say, stop: threading.Event) -> Outcome:
    """Create the held-back issues one after another, each when the one before was handled; then read all trails."""
    session = direct_session()
    outcome = Outcome(links=session.get(f"{sandbox}/_sandbox/replay/truth", timeout=10).json()["links"])
    while not stop.is_set():
        answer = session.post(f"{sandbox}/_sandbox/replay/next", timeout=10)
        if answer.status_code != 200:
            break
        created = answer.json()
        _wait_for(bot, created["key"], outcome, say, stop)
        done = len(outcome.waits_s) + len(outcome.late)
        if done % 10 == 0 or not created["left"]:
            say(f"{done} issues replayed, {created['left']} to go")
        if not created["left"]:
            break
    for key in [*outcome.waits_s, *outcome.late]:
        _take_in(outcome, bot, key, say)
    return outcome


def table(outcome: Outcome) -> list[str]:
    """The outcome in lines of text."""
    keys = [*outcome.waits_s, *outcome.late]
    proposed = {(proposal.key, proposal.other) for proposal in outcome.proposals}
    guessed = set(outcome.guesses.items())
    any_link = _pairs(outcome, None)
    duplicates = _pairs(outcome, "Duplicate")
    verdicts = [proposal.verdict for proposal in outcome.proposals]
    said = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in sorted(set(verdicts)))
    lines = [
        f"issues handled          {len(outcome.waits_s)} of {len(keys)}",
        f"proposals               {len(proposed)}" + (f" ({said})" if said else ""),
        f"real links, any type    {len(any_link)}; duplicates {len(duplicates)}",
        f"precision, any link     {precision(proposed, any_link)}",
        f"recall, any link        {recall(proposed, any_link)}; {_ceiling_note(any_link)}",
        f"precision, duplicates   {precision(proposed, duplicates)}",
        f"recall, duplicates      {recall(proposed, duplicates)}; {_ceiling_note(duplicates)}",
        f"had the nearest known issue been proposed for each of the {len(guessed)}, however unsure:",
        f"precision, any link     {precision(guessed, any_link)}",
        f"recall, any link        {recall(guessed, any_link)}",
        f"recall, duplicates      {recall(guessed, duplicates)}",
        f"time per event          median {_seconds(outcome, 0.5)}, p95 {_seconds(outcome, 0.95)} (sent -> handled)",
    ]
    if outcome.late:
        lines.append(f"not handled in {PATIENCE_S:.0f} s   {', '.join(outcome.late)}")
    return lines


def _wait_for(bot: Bot, key: str, outcome: Outcome, say: Say, stop: threading.Event) -> None:
    began = time.monotonic()
    told = ""
    while not stop.is_set() and time.monotonic() - began < PATIENCE_S:
        try:
            if any(entry.get("kind") in HANDLED for entry in bot.trail(key)):
                outcome.waits_s[key] = time.monotonic() - began
                return
        except BotError as error:
            if str(error) != told:
                told = str(error)
                say(f"{key}: {told}; waiting")
        stop.wait(LOOK_EVERY_S)
    outcome.late.append(key)
    say(f"{key}: not handled in {time.monotonic() - began:.0f} s; going on")


def _take_in(outcome: Outcome, bot: Bot, key: str, say: Say) -> None:
    try:
        entries = bot.trail(key)
    except BotError as error:
        say(f"{key}: {error}; its proposals are not counted")
        return
    outcome.proposals += _proposals(key, entries)
    first: Json = next((entry.get("data") or {} for entry in entries if entry.get("kind") == "look.done"), {})
    nearest: Json = max(first.get("known") or (), key=lambda one: int(one.get("confidence", 0)), default={})
    if nearest.get("key"):
        outcome.guesses[key] = str(nearest["key"])


def _proposals(key: str, entries: list[Json]) -> list[Proposal]:
    found: dict[str, Proposal] = {}
    for entry in entries:
        data = entry.get("data") or {}
        other = (data.get("other") or {}).get("key")
        is_proposal = entry.get("kind") == "decision.made" and data.get("agent") == "duplicates"
        if is_proposal and other and entry.get("key") in (None, key):
            confidence, verdict = int(data.get("confidence", 0)), str(data.get("verdict"))
            found[other] = Proposal(key=key, other=other, confidence=confidence, verdict=verdict)
    return list(found.values())


def _pairs(outcome: Outcome, kind: str | None) -> set[Pair]:
    keys = {*outcome.waits_s, *outcome.late}
    return {(one["key"], one["other"]) for one in outcome.links if one["key"] in keys and kind in (None, one["type"])}


def _ceiling_note(real: set[Pair]) -> str:
    best = ceiling(real)
    return "no links to find" if best is None else f"naming one issue for each finds {best:.2f} at best"


def _seconds(outcome: Outcome, share: float) -> str:
    value = percentile(outcome.waits_s.values(), share)
    return "-" if value is None else f"{value:.2f} s"
