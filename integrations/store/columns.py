"""How values stand in columns: as text in their one canonical JSON form, exactly the bytes that hashes are made of.

Text, not `jsonb`: outside words may hold U+0000, which `jsonb` refuses.
"""

import json
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from rules.canonical import canonical

V = TypeVar("V")


class Of(TypeDecorator[V], Generic[V]):
    """A column that holds values of one kind."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        """Make the column's type; `kind` is what msgspec decodes to."""
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: V | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Write the canonical form."""
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> V | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Read the value back."""
        return None if value is None else msgspec.json.decode(value, type=self.kind)


def written(value: object) -> str:
    """Give the canonical form as text; a lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    try:
        return canonical(value).decode()
    except UnicodeEncodeError:
        held = json.dumps(msgspec.to_builtins(value), ensure_ascii=False).encode(errors="replace")
        return canonical(msgspec.json.decode(held)).decode()
