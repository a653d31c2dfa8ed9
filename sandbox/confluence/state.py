"""What Confluence remembers: spaces and pages with all their versions; and what search reads of a page."""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime

TAG = re.compile(r"<[^>]*>")


@dataclass(slots=True, kw_only=True)
class Space:
    """A space; `readers` are the account ids of those who may see it, None for everybody."""

    id: int
    key: str
    name: str
    created: datetime
    type: str = "global"
    readers: frozenset[str] | None = None
    homepage: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A page as it was saved; the body is in Confluence's storage format."""

    number: int
    title: str
    body: str
    author: str
    at: datetime
    message: str = ""


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment under a page, or an answer to one (`parent`); the body is in the storage format."""

    id: int
    author: str
    body: str
    at: datetime
    version: int = 1
    parent: int | None = None


@dataclass(slots=True, kw_only=True)
class Page:
    """A page; the last version is the present one."""

    id: int
    space: int
    author: str
    versions: list[Version]
    status: str = "current"
    parent: int | None = None
    owner: str = ""
    labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    @property
    def now(self) -> Version:
        """The present version."""
        return self.versions[-1]


@dataclass(slots=True, kw_only=True)
class ConfluenceState:
    """All of Confluence in memory. Callers hold the world's lock."""

    spaces: dict[int, Space] = field(default_factory=dict)
    pages: dict[int, Page] = field(default_factory=dict)
    last_id: int = 65_536

    def next_id(self) -> int:
        """A number that nothing had before."""
        self.last_id += 1
        return self.last_id

    def may_read(self, account_id: str, space: Space) -> bool:
        """Whether somebody may see a space and what is in it."""
        return space.readers is None or account_id in space.readers

    def readable(self, account_id: str) -> list[Page]:
        """The pages that somebody may see and that are not in the trash, oldest first."""
        spaces = {space.id for space in self.spaces.values() if self.may_read(account_id, space)}
        return [page for page in self.pages.values() if page.space in spaces and page.status == "current"]

    def titled(self, space: int, title: str) -> Page | None:
        """The page of a space with this title, in any case of letters."""
        wanted = title.casefold()
        pages = (page for page in self.pages.values() if page.space == space and page.status == "current")
        return next((page for page in pages if page.now.title.casefold() == wanted), None)


def plain(body: str) -> str:
    """The words of a storage format, without its tags."""
    return " ".join(html.unescape(TAG.sub(" ", body)).split())
