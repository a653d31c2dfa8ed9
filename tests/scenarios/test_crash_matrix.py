"""The long form of the crash test (`make crash-test`): killed at random moments under load, the database included.

Chosen by YARDMASTER_CRASHES (how many, 25 by default) and YARDMASTER_CRASH_SEED; real issues where the shared folder is
there, made-up ones where it is not. Now and then no webhook comes, so that only asking Jira finds what changed.
"""

from __future__ import annotations

import json
import lzma
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from integrations.store import migrate, private_postgres
from integrations.store.items import PostgresItems
from integrations.store.private_postgres import PrivatePostgres
from integrations.store.sealing import verify
from integrations.supervisor import Program, Supervisor
from sandbox.jira.records import Issue
from sandbox.running import Sandbox, default_seed, new_world
from tests.sandbox.ear import control, new_issue
from tests.scenarios.test_crashes import acknowledged, handled, report
from tests.scenarios.town import SLACK, YARD, Town, eventually, quiet_rules, wednesday
from tests.scenarios.victims import Killer, deck

pytestmark = [pytest.mark.crash_matrix, pytest.mark.timeout(1800)]

CRASHES = int(os.environ.get("YARDMASTER_CRASHES", "25"))
SEED = int(os.environ.get("YARDMASTER_CRASH_SEED", "8801"))
REAL = Path(os.environ.get("YARDMASTER_SHARED", Path(__file__).parents[3] / "shared")) / "datasets"
LETTERS = "bcdfghjklmnpqrstvwxz"
NEVER = datetime.min.replace(tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[PrivatePostgres]:
    home = Path(tempfile.mkdtemp(prefix=f"ymc-{uuid4().hex[:6]}-"))
    home.chmod(0o711)
    started = private_postgres.start(home)
    yield started
    private_postgres.start(home).stop()
    shutil.rmtree(home)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    seed = default_seed()
    world = new_world(replace(seed, slack=replace(seed.slack, rate_limit=False)))
    world.clock.set(wednesday(world.clock.now()))
    running = Sandbox(world)
    running.start()
    yield running
    running.stop()


def press_all(town: Town, stop: threading.Event) -> None:
    """Mika approves whatever is asked, and presses again until Slack says that it was taken."""
    pressed: set[str] = set()
    while not stop.wait(0.2):
        for card in town.messages():
            if card["ts"] in pressed or "request.approve" not in str(card):
                continue
            button = town.button(card, "request.approve")
            where = {"user": SLACK["mika"], "channel": YARD, "ts": card["ts"]}
            answer = town.ask("slack/press", **where, action_id=button["action_id"], value=button["value"])
            if answer.get("acked"):
                pressed.add(card["ts"])


def real_issues() -> list[dict[str, str]]:
    """What people really wrote, in their order; nothing where the shared folder is not there."""
    path = REAL / "jira_issues_apache.jsonl.xz"
    if not path.exists():
        return []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        found = [json.loads(line)["fields"] for line in lines]
    found.sort(key=lambda one: str(one["created"]))
    return [{"summary": one["summary"], "description": one["description"] or ""} for one in found]


def made_issues() -> Iterator[dict[str, str]]:
    """Each unlike all others."""
    dice = random.Random(SEED)
    while True:
        yield report("".join(dice.choices(LETTERS, k=8)))


def report_all(town: Town, stop: threading.Event) -> None:
    """Tom reports one real issue after another, then made-up ones."""
    tom = town.as_person("tom")
    for issue in chain(real_issues(), made_issues()):
        if stop.wait(0.3):
            return
        new_issue(tom, "OPS", **issue)


@contextmanager
def at_work(town: Town, *tasks: Callable[[Town, threading.Event], None]) -> Iterator[None]:
    """People who go on with something meanwhile."""
    stop = threading.Event()
    people = [threading.Thread(target=task, args=(town, stop)) for task in tasks]
    for one in people:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in people:
            one.join()


@pytest.fixture
def town(server: PrivatePostgres, sandbox: Sandbox, tmp_path: Path) -> Iterator[Town]:
    """Polled as well; with the budget of a long day."""
    rules = quiet_rules(tmp_path / "rules")
    (rules / "budget.yml").write_text("agents: {duplicates: {actions_per_day: 100000}}")
    migrate.upgrade(server.url())
    connected = Town(sandbox, server.url(), poll=3, rules=rules)
    connected.connect()
    yield connected
    connected.close()


@contextmanager
def kept(town: Town) -> Iterator[Supervisor]:
    """Door and worker, started again whenever they end."""
    environ = town.environ()
    programs = [Program(name=name, command=town.command_line(name), environ=environ) for name in ("door", "worker")]
    supervisor = Supervisor(programs=programs)
    keeping = threading.Thread(target=supervisor.run)
    keeping.start()
    try:
        yield supervisor
    finally:
        supervisor.stop.set()
        keeping.join()


@contextmanager
def deaf(town: Town) -> Iterator[None]:
    """No webhook reaches us meanwhile, nor will later: what changes, only asking Jira finds."""
    control(town.sandbox, "POST", "connect", {"webhook": None})
    yield
    town.connect()


def crash_again_and_again(town: Town, killer: Killer) -> list[str]:
    """Kill at random moments, while people report what repeats; gives the issues that have to end well."""
    dice, dana, keys = random.Random(SEED), town.as_person("dana"), []
    for number, victim in enumerate(deck(CRASHES, dice)):
        theme = "".join(dice.choices(LETTERS, k=9))
        with deaf(town) if number % 5 == 4 else nullcontext():
            new_issue(dana, "PAY", **report(theme))
            keys.append(new_issue(dana, "WEB", **report(theme)))
        time.sleep(dice.uniform(0.0, 3.0))
        killer.kill(victim)
    return keys


def test_nothing_is_lost_or_doubled_whatever_is_killed_when(
    server: PrivatePostgres, town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{CRASHES} crashes, YARDMASTER_CRASH_SEED={SEED}\n")
    old = frozenset(town.sandbox.world.jira.issues)
    with kept(town) as supervisor:
        killer = Killer(supervisor, server)
        town.wait_until_ready()
        with at_work(town, press_all, report_all):
            keys = crash_again_and_again(town, killer)
        with at_work(town, press_all):
            for key in keys:
                town.wait_until_closed(key, 300)
            eventually(lambda: quiet(town), 300, why="something is still under way")
        with recorded(server) as database:
            eventually(lambda: unknown(town, database, old) == [], why=lambda: str(unknown(town, database, old)))
        eventually(lambda: quiet(town), why="something is still under way")
        assert acknowledged(town) - handled(town) == set()

    wanted = ("link.created", "comment.created", "transition.done")
    done = Counter((one["kind"], one["issue"]) for one in town.effects(*wanted))
    assert {pair: times for pair, times in done.items() if times > 1} == {}
    assert set(done) >= {(kind, key) for key in keys for kind in wanted}
    with recorded(server) as database:
        assert verify(database).findings == ()
        assert len(town.effects("message.posted")) == cards(database)
    with capsys.disabled():
        sys.stdout.write(f"killed {dict(killer.toll)} among {len(new_issues_of(town, old))} issues\n")
    assert killer.toll["with the sealer's lease"] >= killer.toll["sealer"]


def new_issues_of(town: Town, old: frozenset[int]) -> list[Issue]:
    """The issues that came since."""
    with town.sandbox.world.lock:
        return [one for id_, one in town.sandbox.world.jira.issues.items() if id_ not in old]


def unknown(town: Town, database: Engine, old: frozenset[int]) -> list[str]:
    """The new issues that we do not know as Jira has them."""
    ours = PostgresItems(database)
    known = {one.id: one.updated for one in ours.items([issue.id for issue in new_issues_of(town, old)])}
    return [one.key for one in new_issues_of(town, old) if known.get(one.id, NEVER) < in_ms(one.updated)]


def in_ms(at: datetime) -> datetime:
    """A time as precisely as Jira tells it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@contextmanager
def recorded(server: PrivatePostgres) -> Iterator[Engine]:
    engine = create_engine(server.url())
    yield engine
    engine.dispose()


def cards(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM cards")).scalar_one())


def quiet(town: Town) -> bool:
    with suppress(SQLAlchemyError, requests.RequestException):
        return town.at_rest()
    return False
