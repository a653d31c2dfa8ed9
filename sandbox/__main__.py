"""`python -m sandbox`: the command line. It starts a sandbox, says where it is, and waits to be told to stop."""

import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

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
def main(**chosen: Any) -> None:
    """Run a local Jira and Slack until interrupted."""
    try:
        sandbox = _build(**chosen)
    except (SeedError, HistoryError, OSError) as error:
        raise click.ClickException(str(error)) from error
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    sandbox.start()
    places = sandbox.world.places
    ready = {"sandbox": "ready", "page": places.page, "jira": places.jira, "slack": places.slack}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    told.wait()
    sandbox.stop()


def _build(*, seed: Path | None, page_port: int, jira_port: int, slack_port: int, **chosen: Any) -> Sandbox:
    found = read_seed(seed.read_text(encoding="utf-8")) if seed else default_seed()
    world = new_world(found, speed=chosen["speed"], history=chosen["history"], replay=chosen["replay"])
    if url := chosen["webhook_url"]:
        connect(world, {"webhook": {"url": url, "secret": chosen["webhook_secret"]}})
    if url := chosen["slack_request_url"]:
        connect(world, {"slack": {"request_url": url, "signing_secret": chosen["signing_secret"]}})
    return Sandbox(world, page_port=page_port, jira_port=jira_port, slack_port=slack_port)


if __name__ == "__main__":
    main()
