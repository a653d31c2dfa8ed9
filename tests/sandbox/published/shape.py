"""The shape of a JSON value: what a schema can tell apart. Bodies of one shape need to be judged once.

A string counts as itself only where some schema names it, as in an enumeration; lists keep one element of each shape.
"""

from collections.abc import Collection
from typing import Any

Shape = Any
PLAIN = {bool: "b", int: "i", float: "f", type(None): "n"}


def essence(value: Any, words: Collection[str]) -> tuple[Shape, Any]:
    """The shape of a value, and the value with only one element of each shape in its lists."""
    if isinstance(value, dict):
        parts = {name: essence(part, words) for name, part in value.items()}
        shape = tuple(sorted((name, part[0]) for name, part in parts.items()))
        return ("o", hash(shape)), {name: part[1] for name, part in parts.items()}
    if isinstance(value, list):
        distinct = dict(reversed([essence(part, words) for part in value]))
        return ("a", hash(frozenset(distinct))), [*distinct.values()]
    if isinstance(value, str):
        return ("s", value if value in words else ""), value
    return (PLAIN[type(value)], ""), value


def words_in(schema: Any) -> set[str]:
    """Every string that an enumeration or a constant of a schema names."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            named = part.get("enum", [])
            const = part.get("const")
            found |= {word for word in [*(named if isinstance(named, list) else []), const] if isinstance(word, str)}
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found
