import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integrations.supervisor import Program, Supervisor


def until(check: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def program(source: str, name: str = "one", *, once: bool = False) -> Program:
    return Program(name=name, command=[sys.executable, "-c", source], environ=dict(os.environ), once=once)


@pytest.fixture
def keep() -> Iterator[Callable[..., Supervisor]]:
    kept: list[tuple[Supervisor, threading.Thread]] = []

    def begin(*programs: Program) -> Supervisor:
        supervisor = Supervisor(programs=programs)
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        kept.append((supervisor, thread))
        return supervisor

    yield begin
    for supervisor, thread in kept:
        supervisor.stop.set()
        thread.join()


def test_a_program_that_is_killed_is_started_again(keep: Callable[..., Supervisor]) -> None:
    one = program("import sys; sys.stdin.read()")
    keep(one)
    until(lambda: one.pid() is not None)
    first = one.pid()
    assert first is not None

    os.kill(first, signal.SIGKILL)

    until(lambda: one.pid() not in (None, first))


def test_a_program_that_keeps_ending_is_given_rests(keep: Callable[..., Supervisor], tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    keep(program(f"open({str(tally)!r}, 'a').write('x'); raise SystemExit(1)"))
    until(lambda: tally.exists() and len(tally.read_text()) >= 2)

    time.sleep(1.0)

    assert len(tally.read_text()) < 5


def test_a_program_that_is_to_run_once_is_not_started_again_when_it_is_done(
    keep: Callable[..., Supervisor], tmp_path: Path
) -> None:
    tally = tmp_path / "tally"
    one = program(f"open({str(tally)!r}, 'a').write('x')", once=True)
    keep(one)
    until(lambda: one.process is not None and one.process.poll() == 0)

    time.sleep(0.6)

    assert tally.read_text() == "x"


def test_all_programs_are_asked_to_end_and_waited_for(tmp_path: Path) -> None:
    told = tmp_path / "told"
    polite = (
        "import signal, sys, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (open({str(told)!r}, 'w').write('bye'), sys.exit(0)))\n"
        f"open({str(told)!r}, 'w').write('ready')\n"
        "time.sleep(60)"
    )
    supervisor = Supervisor(programs=[program(polite)])
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    until(lambda: told.exists() and told.read_text() == "ready")

    supervisor.stop.set()
    thread.join(60)

    assert told.read_text() == "bye"
    assert supervisor.programs[0].pid() is None


def test_programs_hear_of_their_supervisors_death_by_their_standard_input(tmp_path: Path) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    child = f"import sys; open({str(begun)!r}, 'w'); sys.stdin.read(); open({str(ended)!r}, 'w')"
    parent = (
        "import os, sys; sys.path.insert(0, os.getcwd())\n"
        "from integrations.supervisor import Program, Supervisor\n"
        f"one = Program(name='one', command=[sys.executable, '-c', {child!r}], environ=os.environ)\n"
        "Supervisor(programs=[one]).run()"
    )
    with subprocess.Popen([sys.executable, "-c", parent]) as process:
        until(begun.exists)

        process.kill()

    until(ended.exists)
