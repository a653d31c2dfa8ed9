"""`yardmaster doctor`: what keeps this installation from working, with the exact fix of each fault."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import sqlalchemy

from integrations.commands.root import RUNNING, Root
from integrations.doctor.examination import SYSTEMS, Examination
from integrations.doctor.finding import Finding, Verdict, fault, unchecked
from integrations.parts import given
from integrations.settings import Settings, SettingsError
from integrations.setup.desk import readable
from integrations.slack.manifest import scopes

_MARKS = {Verdict.WELL: "ok", Verdict.WARNING: "warning", Verdict.FAULT: "FAULT", Verdict.UNCHECKED: "not checked"}
_CONNECTS_WITHIN_S = 10


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--round-trip", "issue", metavar="ISSUE", help="Comment there for a moment; ask for a press in Slack.")
@click.option("--channel", metavar="NAME", help="Where to ask for the press; else in the first channel of the rules.")
@click.option(
    "--wait",
    type=click.FloatRange(1, 3600),
    default=60.0,
    show_default=True,
    help="How long to wait for each of the two, in seconds.",
)
@click.pass_obj
def doctor(root: Root, as_json: bool, issue: str | None, channel: str | None, wait: float) -> None:
    """Check settings, accounts, permissions, rules and database; print the fix of each fault.

    With --round-trip and a running door, a real webhook and a real press are waited for as well.
    """
    counted = dict.fromkeys(Verdict, 0)
    for one in _findings(root, issue, channel, wait):
        counted[one.verdict] += 1
        click.echo(json.dumps(one.plain()) if as_json else _line(one))
    if not as_json:
        click.echo(f"\nfaults: {counted[Verdict.FAULT]}, warnings: {counted[Verdict.WARNING]}")
    if counted[Verdict.FAULT]:
        raise SystemExit(1)


def _line(one: Finding) -> str:
    fix = f"\n{'':<24}-> {readable(one.fix)}" if one.fix else ""
    return f"{_MARKS[one.verdict]:<12}{one.system:<12}{readable(one.words)}{fix}"


def _findings(root: Root, issue: str | None, channel: str | None, wait: float) -> Iterator[Finding]:
    try:
        settings = Settings.read(root.environ, root.dotenv)
    except SettingsError as error:
        for mistake in error.mistakes:
            yield fault("settings", f"{mistake.name} {mistake.wrong}", mistake.instead)
        for system in SYSTEMS:
            yield unchecked(system, "all of it", "the settings cannot be used")
        return
    engine = _engine(settings)
    try:
        asked = scopes(root.manifest.read_text(encoding="utf-8"))
        now = partial(datetime.now, UTC)
        examination = Examination(settings=settings, packs=root.packs, scopes=asked, engine=engine, now=now)
        yield from examination.findings()
        if issue is not None:
            yield from examination.round_trip(issue, channel, wait, partial(click.echo, err=True))
    finally:
        if engine is not None:
            engine.dispose()


def _engine(settings: Settings) -> sqlalchemy.Engine | None:
    running: Path = settings.home / RUNNING
    url = given(settings.database_url)
    if settings.database_url is None and running.exists():
        url = running.read_text(encoding="utf-8")
    if not url:
        return None
    return sqlalchemy.create_engine(url, hide_parameters=True, connect_args={"connect_timeout": _CONNECTS_WITHIN_S})
