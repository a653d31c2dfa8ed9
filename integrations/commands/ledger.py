"""`yardmaster ledger`: whether the record is whole."""

import click

from integrations import operating
from integrations.commands.root import Root
from integrations.store.sealing import verify


@click.group()
def ledger() -> None:
    """Verify the record of everything that was seen, decided and done."""


@ledger.command("verify")
@click.option("--head", help="A head that was kept elsewhere, as POSITION:HASH; finds a ledger that was cut short.")
@click.pass_obj
def verify_ledger(root: Root, head: str | None) -> None:
    """Find what was changed, removed or reordered since it was written."""
    try:
        kept = operating.head_of(head) if head else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--head") from error
    with root.stored() as parts:
        report = verify(parts.database, kept)
    for line in report.words():
        click.echo(line)
    if report.findings:
        raise SystemExit(1)
