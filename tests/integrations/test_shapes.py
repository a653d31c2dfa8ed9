"""Shapes are learnt before threads share them, or a process may end by a null pointer."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
MANY_THREADS_READ_NEW_SHAPES = """
import sys, threading, msgspec
from integrations.shapes import learn_shapes
sys.setswitchinterval(1e-6)
for number in range(60):
    inner = [msgspec.defstruct(f"I{number}_{n}", [(f"f{m}", int | None, None) for m in range(10)]) for n in range(12)]
    outer = msgspec.defstruct(f"T{number}", [(f"g{n}", one | None, None) for n, one in enumerate(inner)])
    learn_shapes()
    given = {f"g{n}": {f"f{m}": 1 for m in range(10)} for n in range(12)}
    together = threading.Barrier(4)
    def read():
        together.wait()
        msgspec.convert(given, outer)
    threads = [threading.Thread(target=read) for _ in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
"""


def test_threads_that_read_a_shape_for_the_first_time_at_once_end_nothing() -> None:
    command = (sys.executable, "-c", MANY_THREADS_READ_NEW_SHAPES)
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=50, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
