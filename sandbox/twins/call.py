"""One request to a twin: who asks for what; how a twin answers and refuses. It knows no twin by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from werkzeug.datastructures import Headers, MultiDict

from sandbox.world import World

Json = dict[str, Any]
T = TypeVar("T")


class TwinError(Exception):
    """A refusal: HTTP status, a code for machines, words for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(status, code, detail)
        self.status = status
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, JSON body (None for no body) and headers."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinCall:
    """A request by a known actor. Handlers run while the world's lock is held; `base` is the twin's own address."""

    world: World
    service: str
    actor: str
    base: str
    line: str
    query: MultiDict[str, str]
    headers: Headers
    raw: bytes

    def read(self, kind: type[T], code: str = "invalid_request") -> T:
        """The body as this type; 400 with this code when it is none."""
        try:
            return msgspec.json.decode(self.raw, type=kind)
        except msgspec.DecodeError as error:
            raise TwinError(400, code, f"The body cannot be read: {error}") from error

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number of the query, at least 0 and at most `most`; 400 when it is none."""
        text = self.query.get(name, str(default))
        if not text.isdecimal() or len(text) > 18:
            raise TwinError(400, "invalid_request", f"{name} must be a whole number")
        return min(int(text), most)

    def fitting(self, records: Sequence[T], names: Sequence[str]) -> list[T]:
        """The records that have what the query wants of these fields."""
        wanted = {name: self.query[name] for name in names if name in self.query}
        return [one for one in records if all(str(getattr(one, name)) == text for name, text in wanted.items())]

    def effect(self, kind: str, identity: str) -> None:
        """Record what this request changed."""
        body = msgspec.json.decode(self.raw) if self.raw else None
        self.world.effects.record(
            service=self.service, actor=self.actor, kind=kind, request=self.line, body=body, id=identity
        )
