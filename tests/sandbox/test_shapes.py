"""The sandbox's process learns shapes before its threads share them, or it may end by a null pointer."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
MANY_THREADS_READ_NEW_SHAPES = """
import sys, threading, types, msgspec
from dataclasses import make_dataclass
from sandbox.shapes import learn_shapes
sys.setswitchinterval(1e-6)
made = sys.modules["sandbox.made"] = types.ModuleType("sandbox.made")
def shape(kind, name, fields):
    if kind is msgspec.defstruct:
        return kind(name, [(field, one | None, None) for field, one in fields])
    return kind(name, [(field, one | None) for field, one in fields])
for number in range(60):
    kind = (msgspec.defstruct, make_dataclass)[number % 2]
    inner = [shape(kind, f"I{number}_{n}", [(f"f{m}", int) for m in range(10)]) for n in range(12)]
    made.outer = shape(kind, f"T{number}", [(f"g{n}", one) for n, one in enumerate(inner)])
    learn_shapes()
    given = {f"g{n}": {f"f{m}": 1 for m in range(10)} for n in range(12)}
    together = threading.Barrier(4)
    def read():
        together.wait()
        msgspec.convert(given, made.outer)
    threads = [threading.Thread(target=read) for _ in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
"""
WHAT_IS_LEARNT_BY_THE_START = """
from sandbox import shapes
from sandbox.running import Sandbox, default_seed, new_world
learnt = []
shapes.msgspec.json.Decoder = learnt.append
running = Sandbox(new_world(default_seed()))
running.start()
running.stop()
print(*sorted({one.__qualname__ for one in learnt} & {"Build", "Fault", "Pace", "Seed", "Webhook"}))
"""


def ended(program: str) -> tuple[int, str, str]:
    command = (sys.executable, "-c", program)
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=250, check=False)
    return done.returncode, done.stdout.strip(), done.stderr


def test_threads_that_read_a_shape_for_the_first_time_at_once_end_nothing() -> None:
    assert ended(MANY_THREADS_READ_NEW_SHAPES) == (0, "", "")


def test_what_is_asked_of_a_sandbox_is_learnt_by_its_start() -> None:
    assert ended(WHAT_IS_LEARNT_BY_THE_START) == (0, "Build Fault Pace Seed Webhook", "")
