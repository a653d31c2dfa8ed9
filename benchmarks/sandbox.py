"""Measures how large a town the sandbox holds and how fast it answers: the start, the memory, reads of issues by id.

The sandbox runs on one core, in a process of its own; so does whoever asks it, on the others where there are some.
"""

import base64
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import click
import requests

from benchmarks.installation import ROOT, own_environ
from benchmarks.load import Load, send
from sandbox.direct import direct_session

_PORTS = ("--page-port", "0", "--jira-port", "0", "--slack-port", "0")
_AUTH = base64.b64encode(b"yardmaster@example.com:sandbox").decode()
_ASKED = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Seconds to the first answer, megabytes in memory, answers a second, milliseconds to an answer."""

    people: int
    issues: int
    ready_s: float
    rss_mb: float
    reads_per_s: float
    p50_ms: float
    p99_ms: float
    failures: int


@click.command()
@click.option("--people", default=1_000, show_default=True, type=click.IntRange(1), help="How many people there are.")
@click.option("--issues", default=100_000, show_default=True, type=click.IntRange(1), help="How many issues there are.")
@click.option("--connections", default=4, show_default=True, type=click.IntRange(1), help="How many ask at once.")
@click.option("--seconds", default=5.0, show_default=True, type=click.FloatRange(0.1), help="For how long.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def sandbox(people: int, issues: int, connections: int, seconds: float, as_json: bool) -> None:
    """Measure a sandbox of any size: its start, its memory, and reads of issues by id."""
    began = time.perf_counter()
    with _town(people, issues) as (process, jira):
        numbers = _numbers(jira, min(issues, 1_000))
        ready = time.perf_counter() - began
        rss = _resident_mb(process.pid)
        port = int(urlsplit(jira).port or 0)
        dice = random.Random(1)  # noqa: S311 - which issues are asked for, not a secret
        asked = [_read(dice.choice(numbers)) for _ in range(_ASKED)]
        found = send(Load(port=port, requests=asked, connections=connections, seconds=seconds))
    times = quantiles(found.seconds, n=100)
    town = Town(
        people=people,
        issues=issues,
        ready_s=ready,
        rss_mb=rss,
        reads_per_s=found.rate,
        p50_ms=times[49] * 1000,
        p99_ms=times[98] * 1000,
        failures=found.failures,
    )
    if as_json:
        click.echo(json.dumps(asdict(town)))
        return
    click.echo(f"ready                {town.ready_s:8.1f} s    {people} people, {issues} issues")
    click.echo(f"memory               {town.rss_mb:8.0f} MB")
    click.echo(f"reads by id          {town.reads_per_s:8.0f} /s   by {connections} at once, on one core")
    click.echo(f"an answer takes      {town.p50_ms:8.1f} ms   p99 {town.p99_ms:.1f} ms")
    if town.failures:
        raise click.ClickException(f"{town.failures} reads got no answer")


@contextmanager
def _town(people: int, issues: int) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    command = [sys.executable, "-m", "sandbox", *_PORTS, "--people", str(people), "--issues", str(issues)]
    core = {min(os.sched_getaffinity(0))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=own_environ()) as process:
        os.sched_setaffinity(process.pid, core)
        try:
            ready = json.loads(process.stdout.readline() if process.stdout else "")
            yield process, str(ready["jira"])
        finally:
            process.terminate()


def _numbers(jira: str, most: int) -> list[str]:
    """The ids of the newest issues, as the search finds them."""
    with direct_session() as session:
        session.auth = requests.auth.HTTPBasicAuth("yardmaster@example.com", "sandbox")
        asked = {"jql": "created >= -800d ORDER BY created DESC", "maxResults": str(most)}
        answer = session.get(f"{jira}/rest/api/2/search/jql", params=asked, timeout=60)
        answer.raise_for_status()
        return [str(issue["id"]) for issue in answer.json()["issues"]]


def _read(number: str) -> bytes:
    head = f"GET /rest/api/2/issue/{number} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {_AUTH}\r\n\r\n"
    return head.encode()


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
