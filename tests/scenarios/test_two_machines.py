"""Two machines on one PostgreSQL: a door and two workers each. What both hear is done once; one of them may be lost."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from integrations.store.sealing import verify
from integrations.supervisor import Program, Supervisor
from sandbox.jira.webhooks import Webhook
from sandbox.running import Sandbox, default_seed, new_world
from tests.sandbox.ear import new_issue
from tests.scenarios.test_crash_matrix import at_work, press_all, report_all
from tests.scenarios.test_crashes import THEMES, acknowledged, handled, report
from tests.scenarios.town import WEBHOOK_SECRET, Json, Town, eventually, quiet_rules, wednesday

WANTED = ("link.created", "comment.created", "transition.done")
A_DAY_S = 25 * 3600
_UNDER_WAY = text("""
SELECT (SELECT count(*) FROM events WHERE state = 'waiting') + (SELECT count(*) FROM procrastinate_jobs)
""")
_TOLD = text("SELECT count(*) FROM ledger WHERE kind = :kind")


@dataclass
class Machine:
    """A door and two workers with a home, rules and a port of their own; `lose` takes all of it away at once."""

    town: Town
    home: Path
    hook: Webhook = field(init=False)
    supervisor: Supervisor = field(init=False)
    keeping: threading.Thread = field(init=False)

    def start(self) -> None:
        hooks = self.town.sandbox.world.webhooks
        self.hook = hooks.register(name=self.home.name, url=f"{self.town.url}/jira/webhook", secret=WEBHOOK_SECRET)
        environ = self.town.environ() | {"YARDMASTER_HOME": str(self.home)}
        programs = [
            Program(name=name, command=self.town.command_line(name), environ=environ)
            for name in ("door", "worker", "worker")
        ]
        self.supervisor = Supervisor(programs=programs)
        self.keeping = threading.Thread(target=self.supervisor.run)
        self.keeping.start()

    def lose(self) -> None:
        for pid in [one.pid() for one in self.supervisor.programs]:
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.stop()
        del self.town.sandbox.world.webhooks.hooks[self.hook.id]  # whoever spreads the load sees that it is gone

    def stop(self) -> None:
        self.supervisor.stop.set()
        self.keeping.join()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    seed = default_seed()
    world = new_world(replace(seed, slack=replace(seed.slack, rate_limit=False)))
    world.clock.set(wednesday(world.clock.now()))
    running = Sandbox(world)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def machines(sandbox: Sandbox, database_url: str, tmp_path: Path) -> Iterator[list[Machine]]:
    """Both ready, started at the same moment."""
    with ExitStack() as stack:
        found = []
        for name in ("one", "two"):
            rules = quiet_rules(tmp_path / name / "rules")
            machine = Machine(Town(sandbox, database_url, poll=1, rules=rules), tmp_path / name)
            stack.callback(machine.town.close)
            machine.start()
            stack.callback(machine.stop)
            found.append(machine)
        for machine in found:
            machine.town.wait_until_ready()
        eventually(lambda: sandbox.world.outlet.hub.count() == 2, why="the doors do not both listen to Slack")
        yield found


@contextmanager
def stored(town: Town) -> Iterator[Engine]:
    engine = create_engine(town.database_url)
    yield engine
    engine.dispose()


def told(database: Engine, kind: str) -> int:
    with database.connect() as connection:
        return int(connection.execute(_TOLD, {"kind": kind}).scalar_one())


def rests(database: Engine) -> bool:
    with database.connect() as connection:
        return not connection.execute(_UNDER_WAY).scalar_one()


def report_twice(town: Town, theme: str) -> str:
    dana = town.as_person("dana")
    new_issue(dana, "PAY", **report(theme))
    return new_issue(dana, "WEB", **report(theme))


def press_both(town: Town, stop: threading.Event) -> None:
    """Mika and Priya approve whatever is asked, at the same moment."""
    pressed: set[str] = set()
    while not stop.wait(0.2):
        for card in town.messages():
            if card["ts"] not in pressed and "request.approve" in str(card):
                pressed.add(card["ts"])
                together(town, card)


def together(town: Town, card: Json) -> None:
    ready = threading.Barrier(2)

    def press(person: str) -> None:
        ready.wait(10)
        for _ in range(50):
            if town.press(person, card, "request.approve").get("acked"):
                return
            time.sleep(0.1)

    people = [threading.Thread(target=press, args=(person,)) for person in ("mika", "priya")]
    for one in people:
        one.start()
    for one in people:
        one.join()


def assert_once(town: Town, keys: list[str], questions: int) -> None:
    """Each question and effect once, what was acknowledged handled, the ledger whole, the rules published once."""
    with stored(town) as database:
        eventually(lambda: rests(database), why="something is still under way")
        eventually(lambda: verify(database).unsealed == 0, why="nobody seals")
        assert verify(database).findings == ()
        assert told(database, "rules.activated") == 1
        assert told(database, "request.asked") == questions
    done = Counter((one["kind"], one["issue"]) for one in town.effects(*WANTED))
    assert {pair: times for pair, times in done.items() if times > 1} == {}
    assert set(done) >= {(kind, key) for key in keys for kind in WANTED}
    assert len(town.effects("message.posted")) == questions
    assert acknowledged(town) - handled(town) == set()


@pytest.mark.long
def test_two_machines_ask_act_and_tick_as_one(machines: list[Machine]) -> None:
    town = machines[0].town
    late = report_twice(town, "voucher")
    town.card(late, "request.approve")
    town.ask("clock", advance_seconds=A_DAY_S)
    town.card(late, "Expired")

    with at_work(town, press_both):
        keys = [report_twice(town, theme) for theme in THEMES[1:]]
        for key in keys:
            town.wait_until_closed(key)
            town.card(key, "All done")

    assert [one["data"]["outcome"]["kind"] for one in town.told(late, "outcome.recorded")] == ["expired"]
    assert_once(town, keys, questions=len(keys) + 1)
    for key in keys:
        assert len(town.told(key, "vote.cast")) == 1
        assert [one["text"] for one in town.told(key, "command.refused")] != []


@pytest.mark.crash_matrix
def test_a_machine_that_is_lost_under_load_loses_nothing(
    machines: list[Machine], capsys: pytest.CaptureFixture[str]
) -> None:
    lost, left = machines
    town = left.town
    with at_work(town, press_all, report_all):
        keys = [report_twice(town, theme) for theme in THEMES]
        time.sleep(2.0)
        lost.lose()
        began = time.monotonic()
        after = report_twice(town, "lantern")
        town.wait_until_closed(after)
        took = time.monotonic() - began
    with at_work(town, press_all):
        for key in keys:
            town.wait_until_closed(key)
        with stored(town) as database:
            eventually(lambda: rests(database), why="something is still under way")

    with capsys.disabled():
        sys.stdout.write(f"\n{took:.1f} s after a machine was lost, what was reported then was asked, approved, done\n")
    with stored(town) as database:
        questions = told(database, "request.asked")
    assert_once(town, [*keys, after], questions)
