"""`yardmaster rules`: rules are checked, tried, compared and explained before and after they are in force."""

import getpass
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from integrations import rules_files
from integrations.commands.root import Root
from integrations.console.plain import visible
from integrations.store.rulebook import Act
from orchestrator.explaining import explained
from rules import cases, loader
from rules.differences import differences
from rules.loader import RulesError
from rules.ruleset import Ruleset

#: How many rows of the ledger are read for an explanation, the newest.
LONGEST_TRAIL = 500
SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "rules": loader.schema,
    "cases": cases.schema,
    "tools": loader.tools,
}
PATH = click.Path(exists=True, path_type=Path)


@click.group()
def rules() -> None:
    """Check, test, compare, explain and activate rules; show their JSON Schema."""


@rules.command()
@click.argument("files", nargs=-1, type=PATH)
@click.pass_obj
def check(root: Root, files: tuple[Path, ...]) -> None:
    """Check rules files, laid over the shipped packs; tell every mistake at once. Without FILES, YARDMASTER_RULES."""
    found = _read(root, *(files or (root.settings().rules_path,)))
    click.echo(f"The rules are good; their version is {found.version}.")


@rules.command()
@click.argument("files", nargs=-1, type=PATH)
@click.option("--rules", "overlay", type=PATH, help="Instead of what YARDMASTER_RULES names.")
@click.pass_obj
def test(root: Root, files: tuple[Path, ...], overlay: Path | None) -> None:
    """Try cases: given facts and the decision that is expected. Without FILES, those in `cases/` beside the rules."""
    overlay = overlay or root.settings().rules_path
    ruleset = _read(root, overlay)
    places = files or (_cases_beside(overlay or root.packs),)
    try:
        found = cases.load_cases(rules_files.texts(*places), ruleset).cases
    except RulesError as error:
        raise click.ClickException(str(error)) from error
    results = [cases.tried(name, case, ruleset) for name, case in found.items()]
    for result in results:
        click.echo(f"{'differs' if result.differs else 'as expected':<12} {result.name}")
        for words in result.differs:
            click.echo(f"             {words}")
    wrong = sum(bool(result.differs) for result in results)
    click.echo(f"{len(results)} cases, {wrong} differ")
    if wrong:
        raise SystemExit(1)


def _cases_beside(place: Path) -> Path:
    found = (place if place.is_dir() else place.parent) / "cases"
    if not found.is_dir():
        raise click.ClickException(f"there are no cases: {found} is no directory")
    return found


@rules.command()
@click.argument("what", type=click.Choice(list(SCHEMAS)), default="rules")
def schema(what: str) -> None:
    """Print the JSON Schema of rules, of cases, or of the tools that agents may call."""
    click.echo(json.dumps(SCHEMAS[what](), indent=2))


@rules.command()
@click.argument("before", default="active")
@click.argument("after", default="files")
@click.pass_obj
def diff(root: Root, before: str, after: str) -> None:
    """Say in words how two rulesets differ.

    BEFORE and AFTER are each a path of rules files, the beginning of a version, or a word: `active` (what is in force),
    `files` (what YARDMASTER_RULES says now), `packs` (what ships).
    """
    found = differences(_named(root, before), _named(root, after))
    for one in found:
        click.echo(str(one))
    if not found:
        click.echo("They say the same.")


@rules.command()
@click.argument("key")
@click.option("--rules", "overlay", type=PATH, help="Instead of the rules in force, those of these files.")
@click.pass_obj
def explain(root: Root, key: str, overlay: Path | None) -> None:
    """Say which rules spoke about the issue KEY, on which facts, and why the others did not."""
    with root.stored() as parts:
        item = parts.items.by_key(key)
        if item is None:
            raise click.ClickException(f"no issue {key} is known")
        ruleset = _read(root, overlay) if overlay else parts.rulebook.active()
        for line in explained(item, parts.records.trail(item.id, LONGEST_TRAIL), ruleset, parts.clock.now()):
            click.echo(visible(line))


@rules.command()
@click.option("--limit", default=20, show_default=True, help="How many to show.")
@click.pass_obj
def versions(root: Root, limit: int) -> None:
    """Show which rules came into force when, by whom and why; the newest, which are in force, first."""
    with root.stored() as parts:
        for hash_, act in parts.rulebook.acts(limit):
            click.echo(f"{act.at:%Y-%m-%d %H:%M} UTC  {hash_[:12]}  {act.by}: {act.why}")


@rules.command()
@click.argument("version")
@click.option("--why", required=True, help="The reason, for the record.")
@click.option("--by", default=getpass.getuser, show_default="the user of this machine", help="Who does it.")
@click.pass_obj
def activate(root: Root, version: str, why: str, by: str) -> None:
    """Put an earlier VERSION into force again, everywhere, until the files change."""
    with root.stored() as parts:
        found = parts.rulebook.beginning(version)
        if found is None:
            raise click.ClickException(f"{version!r} is not the beginning of exactly one version")
        parts.rulebook.activate(found, Act(at=parts.clock.now(), by=by, why=why))
    click.echo(f"The rules {found.version[:12]} are in force.")


def _named(root: Root, name: str) -> Ruleset:
    if name == "packs":
        return _read(root)
    if name == "files":
        return _read(root, root.settings().rules_path)
    if Path(name).exists():
        return _read(root, Path(name))
    with root.stored() as parts:
        found = parts.rulebook.active() if name == "active" else parts.rulebook.beginning(name)
    if found is None:
        raise click.ClickException(f"{name!r} is no file, and not the beginning of exactly one version")
    return found


def _read(root: Root, *paths: Path | None) -> Ruleset:
    try:
        return rules_files.read(root.packs, *paths)
    except RulesError as error:
        raise click.ClickException(str(error)) from error
