"""Measures how the reminders of many open questions come: how many messages a second in a channel, how many refused.

Door, worker, PostgreSQL and the sandbox, whose Slack takes no more than the real one: five messages at once in a
channel, then one a second. All questions fall due at the same moment, which is the worst that can happen.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Final

import click
from sqlalchemy import TextClause, text

from benchmarks.installation import ROOT, Installation, installed, running, wait_for
from sandbox.direct import direct_session

_AT_ONCE: Final = 8
_PATIENCE_S: Final = 900.0
_QUIET_S: Final = 3.0
_PAUSE_S: Final = 0.25
_MORNING: Final = "2026-11-25T10:00:00Z"  # a Wednesday, when both who may answer are at work
_LATER_S: Final = 9_000
_POST: Final = "POST /api/chat.postMessage"
_RULES: Final = """
roles: {{buyer: {{purpose: Decides what is bought., may: [approve, read]}}}}
people: {{mika: {{roles: [triager, buyer]}}, priya: {{roles: [triager, operator, buyer]}}}}
noise: {{messages_a_day: {a_day}}}
agents: {{approvals: {{actions_per_day: 100000}}}}
workflows:
  duplicates: {{when: item.project == "NONE"}}
  purchases:
    outcome: Nothing is bought that nobody agreed to.
    owner: operator
    agent: approvals
    when: item.project == "OPS"
    approvers: buyer
    channel: "#yard"
    expires_after_hours: 72
    remind_after_hours: 2
    gate:
      on_status: Waiting for approval
      approved: {{statuses: [In progress], comment: "Approved by {{people}}."}}
      rejected: {{statuses: [Closed], comment: "Rejected by {{people}}."}}
"""
_SHOWN = text("SELECT count(*) FROM cards WHERE card LIKE '%\"ts\"%' AND place NOT LIKE 'user:%'")
_REMINDED = text("SELECT count(*) FROM ledger WHERE kind = 'request.reminded'")
_HELD = text("SELECT count(*) FROM held_back")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """What came. `most_a_second`: in any one channel in any one second; `refused`: posts that Slack did not take."""

    questions: int
    reminded: int
    held_back: int
    posted: int
    seconds: float
    most_a_second: int
    refused: int


@click.command()
@click.option("--questions", default=500, show_default=True, help="How many wait for an answer.")
@click.option("--a-day", default=40, show_default=True, help="Messages that a person gets in a day, as the rules say.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def reminders(questions: int, a_day: int, as_json: bool) -> None:
    """Measure the messages that come when all open questions are reminded of at the same moment."""
    with installed() as yard, ExitStack() as stack:
        (yard.rules / "purchases.yml").write_text(_RULES.format(a_day=a_day), encoding="utf-8")
        _clock(yard, now=_MORNING)
        environ = yard.environ() | {"YARDMASTER_CLOCK_URL": f"{yard.sandbox.world.places.page}/_sandbox/clock"}
        for program in ("door", "worker"):
            stack.enter_context(running([sys.executable, str(ROOT / "app.py"), program], environ))
        wait_for(f"{yard.door}/health/ready")
        yard.connect()
        _ask(yard, questions)
        yard.sandbox.world.slack.rate_limit = True
        found = _measured(yard, questions)
    click.echo(json.dumps(asdict(found)) if as_json else _told(found))


def _ask(yard: Installation, questions: int) -> None:
    """Have so many issues wait for a decision, and wait until each has its card."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda nth: _report(yard, nth), range(questions)))
    end = time.monotonic() + _PATIENCE_S
    while _count(yard, _SHOWN) < questions:
        if time.monotonic() > end:
            raise click.ClickException(f"only {_count(yard, _SHOWN)} of {questions} questions were asked in time")
        time.sleep(_PAUSE_S)


def _report(yard: Installation, nth: int) -> None:
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": f"Chair number {nth}"}
    with direct_session() as dana:
        dana.auth = ("dana@example.com", "sandbox")
        url = f"{yard.sandbox.world.places.jira}/rest/api/2/issue"
        made = dana.post(url, json={"fields": fields}, timeout=30)
        made.raise_for_status()
        moved = dana.post(f"{url}/{made.json()['key']}/transitions", json={"transition": {"id": "83"}}, timeout=30)
        moved.raise_for_status()


def _measured(yard: Installation, questions: int) -> Reminders:
    posts, tried = len(yard.effects.posts()), yard.requests.by_looks()[_POST]
    _clock(yard, advance_seconds=_LATER_S)
    began = time.perf_counter()
    _until_quiet(yard, posts + 2 * questions)
    times = yard.effects.posts()[posts:]
    return Reminders(
        questions=questions,
        reminded=_count(yard, _REMINDED),
        held_back=_count(yard, _HELD),
        posted=len(times),
        seconds=round(max((at for at, _ in times), default=began) - began, 1),
        most_a_second=max(_each_second(times), default=0),
        refused=yard.requests.by_looks()[_POST] - tried - len(times),
    )


def _until_quiet(yard: Installation, messages: int) -> None:
    """Wait until so many messages were posted or held back, and none has come for a while."""
    end = time.monotonic() + _PATIENCE_S
    last, since = -1, time.monotonic()
    while time.monotonic() < end:
        came = len(yard.effects.posts()) + _count(yard, _HELD)
        if came != last or came < messages:
            last, since = came, time.monotonic()
        if time.monotonic() - since > _QUIET_S:
            return
        time.sleep(_PAUSE_S)
    raise click.ClickException("reminders still come")


def _each_second(posts: Sequence[tuple[float, str]]) -> Iterator[int]:
    """Give how many came in a channel within the second after each of its messages."""
    by_channel = Counter(channel for _, channel in posts)
    for name in by_channel:
        times = [at for at, channel in posts if channel == name]
        yield from (sum(first <= at < first + 1.0 for at in times) for first in times)


def _clock(yard: Installation, **told: object) -> None:
    with direct_session() as session:
        session.post(f"{yard.sandbox.world.places.page}/_sandbox/clock", json=told, timeout=10).raise_for_status()


def _count(yard: Installation, query: TextClause) -> int:
    with yard.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def _told(found: Reminders) -> str:
    return "\n".join(
        (
            f"{found.questions} open questions, all reminded of at once: {found.reminded} reminders",
            f"{found.posted} messages in {found.seconds:.1f} s, {found.held_back} held back",
            f"at most {found.most_a_second} in a channel within a second; Slack refused {found.refused}",
        )
    )
