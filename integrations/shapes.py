"""Has msgspec learn the shapes of all values before threads share them. It knows nothing of what they mean.

The library learns a shape when it is first read, and shows it to other threads while it is half learnt: the process
then ends by a null pointer (seen with msgspec 0.22.0, and held by `tests/integrations/test_shapes.py`).
"""

from collections.abc import Iterator
from contextlib import suppress

import msgspec

__all__ = ["learn_shapes"]


def learn_shapes() -> None:
    """Learn the shape of each struct that is imported by now, in a few hundredths of a second."""
    for shape in _below(msgspec.Struct):
        with suppress(TypeError):  # it is only written, and could never be read
            msgspec.json.Decoder(shape)


def _below(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    below: list[type[msgspec.Struct]] = kind.__subclasses__()
    for one in below:
        yield one
        yield from _below(one)
