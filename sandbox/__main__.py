"""`python -m sandbox`: the command line. It starts a sandbox, says where it is, and waits to be told to stop."""

import json
import signal
import sys
import threading
from pathlib import Path

import click

from sandbox.control import connect
from sandbox.history import HistoryError
from sandbox.running import Sandbox, default_seed, new_world
from sandbox.seed import SeedError, read_seed

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--page-port", default=8800, show_default=True, help="Port of the page to look at; 0 chooses a free one.")
@click.option("--jira-port", default=8810, show_default=True, help="Port of Jira.")
@click.option("--slack-port", default=8820, show_default=True, help="Port of Slack.")
@click.option("--seed", type=FILE, help="Start with the people, projects and channels of this YAML file.")
@click.option("--import", "history", type=FILE, help="Raw Jira REST payloads, one a line (.jsonl or .jsonl.xz).")
@click.option("--replay", default=100, show_default=True, help="How many of the newest imported issues to hold back.")
@click.option("--speed", default=1.0, show_default=True, help="Domain seconds in a real second.")
@click.option("--webhook-url", help="Where the bot takes Jira's webhooks.")
@click.option("--webhook-secret", help="What they are signed with.")
@click.option("--slack-request-url", help="Where the bot takes Slack's requests when no socket is connected.")
@click.option("--signing-secret", default="", help="What they are signed with.")
def main(
    page_port: int,
    jira_port: int,
    slack_port: int,
    seed: Path | None,
    history: Path | None,
    replay: int,
    speed: float,
    webhook_url: str | None,
    webhook_secret: str | None,
    slack_request_url: str | None,
    signing_secret: str,
) -> None:
    """Run a local Jira and Slack until interrupted."""
    try:
        chosen = read_seed(seed.read_text(encoding="utf-8")) if seed else default_seed()
        world = new_world(chosen, speed=speed, history=history, replay=replay)
        sandbox = Sandbox(world, page_port=page_port, jira_port=jira_port, slack_port=slack_port)
    except (SeedError, HistoryError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if webhook_url:
        connect(world, {"webhook": {"url": webhook_url, "secret": webhook_secret}})
    if slack_request_url:
        connect(world, {"slack": {"request_url": slack_request_url, "signing_secret": signing_secret}})
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    sandbox.start()
    places = world.places
    ready = {"sandbox": "ready", "page": places.page, "jira": places.jira, "slack": places.slack}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    told.wait()
    sandbox.stop()


if __name__ == "__main__":
    main()
