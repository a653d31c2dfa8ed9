"""`yardmaster intake`: what was taken in and is not handled yet."""

import click

from integrations import operating
from integrations.commands.root import Root


@click.group(invoke_without_command=True)
@click.option("--limit", default=50, show_default=True, help="How many to show.")
@click.pass_context
def intake(context: click.Context, limit: int) -> None:
    """Show the events that wait, failed or are buried; `put-back` has a buried one handled after all."""
    if context.invoked_subcommand is None:
        with context.obj.stored() as parts:
            for line in operating.intake_lines(parts.intake.unhandled(limit)):
                click.echo(line)


@intake.command("put-back")
@click.argument("event")
@click.pass_obj
def put_back(root: Root, event: str) -> None:
    """Have a buried event handled after all."""
    try:
        with root.stored() as parts:
            done = operating.put_back(parts.intake, event)
    except operating.StillNotUnderstood as error:
        raise click.ClickException(str(error)) from error
    if not done:
        raise click.ClickException(f"no buried event has the id {event}")
    click.echo("It waits to be handled again.")
