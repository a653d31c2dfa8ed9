import subprocess
import sys

_TOLD = """
import gc
from integrations import garbage
class Ring: pass
ring, before = Ring(), gc.get_threshold()
ring.own = ring
garbage.settle()
assert gc.get_freeze_count() > 1_000
assert gc.get_threshold() == (50_000, *before[1:])
del ring
for _ in range(60_000):
    new = Ring()
    new.own = new
assert sum(type(one) is Ring for one in gc.get_objects()) < 55_000
"""


def test_a_settled_process_still_finds_new_garbage_but_looks_at_none_of_what_it_began_with() -> None:
    subprocess.run([sys.executable, "-c", _TOLD], check=True)
