"""How often a long-running process searches its memory for garbage. It must know nothing of what the process does."""

import gc

#: Python searches after 700 new objects by default, of which one look makes tens of thousands, hardly one in a cycle.
_SEARCH_AFTER = 50_000


def settle() -> None:
    """Leave out of every later search what the process made at its start and keeps, and search less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SEARCH_AFTER, *gc.get_threshold()[1:])
