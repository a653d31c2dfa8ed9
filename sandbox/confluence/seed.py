"""What Confluence starts with, as the seed's `confluence` says it; only shapes and what is wrong with them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeed:
    """A page; the body is in the storage format, `updated` a time like an issue's, `parent` a title of the space."""

    title: str
    body: str
    author: str
    updated: str
    labels: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSeed:
    """A space; `readers` are the people who may see it, absent for everybody."""

    key: str
    name: str
    type: str = "global"
    readers: tuple[str, ...] | None = None
    pages: tuple[PageSeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfluenceSeed:
    """All spaces."""

    spaces: tuple[SpaceSeed, ...] = ()

    def mistakes(self, people: Collection[str]) -> Iterator[str]:
        """What is wrong, a line each: people without an account, titles that are not there or twice."""
        keys = [space.key for space in self.spaces]
        yield from (f"space {key!r} is there twice" for key in sorted({key for key in keys if keys.count(key) > 1}))
        for space in self.spaces:
            named = [*(space.readers or ()), *(page.author for page in space.pages)]
            yield from (f"space {space.key}: no account of {one!r}" for one in named if one not in people)
            titles: list[str] = []
            for page in space.pages:
                if page.title in titles:
                    yield f"space {space.key}: the page {page.title!r} is there twice"
                if page.parent is not None and page.parent not in titles:
                    yield f"space {space.key}: no page {page.parent!r} stands before {page.title!r}"
                titles.append(page.title)

    def times(self) -> Iterator[tuple[str, str]]:
        """Every time that is given, and where."""
        for space in self.spaces:
            yield from ((f"space {space.key}", page.updated) for page in space.pages)
