"""Measures how fast, and in how much memory, `yardmaster backfill` learns a whole Jira with its changelogs.

The program runs as it is installed, as a process of its own, against the sandbox (in this process) and a PostgreSQL as
durable as the real one. What it stored is counted afterwards. It leaves nothing behind.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import click
from sqlalchemy import create_engine, func, select

from benchmarks.database import own_database
from benchmarks.made_issues import MadeIssues
from benchmarks.made_site import MadeSite
from benchmarks.vendors import vendors
from integrations.store.tables import baselines, item_changes, items

#: A small process in between: a process inherits the peak of who starts it, and this one holds the whole sandbox.
_LAUNCH = """
import json, resource, subprocess, sys
ended = subprocess.run([sys.executable, *sys.argv[1:]])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_maxrss, used.ru_utime + used.ru_stime]))
sys.exit(ended.returncode)
"""
_PROGRAM = Path(__file__).parents[1] / "app.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a run took, in seconds, and its memory at the peak.

    `storing`: in the database. `jira`: waiting for answers, and reading them. `around`: the start, the count before it
    and the baseline after it. `own_cpu` and `sandbox_cpu`: what the processors worked.
    """

    issues: int
    changes: int
    seconds: float
    issues_a_second: float
    storing: float
    jira: float
    around: float
    own_cpu: float
    sandbox_cpu: float
    peak_mib: float
    items_stored: int
    changes_stored: int
    baselines: int


@click.command()
@click.option("--issues", default=2_000, show_default=True, type=click.IntRange(1), help="How many Jira holds.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backfill(issues: int, as_json: bool) -> None:
    """Measure `yardmaster backfill` on a made-up site: issues a second, and memory at its peak."""
    measured = _measure(issues)
    if as_json:
        click.echo(json.dumps({name: round(value, 1) for name, value in asdict(measured).items()}))
        return
    click.echo(f"{measured.issues} issues, {measured.changes} changes: {measured.seconds:.1f} s")
    click.echo(f"issues/s                {measured.issues_a_second:10,.0f}")
    click.echo(f"peak memory             {measured.peak_mib:10,.0f} MiB")
    parts = {
        "asking Jira, reading": measured.jira,
        "storing": measured.storing,
        "start and baseline": measured.around,
        "processor, the program": measured.own_cpu,
        "processor, the sandbox": measured.sandbox_cpu,
    }
    for name, seconds in parts.items():
        click.echo(f"{name:24}{seconds:10,.1f} s")
    click.echo(
        f"stored: {measured.items_stored} issues, {measured.changes_stored} changes, {measured.baselines} baseline"
    )


def _measure(issues: int) -> Measured:
    with own_database() as server, vendors() as (sandbox, _, _), tempfile.TemporaryDirectory() as home:
        MadeSite(sandbox.world.jira).settle(MadeIssues().from_(1, issues))
        environ = {
            "YARDMASTER_DATABASE_URL": server.url(),
            "YARDMASTER_HOME": home,
            "JIRA_URL": sandbox.world.places.jira,
            "JIRA_EMAIL": "yardmaster@example.com",
            "JIRA_API_TOKEN": "sandbox",
            "SLACK_BOT_TOKEN": "xoxb-unused",
            "SLACK_APP_TOKEN": "xapp-unused",
        }
        busy, began = process_time(), perf_counter()
        told, memory, cpu = _run(environ, home)
        seconds, sandbox_cpu = perf_counter() - began, process_time() - busy
        stored = _stored(server.url())
    return Measured(
        issues=told["issues"],
        changes=told["changes"],
        seconds=seconds,
        issues_a_second=told["issues"] / seconds,
        storing=told["storing"],
        jira=told["seconds"] - told["storing"],
        around=seconds - told["seconds"],
        own_cpu=cpu,
        sandbox_cpu=sandbox_cpu,
        peak_mib=memory / (1024 if sys.platform == "linux" else 1024 * 1024),
        items_stored=stored[0],
        changes_stored=stored[1],
        baselines=stored[2],
    )


def _run(environ: Mapping[str, str], home: str) -> tuple[dict[str, Any], int, float]:
    """Run the program to its end; gives what it printed, its peak memory as the system counts it, its CPU time."""
    ours = ("JIRA_", "SLACK_", "YARDMASTER_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    words = [sys.executable, "-c", _LAUNCH, str(_PROGRAM), "backfill", "--json", "--weeks", "260"]
    ended = subprocess.run(words, env={**kept, **environ}, cwd=home, stdout=subprocess.PIPE, check=False)
    if ended.returncode:
        raise click.ClickException(f"the backfill ended with {ended.returncode}")
    told, used = ended.stdout.splitlines()
    memory, cpu = json.loads(used)
    return json.loads(told), memory, cpu


def _stored(url: str) -> list[int]:
    """Count the issues, changes and baselines that are stored."""
    engine = create_engine(url)
    with engine.connect() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)) for table in (items, item_changes, baselines)
        ]
        found = [int(count.scalar_one()) for count in counts]
    engine.dispose()
    return found
