"""`yardmaster backfill`: learns what Jira holds already."""

import click

from integrations.commands.ending import end_with_parent, kept_option
from integrations.commands.root import Root
from orchestrator.ports import GatewayError


@click.command()
@kept_option
@click.pass_obj
def backfill(root: Root, kept: bool) -> None:
    """Learn what Jira holds already, or what changed since the last time; may be interrupted."""
    parts = root.connected()
    if kept:
        end_with_parent()
    try:
        learned = parts.backfill.run()
    except GatewayError as error:
        raise click.ClickException(f"{error}; the next run goes on where this one stopped") from error
    click.echo(f"read {learned.issues} issues; {learned.skipped} could not be understood")
