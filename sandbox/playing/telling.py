"""Tells in lines of text what happens on the stage, how a story ended, and where to look. It changes nothing."""

import threading
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from sandbox.bot import Bot, BotError
from sandbox.playing.judging import Finding, State
from sandbox.playing.player import Player
from sandbox.playing.stage import Line, Stage
from sandbox.world import Places

Say = Callable[[str], None]
LOOK_EVERY_S = 0.1
SIGNS = {State.MET: "ok", State.MISSED: "FAILED", State.NOT_YET: "not yet", State.EARLY: "UNEXPECTED"}


def perform(stage: Stage, bot: Bot, name: str, say: Say, stop: threading.Event) -> None:
    """Have a story played with a bot and tell all of it: each line as it comes, the end, the trails, where to look."""
    stage.bot = bot
    stage.start(name)
    tell(stage, say, stop)
    if stop.is_set() or stage.player is None:
        return
    if stage.trouble:
        say(f"The story ends here: {stage.trouble}. Everything goes on running; look at {stage.places.page}")
        return
    for line in [*trails(bot, stage.player), "", "How it ended:", *table(stage.player.findings)]:
        say(line)
    for line in where_to_look(stage.places, bot, next(iter(stage.player.keys.values()), "")):
        say(line)


def tell(stage: Stage, say: Say, stop: threading.Event) -> None:
    """Say each line as it comes, until the story has ended."""
    told = 0
    while not stop.is_set():
        ended = stage.state not in ("playing", "paused")
        fresh = stage.lines[told:]
        told += len(fresh)
        for line in fresh:
            say(shown(line, stage.zone))
        if ended:
            return
        stop.wait(LOOK_EVERY_S)


def shown(line: Line, zone: str | None) -> str:
    """A line in the story's time, else in that of this machine."""
    return f"{line.at.astimezone(ZoneInfo(zone) if zone else None):%a %H:%M:%S}  {line.who:<5} {line.text}"


def table(findings: Iterable[Finding]) -> list[str]:
    """How a story ended, a check a line."""
    return [f"  {SIGNS[one.state]:<10} {one.says}" + (f" ({one.why})" * one.is_failure) for one in findings]


def trails(bot: Bot, player: Player) -> list[str]:
    """The whole trail of each of the story's issues."""
    lines = []
    for key in player.keys.values():
        try:
            entries = bot.trail(key)
        except BotError as error:
            return [str(error)]
        lines += ["", f"The whole trail of {key}:"]
        lines += [f"  {one.get('at', '')}  {one.get('kind', ''):<18} {one.get('text', '')}" for one in entries]
    return lines


def where_to_look(places: Places, bot: Bot, key: str) -> list[str]:
    """Where everything is to be seen, and how to go on by hand."""
    return [
        "",
        f"Slack and Jira to click   {places.page}",
        f"the issue                 {places.page}/#{key}",
        f"the trail                 curl -H 'Authorization: Bearer {bot.token}' {bot.url}/api/trail/{key}",
        "",
        "It goes on until Ctrl-C. Open the page, choose who you are, report an issue that repeats another one,",
        "answer the question in #yard, or type /yard help.",
    ]
