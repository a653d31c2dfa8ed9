"""`yardmaster sla`: how an issue's clocks stand and why, by which rules it is told, what is doubtful about these."""

import getpass
from pathlib import Path

import click

from integrations import rules_files
from integrations.commands.root import Root
from integrations.console.plain import visible, words
from orchestrator.sla.reading import running
from orchestrator.sla.telling import sla_message
from rules import loader
from rules.loader import RulesError


@click.group()
def sla() -> None:
    """Explain the SLA clocks of an issue; find what is doubtful about those that rules declare."""


@sla.command()
@click.argument("key")
@click.pass_obj
def explain(root: Root, key: str) -> None:
    """Say how the clocks of the issue KEY stand, and each interval in which they counted or stood still; in UTC."""
    with root.stored() as parts:
        item = parts.items.by_key(key)
        if item is None:
            raise click.ClickException(f"no issue {key} is known")
        now = parts.clock.now()
        rules = parts.rulebook.active()
        ahead = parts.foretelling.forecasts([item], rules, now)[item.id]
        message = sla_message(item, running(item, parts.items, rules, now), ahead, now)
    for line in (message.title, *(line for section in message.sections for line in section.lines)):
        click.echo(visible(words(line).replace("*", "")))


@sla.command()
@click.option("--project", "projects", metavar="KEY", multiple=True, help="Only this one; may be given several times.")
@click.option("--by", default=getpass.getuser, show_default="the user of this machine", help="Who does it.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@click.pass_obj
def recount(root: Root, projects: tuple[str, ...], by: str, *, yes: bool) -> None:
    """Have what has ended told by the rules in force, in the place of those under which it ended."""
    chosen = tuple(dict.fromkeys(key.upper() for key in projects))
    if not yes:
        where = ", ".join(chosen) or "all projects"
        click.echo(f"Every issue of {where} that is known is read, some 2,000 in a second.")
        click.echo("What was promised when they ended is forgotten where the rules in force tell it otherwise.")
        click.confirm("Go on? It cannot be taken back", abort=True)
    with root.stored() as parts:
        came = parts.recounting.anew(chosen, parts.rulebook.active(), by)
    click.echo(f"{came.issues} issues: {came.written} cycles are told by the rules in force, {came.forgotten} no more.")


@sla.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def lint(root: Root, files: tuple[Path, ...]) -> None:
    """Find what is allowed and hardly meant, with file and line. Without FILES, those that YARDMASTER_RULES names."""
    overlay = root.settings().rules_path
    places = (root.packs, *(files or ([overlay] if overlay else [])))
    try:
        found = loader.lint(rules_files.texts(*places))
    except RulesError as error:
        raise click.ClickException(str(error)) from error
    for doubt in found:
        click.echo(str(doubt))
    if found:
        raise SystemExit(1)
    click.echo("Nothing is doubtful.")
