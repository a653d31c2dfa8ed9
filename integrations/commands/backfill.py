"""`yardmaster backfill`: learns what Jira holds already, and freezes the first baseline."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import click

from integrations import rules_files
from integrations.backfill import Backfill, Learned
from integrations.commands.ending import end_with_parent, kept_option
from integrations.commands.root import Root
from integrations.parts import Parts, given
from integrations.store import migrate
from orchestrator.ports import GatewayError
from rules.loader import RulesError
from rules.ruleset import Ruleset

_TOLD_EVERY_S = 5.0
_PROJECTS_SHOWN = 50


@click.command()
@click.option("--project", "projects", metavar="KEY", multiple=True, help="Only this one; may be given several times.")
@click.option("--anew", is_flag=True, help="Read everything again, as if for the first time.")
@click.option("--new-baseline", is_flag=True, help="Freeze a baseline at the end, even if there is one.")
@click.option(
    "--weeks", default=52, show_default=True, type=click.IntRange(1, 520), help="How far the baseline looks back."
)
@click.option("--json", "as_json", is_flag=True, help="Print nothing but one JSON object at the end.")
@kept_option
@click.pass_obj
def backfill(root: Root, /, projects: tuple[str, ...], anew: bool, new_baseline: bool, weeks: int, **how: bool) -> None:
    """Learn what Jira holds already, or what changed since the last time; may be interrupted."""
    parts = replace(root.connected(), say=partial(click.echo, err=how["as_json"]))
    if how["kept"]:
        end_with_parent()
    migrate.upgrade(given(parts.settings.database_url))
    rules = _rules(root, parts)
    chosen = tuple(dict.fromkeys(key.upper() for key in projects)) or _named_by(rules)
    bar = sys.stdout.isatty() and not how["kept"] and not how["as_json"]
    try:
        learned = _learn(parts.backfill(rules), chosen, anew=anew, bar=bar, silent=how["as_json"])
        click.echo(_as_json(learned) if how["as_json"] else _in_words(learned))
        if new_baseline or not projects:
            frozen = parts.freezing.freeze(chosen, weeks=weeks, another=new_baseline)
            if frozen and not how["as_json"]:
                click.echo(f"Baseline {frozen.number} is frozen; `yardmaster baseline` shows it.")
    except GatewayError as error:
        raise click.ClickException(f"{error}; the next run goes on where this one stopped") from error
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--project") from error
    except KeyboardInterrupt:
        click.echo("\nInterrupted; the next run goes on where this one stopped.", err=True)
        raise SystemExit(130) from None
    finally:
        parts.database.dispose()


def _rules(root: Root, parts: Parts) -> Ruleset:
    try:
        return rules_files.read(root.packs, parts.settings.rules_path)
    except RulesError as error:
        raise click.ClickException(f"the rules hold mistakes:\n{error}") from error


def _named_by(rules: Ruleset) -> tuple[str, ...]:
    """Give the projects that the rules name; none where they allow every project."""
    named = rules.limits.projects
    return () if "*" in named else tuple(dict.fromkeys(named))


def _learn(filling: Backfill, projects: Sequence[str], *, anew: bool, bar: bool, silent: bool) -> Learned:
    expected = filling.expected(projects, anew=anew)
    steps = filling.steps(projects, anew=anew)
    told = steps if silent else _on_a_bar(steps, expected) if bar else _line_by_line(steps, expected)
    learned = Learned()
    for so_far in told:
        learned = so_far
    return learned


def _on_a_bar(steps: Iterator[Learned], expected: int) -> Iterator[Learned]:
    before = 0
    with click.progressbar(length=expected, label="Reading issues", show_pos=True) as bar:
        for learned in steps:
            bar.update(learned.issues - before)
            before = learned.issues
            yield learned


def _line_by_line(steps: Iterator[Learned], expected: int) -> Iterator[Learned]:
    due = _TOLD_EVERY_S
    for learned in steps:
        if learned.seconds >= due:
            click.echo(f"{learned.issues} of about {expected} issues read")
            due = learned.seconds + _TOLD_EVERY_S
        yield learned


def _in_words(learned: Learned) -> str:
    read = f"read {learned.issues} issues and {learned.changes} of their changes; {learned.skipped} made no sense"
    took = f"it took {learned.seconds:.0f} s, {learned.storing:.0f} s of them to store"
    most = sorted(learned.projects.items(), key=lambda one: (-one[1], one[0]))
    more = [f"  and {len(most) - _PROJECTS_SHOWN} more projects"] if len(most) > _PROJECTS_SHOWN else []
    return "\n".join([read, took, *(f"  {key:12}{number:>9}" for key, number in most[:_PROJECTS_SHOWN]), *more])


def _as_json(learned: Learned) -> str:
    told = {name: getattr(learned, name) for name in ("issues", "changes", "skipped")}
    took = {"seconds": round(learned.seconds, 1), "storing": round(learned.storing, 1)}
    return json.dumps({**told, **took, "projects": dict(learned.projects)}, sort_keys=True)
