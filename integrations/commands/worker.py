"""`yardmaster worker`: the process that looks at what came in, asks and acts."""

import logging
import sys

import click

from integrations import durable, garbage, schedule
from integrations.commands.ending import end_with_parent, kept_option
from integrations.commands.root import Root, check_meanings
from integrations.learning import SCHEDULE, learn_apart
from integrations.lookers import looker_of
from integrations.parts import LOOKS_AT_ONCE, given
from integrations.rounds import rounds
from integrations.store import migrate
from integrations.store.polls import PostgresPolls

log = logging.getLogger("yardmaster")


@click.command()
@kept_option
@click.pass_obj
def worker(root: Root, kept: bool) -> None:
    """Look at what came in, ask and act; any number of these may run."""
    parts = root.connected()
    url = given(parts.settings.database_url)
    migrate.upgrade(url)
    check_meanings(parts)
    command = [sys.executable, str(root.program), "models", "learn", "--by", SCHEDULE]
    learning = learn_apart(command, root.environ, PostgresPolls(parts.database))
    beat = schedule.start([*rounds(parts), schedule.Round(name="learning", seconds=60, do=learning)])
    looker = looker_of(parts)
    if kept:
        end_with_parent()
    garbage.settle()
    log.info("a worker is at work")
    durable.work(url, looker.look, LOOKS_AT_ONCE)
    beat.shutdown()
    parts.traces.close()
