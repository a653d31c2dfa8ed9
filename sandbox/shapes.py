"""Has msgspec learn the shapes of the sandbox's values before its threads share them.

The library learns a shape when it is first read, and shows it to other threads while it is half learnt: the process
then ends by a null pointer (seen with msgspec 0.22.0).
"""

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import is_dataclass

import msgspec


def learn_shapes() -> None:
    """Learn the shape of each struct and dataclass of the sandbox that is imported by now."""
    for shape in _shapes():
        with suppress(TypeError, NameError):  # it is only kept, and could never be read
            msgspec.json.Decoder(shape)


def _shapes() -> Iterator[type]:
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == __package__]
    for module in modules:
        for one in list(vars(module).values()):
            if isinstance(one, type) and (is_dataclass(one) or issubclass(one, msgspec.Struct)):
                yield one
