"""`yardmaster manifest`: what the Slack app is made from."""

import click

from integrations.commands.root import Root
from integrations.slack.manifest import ManifestError, over_http


@click.command()
@click.option("--http", "url", metavar="URL", help="For HTTP instead of Socket Mode: the door's public address.")
@click.pass_obj
def manifest(root: Root, url: str | None) -> None:
    """Print the manifest from which the Slack app is made."""
    text = root.manifest.read_text(encoding="utf-8")
    try:
        click.echo((text if url is None else over_http(text, url)).rstrip())
    except ManifestError as error:
        raise click.ClickException(str(error)) from error
