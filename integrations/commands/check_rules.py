"""`yardmaster check-rules`: whether rules files may be published."""

from pathlib import Path

import click

from integrations import rules_files
from integrations.commands.root import Root
from rules.loader import RulesError, load


@click.command("check-rules")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def check_rules(root: Root, files: tuple[Path, ...]) -> None:
    """Check rules files, laid over the shipped packs; tell every mistake at once."""
    texts = [text for path in (root.packs, *files) for text in rules_files.texts(path)]
    try:
        click.echo(f"The rules are good; their version is {load(texts).version}.")
    except RulesError as error:
        raise click.ClickException(str(error)) from error
