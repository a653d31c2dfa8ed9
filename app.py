"""The composition root and command line: the only place that reads settings and wires the parts. Nothing imports it."""

import os
import subprocess
import sys
from pathlib import Path

import click

from rules.loader import RulesError, load

PACKS = Path(__file__).parent / "rules" / "packs"


@click.group()
def main() -> None:
    """Yardmaster: sees how work in Jira and Slack hangs together."""


@main.command("run")
@click.option("--import", "imported", type=click.Path(exists=True, dir_okay=False), help="Raw Jira REST payloads.")
def run(imported: str | None) -> None:
    """Start the local sandbox: a Jira and a Slack to try, with a page to click."""
    command = [sys.executable, "-m", "sandbox", *(["--import", imported] if imported else [])]
    click.echo("The sandbox's page: http://127.0.0.1:8800 - stop with Ctrl-C")
    process = subprocess.Popen(command, cwd=Path(__file__).parent, env=dict(os.environ))
    try:
        raise SystemExit(process.wait())
    except KeyboardInterrupt:
        process.terminate()
        process.wait()


@main.command("check-rules")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_rules(files: tuple[Path, ...]) -> None:
    """Check rules files, laid over the shipped packs; tell every mistake at once."""
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in (*sorted(PACKS.glob("*.yml")), *files)]
    try:
        click.echo(f"The rules are good; their version is {load(texts).version}.")
    except RulesError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
