"""`python -m sandbox`: the command line. It starts a sandbox, says where it is, and waits to be told to stop."""

import json
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from sandbox.bot import Bot
from sandbox.control import connect
from sandbox.crowd import crowd_of, fill
from sandbox.history import HistoryError
from sandbox.playing import library
from sandbox.playing.script import StoryError
from sandbox.playing.telling import perform
from sandbox.replay import replay_all as replay
from sandbox.replay import table
from sandbox.running import Sandbox, default_seed, new_world
from sandbox.saving import StateError, put_back, save
from sandbox.seed import SeedError, read_seed

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PLACE = click.Path(dir_okay=False, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--page-port", default=8800, show_default=True, help="Port of the page to look at; 0 chooses a free one.")
@click.option("--jira-port", default=8810, show_default=True, help="Port of Jira.")
@click.option("--slack-port", default=8820, show_default=True, help="Port of Slack.")
@click.option("--seed", type=FILE, help="Start with the people, projects and channels of this YAML file.")
@click.option("--import", "history", type=FILE, help="Raw Jira REST payloads, one a line (.jsonl or .jsonl.xz).")
@click.option("--replay", default=100, show_default=True, help="How many of the newest imported issues to hold back.")
@click.option("--people", default=0, show_default=True, help="Make so many people more.")
@click.option("--issues", default=0, show_default=True, help="Make so many issues of the last two years more.")
@click.option("--load", type=FILE, help="Go on from a saved state.")
@click.option("--save", "keep", type=PLACE, help="Save the state into this file at the end.")
@click.option("--speed", default=1.0, show_default=True, help="Domain seconds in a real second.")
@click.option("--webhook-url", help="Where the bot takes Jira's webhooks.")
@click.option("--webhook-secret", help="What they are signed with.")
@click.option("--slack-request-url", help="Where the bot takes Slack's requests when no socket is connected.")
@click.option("--signing-secret", default="", help="What they are signed with.")
@click.option("--bot", help="The bot's address, for --story and --replay-all.")
@click.option("--bot-token", default="", help="The token for the bot's API.")
@click.option("--story", help="Play a story with the bot, by its number or name (0: a problem that is known already).")
@click.option("--replay-all", is_flag=True, help="Replay all held-back issues and tell how well the bot did.")
def main(**chosen: Any) -> None:
    """Run a local Jira and Slack until interrupted."""
    keep: Path | None = chosen.pop("keep")
    talk = {name: chosen.pop(name) for name in ("bot", "bot_token", "story", "replay_all")}
    if (talk["story"] is not None or talk["replay_all"]) and not talk["bot"]:
        raise click.UsageError("--story and --replay-all need --bot")
    try:
        if talk["story"] is not None:
            library.story(talk["story"])
        sandbox = _build(**chosen)
    except (SeedError, HistoryError, StateError, StoryError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if talk["bot"]:
        connect(sandbox.world, {"bot": {"url": talk["bot"], "token": talk["bot_token"]}})
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    sandbox.start()
    places = sandbox.world.places
    ready = {"sandbox": "ready", "page": places.page, "jira": places.jira, "slack": places.slack}
    _say(json.dumps(ready))
    threading.Thread(target=_talk, args=(sandbox, told), kwargs=talk, name="talk", daemon=True).start()
    told.wait()
    sandbox.stop()
    if keep:
        save(sandbox.world, keep)


def _build(*, seed: Path | None, page_port: int, jira_port: int, slack_port: int, **chosen: Any) -> Sandbox:
    found = read_seed(seed.read_text(encoding="utf-8")) if seed else default_seed()
    found = replace(found, people=found.people + crowd_of(chosen["people"]))
    world = new_world(found, speed=chosen["speed"], history=chosen["history"], replay=chosen["replay"])
    fill(world.jira, chosen["issues"])
    if chosen["load"]:
        put_back(world, chosen["load"].read_bytes())
    if url := chosen["webhook_url"]:
        connect(world, {"webhook": {"url": url, "secret": chosen["webhook_secret"]}})
    if url := chosen["slack_request_url"]:
        connect(world, {"slack": {"request_url": url, "signing_secret": chosen["signing_secret"]}})
    return Sandbox(world, page_port=page_port, jira_port=jira_port, slack_port=slack_port)


def _talk(
    sandbox: Sandbox, stop: threading.Event, *, bot: str, bot_token: str, story: str | None, replay_all: bool
) -> None:
    places, there = sandbox.world.places, Bot(url=bot, token=bot_token)
    if story is not None:
        perform(sandbox.stage, there, story, _say, stop)
    if replay_all:
        _say("waiting for the bot to be ready")
        while not stop.wait(0.5) and not there.is_ready():
            continue
        for line in table(replay(there, places.jira, _say, stop)):
            _say(line)
        _say(f"Slack and Jira to click: {places.page}")
        _say(f"One issue's trail: curl -H 'Authorization: Bearer {bot_token}' {bot}/api/trail/KEY")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
