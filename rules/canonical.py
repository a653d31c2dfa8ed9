"""The base of every value, and the one canonical JSON form that hashes, the ledger and replay rely on.

Values are msgspec structs: frozen, slotted, keyword-only, with tagged unions and strict decoding
(`docs/decisions/0001-values-are-msgspec-structs.md`). Numbers are integers (probabilities in per mille) and times are
aware UTC datetimes, so that the same facts give the same bytes on every machine. No I/O.
"""

import hashlib
from typing import Any, TypeAlias, TypeVar

import msgspec

V = TypeVar("V")
Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Anything that may stand in facts, requests or the ledger."""


def canonical(value: object) -> bytes:
    """Give the one JSON form of a value: keys sorted, no spaces, UTF-8, datetimes in ISO 8601.

    Raises TypeError for a float: it differs between machines, quantise it first.
    """
    data = msgspec.to_builtins(value, str_keys=True)
    _refuse_floats(data)
    return msgspec.json.encode(data, order="sorted")


def _refuse_floats(data: object) -> None:
    if isinstance(data, float):
        raise TypeError(f"{data} is a float, which has no canonical form: quantise it to an integer")
    children = data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ()
    for child in children:
        if isinstance(child, float | dict | list | tuple):
            _refuse_floats(child)


def plain(value: object) -> Any:
    """Turn a value into plain JSON data (dict, list, str, int, bool, None)."""
    return msgspec.json.decode(canonical(value))


def revive(data: object, kind: type[V]) -> V:
    """Turn plain JSON data back into a value; raises msgspec.ValidationError, which names the place that is wrong."""
    return msgspec.convert(data, kind)


def digest(value: object) -> str:
    """Give the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()
