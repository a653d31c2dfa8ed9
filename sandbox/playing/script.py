"""A story as its file says it, and what is wrong with one. It reads texts and touches nothing else."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Any

import msgspec
import yaml

from sandbox.plain import plain
from sandbox.playing.checks import Answers, AnyCheck, Effects, Issues, Messages, Place, Trail
from sandbox.playing.deeds import AnyDeed, Call, Comment, Edit, Link, Move, Press, Raise, Report
from sandbox.playing.hours import Colleague
from sandbox.playing.moments import Moment, Span, zone_of

KEY = re.compile(r"[A-Z][A-Z0-9]+-\d+")
NAME = re.compile(r"\$(?:\{([a-z_]\w*)\}|([a-z_]\w*))")


class StoryError(ValueError):
    """The story is not usable; the text names every mistake that was found."""


class Capability(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that the bot can do, or shall be able to do: `here` says which."""

    here: bool
    what: str


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A situation from working life.

    `same` holds sets of issues that are the same problem, by which careful colleagues answer. A story without `begins`
    begins now. `lasts` is how long it is played on after its beginning.
    """

    number: Annotated[int, msgspec.Meta(ge=0)]
    title: str
    about: str
    lasts: Span
    ends: Annotated[tuple[AnyCheck, ...], msgspec.Meta(min_length=1)]
    begins: Moment | None = None
    colleagues: dict[str, Colleague] = {}
    same: tuple[tuple[str, ...], ...] = ()
    opening: tuple[AnyDeed, ...] = ()
    happenings: tuple[AnyDeed, ...] = ()

    @property
    def deeds(self) -> tuple[AnyDeed, ...]:
        """Everything that people do by themselves, in the order of the file."""
        return (*self.opening, *self.happenings)

    @property
    def cast(self) -> list[str]:
        """The names of the story's own issues."""
        return [deed.called for deed in self.deeds if isinstance(deed, Report | Raise)]

    @property
    def names(self) -> list[str]:
        """All names that texts may use after a `$`."""
        return [*self.cast, *(deed.called for deed in self.deeds if isinstance(deed, Call) and deed.called)]


def read_capabilities(text: str) -> dict[str, Capability]:
    """The capabilities in a YAML text, by name; StoryError says what is wrong."""
    try:
        return msgspec.convert(plain(text), dict[str, Capability])
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise StoryError(f"the capabilities cannot be read: {error}") from error


def read_story(text: str, capabilities: dict[str, Capability]) -> Story:
    """The story in a YAML text; StoryError names what is wrong and where."""
    try:
        story = msgspec.convert(plain(text), Story)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise StoryError(f"the story cannot be read: {error}") from error
    if mistakes := [*_unknown_capabilities(story, capabilities), *_unknown_issues(story), *_other_mistakes(story)]:
        raise StoryError(f"story {story.number} has mistakes:\n" + "\n".join(f"- {mistake}" for mistake in mistakes))
    return story


def named(pattern: str, names: list[str]) -> list[str]:
    """The names that a pattern such as `customer-*` stands for; a Jira key stands for itself."""
    return [pattern] if KEY.fullmatch(pattern) else [name for name in names if fnmatchcase(name, pattern)]


def _unknown_capabilities(story: Story, capabilities: dict[str, Capability]) -> Iterator[str]:
    for check in story.ends:
        yield from (f"{check.says}: no capability {name!r}" for name in check.needs if name not in capabilities)


def _unknown_issues(story: Story) -> Iterator[str]:
    names = story.cast
    for where, pattern in [*_named_in_checks(story), *_named_in_deeds(story)]:
        if not named(pattern, names):
            yield f"{where}: no issue is called {pattern!r}"
    for deed in story.deeds:
        used = {name for text in _texts(msgspec.to_builtins(deed)) for name in _names_in(text)}
        yield from (f"{deed.who} at {deed.at}: nothing is called {name!r}" for name in sorted(used - {*story.names}))
    yield from (f"two issues are called {name!r}" for name in sorted({one for one in names if names.count(one) > 1}))
    for group in story.same:
        yield from (f"same: no issue is called {one!r}" for one in group if not named(one, names))


def _named_in_checks(story: Story) -> Iterator[tuple[str, str]]:
    for check in story.ends:
        yield from ((check.says, name) for name in _issues_of(check))


def _issues_of(check: AnyCheck) -> tuple[str, ...]:
    match check:
        case Issues(which=which, linked_to=linked_to):
            return (*which, *linked_to)
        case Messages(about=used) | Effects(about=used):
            return used
        case Trail(issue=issue):
            return (issue,)
        case Answers() | Place():
            return ()


def _named_in_deeds(story: Story) -> Iterator[tuple[str, str]]:
    for deed in story.deeds:
        match deed:
            case Comment(issue=one) | Move(issue=one) | Edit(issue=one) | Press(about=one):
                yield f"{deed.who} at {deed.at}", one
            case Link(issue=one, to=other):
                yield f"{deed.who} at {deed.at}", one
                yield f"{deed.who} at {deed.at}", other
            case _:
                pass


def _names_in(text: str) -> list[str]:
    return [long or short for long, short in NAME.findall(text)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _other_mistakes(story: Story) -> Iterator[str]:
    if story.begins and zone_of(story.begins) is None:
        yield f"begins: there is no such time zone in {story.begins!r}"
    for name, colleague in story.colleagues.items():
        if colleague.hours[:5] >= colleague.hours[6:]:
            yield f"colleagues: {name} works {colleague.hours}, which ends before it begins"
    yield from (f"opening: {deed.who} acts at {deed.at}, not before" for deed in story.opening if deed.at != "0m")
