"""`yardmaster door`: the process that takes in what Jira and Slack send."""

import logging

import click

from integrations import entrance, garbage, schedule
from integrations.commands.ending import end_with_parent, kept_option, on_signal
from integrations.commands.root import Root
from integrations.parts import given
from integrations.store import migrate

log = logging.getLogger("yardmaster")


@click.command()
@kept_option
@click.pass_obj
def door(root: Root, kept: bool) -> None:
    """Take in what Jira and Slack send; any number of these may run."""
    parts = root.connected()
    migrate.upgrade(given(parts.settings.database_url))
    try:
        opened = entrance.door(parts)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {parts.settings.host}:{parts.settings.port}: {error}") from error
    watching = schedule.start([schedule.Round(name="rules", seconds=2, do=parts.watcher.look)])
    on_signal(opened.stop)
    if kept:
        end_with_parent()
    garbage.settle()
    log.info("the door listens on %s", opened.url)
    opened.run()
    watching.shutdown()
    parts.traces.close()
