"""A worker that is stopped in the middle of something, taken for dead, and wakes up after another has taken over.

Nothing is done twice, what it writes late is refused, and its next look is good.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import create_engine, text

from integrations.store.sealing import verify
from sandbox.faults import Fault
from tests.sandbox.ear import new_issue
from tests.scenarios.gates import AT_COMMIT, Trap, gate, slow_answer
from tests.scenarios.test_crashes import acknowledged, handled, press_until_taken, report
from tests.scenarios.town import ROOT, YARD, Town, eventually

SLEEP_S = 20.0
TAKEN_FOR_DEAD_S = 6.0
WANTED = ("link.created", "comment.created", "transition.done")
Setting = Callable[[Town], AbstractContextManager[Trap]]


def in_database(when: str) -> Setting:
    return lambda town: gate(town.database_url, when)


def in_jira(**about: object) -> Setting:
    return lambda town: slow_answer(town.sandbox, service="jira", method="POST", **about)


def in_slack(**about: object) -> Setting:
    return lambda town: slow_answer(town.sandbox, service="slack", **about)


#: what the worker is in the middle of, and how it is met there
WHILE_ASKING: dict[str, Setting] = {
    "learning an issue": in_database("AFTER UPDATE ON items FOR EACH ROW"),
    "committing what a look came to": in_database("AFTER INSERT ON requests FOR EACH ROW"),
    "about to post a card": in_database(f"AFTER UPDATE ON cards {AT_COMMIT} WHEN (NEW.card ~ 'trying_since...2')"),
    "posting a card": in_slack(path="chat.postMessage", delay_ms=1500),
    "posting a card to a slow Slack": in_slack(path="chat.postMessage", delay_ms=8000),
    "sealing": in_database("AFTER INSERT ON seals FOR EACH STATEMENT"),
}
WHILE_ACTING: dict[str, Setting] = {
    "claimed, not called": in_database(f"AFTER UPDATE ON actions {AT_COMMIT} WHEN (NEW.state = 'claimed')"),
    "called, not finished": in_jira(path="/comment$", delay_ms=1500),
    "finishing": in_database("AFTER UPDATE ON actions FOR EACH ROW WHEN (NEW.state = 'done')"),
}


class Twice:
    """What two people report alike, through to its end."""

    def __init__(self, town: Town, theme: str) -> None:
        dana = town.as_person("dana")
        new_issue(dana, "PAY", **report(theme))
        self.town, self.key = town, new_issue(dana, "WEB", **report(theme))

    def approve(self) -> None:
        press_until_taken(self.town, self.town.card(self.key, "request.approve"))

    def wait_until_closed(self) -> None:
        self.town.wait_until_closed(self.key)
        self.town.card(self.key, "All done")


@contextmanager
def asleep(town: Town, trap: Trap, seconds: float) -> Iterator[None]:
    """Stop the worker where it is caught, for so long at least."""
    trap.caught()
    began = time.monotonic()
    os.kill(town.processes["worker"].pid, signal.SIGSTOP)
    trap.let_go()
    try:
        yield
        time.sleep(max(0.0, began + seconds - time.monotonic()))
    finally:
        os.kill(town.processes["worker"].pid, signal.SIGCONT)


def leave_it_to_the_woken(town: Town, case: Twice) -> None:
    """End the other worker; what comes now is the woken one's, and all is done once."""
    eventually(town.at_rest, why="something is still under way")
    other = town.processes.pop("other")
    other.terminate()
    assert other.wait(60) == 0
    more = Twice(town, "lantern")
    more.approve()
    more.wait_until_closed()
    assert_once(town, case.key, more.key)


def start_another(town: Town) -> None:
    started = subprocess.Popen(town.command_line("worker"), env=town.environ(), stderr=town.words, cwd=ROOT)
    town.processes["other"] = started
    eventually(lambda: counted(town, "procrastinate_workers") == 2, why="the other worker does not start")


def counted(town: Town, table: str) -> int:
    engine = create_engine(town.database_url)
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return int(found)


def assert_once(town: Town, *keys: str) -> None:
    eventually(town.at_rest, why="something is still under way")
    done = Counter((one["kind"], one["issue"]) for one in town.effects(*WANTED))
    assert done == Counter((kind, key) for key in keys for kind in WANTED)
    assert Counter(one["channel"] for one in town.effects("message.posted")) == {YARD: len(keys)}
    assert acknowledged(town) - handled(town) == set()
    engine = create_engine(town.database_url)
    assert verify(engine).findings == ()
    engine.dispose()


@pytest.mark.crash_matrix
@pytest.mark.parametrize("setting", WHILE_ASKING.values(), ids=WHILE_ASKING)
def test_a_worker_that_sleeps_while_it_asks_asks_once(town: Town, setting: Setting) -> None:
    with setting(town) as trap:
        case = Twice(town, "voucher")
        with asleep(town, trap, SLEEP_S):
            start_another(town)
            case.approve()
            case.wait_until_closed()
            eventually(lambda: counted(town, "unsealed") == 0, why="nobody seals meanwhile")

    leave_it_to_the_woken(town, case)


@pytest.mark.crash_matrix
@pytest.mark.parametrize("setting", WHILE_ACTING.values(), ids=WHILE_ACTING)
def test_a_worker_that_sleeps_while_it_acts_acts_once(town: Town, setting: Setting) -> None:
    case = Twice(town, "voucher")
    with setting(town) as trap:
        case.approve()
        with asleep(town, trap, SLEEP_S):
            start_another(town)
            case.wait_until_closed()

    leave_it_to_the_woken(town, case)


@pytest.mark.crash_matrix
def test_a_refusal_that_is_heard_late_takes_no_action_from_who_does_it_now(town: Town) -> None:
    """Jira refuses, but the worker sleeps; it wakes up while another's call of the same action is on its way."""
    refused = Fault(service="jira", method="POST", path="/comment$", times=1, delay_ms=1000, status=429)
    slow = Fault(service="jira", method="POST", path="/comment$", times=1, delay_ms=8000)
    town.sandbox.world.faults.add(refused)
    town.sandbox.world.faults.add(slow)
    case = Twice(town, "voucher")
    case.approve()
    with asleep(town, Trap(is_caught=lambda: refused.times == 0, let_go=lambda: None), 0.0):
        start_another(town)
        eventually(lambda: slow.times == 0)

    case.wait_until_closed()
    leave_it_to_the_woken(town, case)


@pytest.mark.long
def test_a_worker_that_was_taken_for_dead_while_jira_worked_says_nothing_new_and_looks_on(town: Town) -> None:
    case = Twice(town, "voucher")
    with in_jira(path="/comment$", delay_ms=1500)(town) as trap:
        case.approve()
        with asleep(town, trap, TAKEN_FOR_DEAD_S):
            time.sleep(TAKEN_FOR_DEAD_S)
            start_another(town)

    case.wait_until_closed()
    leave_it_to_the_woken(town, case)
