"""Measures how long people and machines wait for the program to start: its help, a door, and everything with `run`.

Each is a process of its own, from its launch to its end or to the first answer that says that it is ready.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import click

from benchmarks.installation import ROOT, free_port, installed, own_environ, running, wait_for

_APP = str(ROOT / "app.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """Seconds; `help` and `door` are medians. `first_run` makes the database's files, `next_run` finds them."""

    help: float
    door: float
    first_run: float
    next_run: float


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="How often help and door start.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def start(rounds: int, as_json: bool) -> None:
    """Measure the time to help, to a door that answers, and to a ready `yardmaster run` with the sandbox."""
    home = Path(tempfile.mkdtemp(prefix="ym-start-"))
    home.chmod(0o711)  # as root, the server's own user passes through
    try:
        found = Starts(
            help=median(_help() for _ in range(rounds)),
            door=_door(rounds),
            first_run=_run(home),
            next_run=_run(home),
        )
    finally:
        shutil.rmtree(home)
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    click.echo(f"--help               {found.help:6.2f} s")
    click.echo(f"door answers         {found.door:6.2f} s")
    click.echo(f"run is ready, first  {found.first_run:6.2f} s   with sandbox, a new database, door and worker")
    click.echo(f"run is ready, again  {found.next_run:6.2f} s")


def _help() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, _APP, "--help"], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - began


def _door(rounds: int) -> float:
    with installed() as yard:
        took = [
            _until(f"{yard.door}/health/live", [sys.executable, _APP, "door"], yard.environ()) for _ in range(rounds)
        ]
    return median(took)


def _run(home: Path) -> float:
    port, environ = free_port(), own_environ()
    environ |= {"YARDMASTER_HOME": str(home), "YARDMASTER_PORT": str(port)}
    command = [sys.executable, _APP, "run", "--page-port", "0", "--jira-port", "0", "--slack-port", "0"]
    return _until(f"http://127.0.0.1:{port}/health/ready", command, environ)


def _until(url: str, command: Sequence[str], environ: dict[str, str]) -> float:
    began = time.perf_counter()
    with running(command, environ, quiet=True):
        wait_for(url)
        return time.perf_counter() - began
