"""One request to Confluence: who asks with what; and Confluence's way to say no."""

import base64
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from werkzeug.datastructures import MultiDict

from sandbox.confluence.state import ConfluenceState, Page, Space
from sandbox.jira.records import Account
from sandbox.world import World

T = TypeVar("T")
Json = dict[str, Any]
Answer = tuple[int, Any]


class ConfluenceError(Exception):
    """A refusal: HTTP status, code, and what is told."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(status, code, title)
        self.status = status
        self.code = code
        self.title = title


def wrong(title: str) -> ConfluenceError:
    """A refusal of what was asked."""
    return ConfluenceError(400, "INVALID_REQUEST_PARAMETER", title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request by a known person. Handlers run while the world's lock is held."""

    world: World
    account: Account
    line: str
    path: str
    query: MultiDict[str, str]
    raw: bytes

    @property
    def state(self) -> ConfluenceState:
        """The state to work on."""
        return self.world.confluence

    @property
    def base(self) -> str:
        """Where Confluence is, as its links say it."""
        return f"{self.world.places.jira}/wiki"

    def body(self) -> Json:
        """The request's JSON object; 400 when it is none."""
        return self.parsed(Json)

    def parsed(self, kind: type[T]) -> T:
        """The request's JSON of this kind; 400 when it is none."""
        try:
            return msgspec.json.decode(self.raw, type=kind)
        except msgspec.DecodeError as error:
            raise wrong(f"The request body is not readable: {error}") from error

    def page(self, identity: str) -> Page:
        """A page that the caller may see, in the trash or not; else 404."""
        page = self.state.pages.get(int(identity)) if identity.isdecimal() and len(identity) < 19 else None
        if page is None or not self.state.may_read(self.account.account_id, self.state.spaces[page.space]):
            raise ConfluenceError(404, "NOT_FOUND", "Not Found")
        return page

    def space(self, identity: Any) -> Space:
        """A space that the caller may see, by its number; else 404."""
        text = str(identity)
        space = self.state.spaces.get(int(text)) if text.isdecimal() and len(text) < 19 else None
        if space is None or not self.state.may_read(self.account.account_id, space):
            raise ConfluenceError(404, "NOT_FOUND", f"Could not find space with id {text}")
        return space

    def listed(self, name: str) -> list[str]:
        """The words of a parameter that may be repeated or hold commas."""
        return [word for text in self.query.getlist(name) for word in text.split(",") if word]

    def cut(self, items: Sequence[Any], *, size: int = 25, largest: int = 250) -> tuple[int, int, str | None]:
        """From where to where a page of a list goes, and the query of the next page."""
        limit = self.query.get("limit") or str(size)
        if not limit.isdecimal() or not 1 <= int(limit[:9]) <= largest:
            raise wrong(f"Provided value {limit} for 'limit' is not between 1 and {largest}")
        start = self._place(self.query.get("cursor", ""))
        end = start + int(limit)
        if end >= len(items):
            return start, end, None
        kept = [(name, text) for name, text in self.query.items(multi=True) if name != "cursor"]
        cursor = base64.urlsafe_b64encode(f"place:{end}".encode()).decode()
        return start, end, urllib.parse.urlencode([*kept, ("cursor", cursor)])

    def effect(self, kind: str, page: Page) -> None:
        """Record what this request changed."""
        body = msgspec.json.decode(self.raw) if self.raw else None
        self.world.effects.record(
            service="confluence", actor=self.account.email, kind=kind, request=self.line, body=body, id=str(page.id)
        )

    def _place(self, cursor: str) -> int:
        if not cursor:
            return 0
        try:
            place = base64.urlsafe_b64decode(cursor).decode().removeprefix("place:")
        except ValueError as error:
            raise wrong("The cursor is not valid") from error
        if not place.isdecimal() or len(place) > 9:
            raise wrong("The cursor is not valid")
        return int(place)


def page_of(call: Call, items: list[Json]) -> Answer:
    """A page of a list, with the place of the next one."""
    start, end, more = call.cut(items)
    links = {"base": call.base, **({"next": f"/wiki{call.path}?{more}"} if more else {})}
    return 200, {"results": items[start:end], "_links": links}
