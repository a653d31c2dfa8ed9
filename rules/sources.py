"""YAML texts become plain data that remembers where each part of it stands. No I/O."""

from collections.abc import Mapping
from typing import Any

import yaml

from rules.canonical import Value, canonical

MAX_TEXT = 1_000_000
#: How deep mappings and lists may be nested; the rules' own shape needs six.
MAX_DEPTH = 20
Path = tuple[str | int, ...]
#: What is wrong at a path, in words.
Wrong = tuple[Path, str]
#: The parser in C reads rules some ten times as fast; PyYAML has it wherever it was built with libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_SCALARS = frozenset({"str", "int", "bool", "null"})


class Place(Value, frozen=True, kw_only=True):
    """Where something stands: a text's name, a line and a column, both from one."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Mistake(Value, frozen=True, kw_only=True):
    """What is wrong, in words; `path` names it within the rules, where it is not the whole text."""

    place: Place
    path: str = ""
    words: str

    def __str__(self) -> str:
        return f"{self.place}: {self.path + ': ' if self.path else ''}{self.words}"


class Unreadable(ValueError):
    """A text that is no usable YAML, with all mistakes that were found."""

    def __init__(self, *mistakes: Mistake) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


class Source(Value, frozen=True, kw_only=True):
    """What a text says, and where: a place for the path of each key, of each value in a list, and of the whole."""

    data: dict[str, Any]
    places: dict[Path, Place]

    def place(self, path: Path) -> Place:
        """Give the place of a path, or of what it would stand in."""
        return next(self.places[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.places)

    def under(self, above: "Source") -> "Source":
        """Lay another one over this: mappings are merged, everything else is replaced."""
        return Source(data=_laid_over(self.data, above.data), places=self.places | above.places)


def read(name: str, text: str) -> Source:
    """Read a text whose top is a mapping; raises Unreadable."""
    if len(text) > MAX_TEXT:
        raise Unreadable(Mistake(place=Place(file=name), words=f"is over {MAX_TEXT} characters"))
    try:
        _refuse_growth(name, text)
        return _read(name, _LOADER(text))
    except yaml.MarkedYAMLError as error:
        words = " ".join(part for part in (error.context, error.problem) if part)
        place = _at(name, error.problem_mark or error.context_mark)
        raise Unreadable(Mistake(place=place, words=f"is not usable YAML: {words}")) from error
    except (yaml.YAMLError, TypeError, ValueError, OverflowError) as error:
        if isinstance(error, Unreadable):
            raise
        words = " ".join(str(error).split())
        raise Unreadable(Mistake(place=Place(file=name), words=f"is not usable YAML: {words}")) from error


def _refuse_growth(name: str, text: str) -> None:
    """Refuse, before anything is made of them, aliases and deep nests, by which a short text needs much memory."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            words = "aliases (*name) have no place in rules: a short text could grow without end"
            raise Unreadable(Mistake(place=_at(name, event.start_mark), words=words))
        if depth > MAX_DEPTH:
            words = f"is nested more than {MAX_DEPTH} deep"
            raise Unreadable(Mistake(place=_at(name, event.start_mark), words=words))


def _read(name: str, loader: yaml.SafeLoader) -> Source:
    node = loader.get_single_node()
    if node is None:
        return Source(data={}, places={(): Place(file=name)})
    if not isinstance(node, yaml.MappingNode):
        found = "a list" if isinstance(node, yaml.SequenceNode) else "a single value"
        words = f"expected a mapping at the top, found {found}"
        raise Unreadable(Mistake(place=_at(name, node.start_mark), words=words))
    reading = _Reading(name)
    reading.walk(node, ())
    if reading.mistakes:
        raise Unreadable(*reading.mistakes)
    data = loader.construct_document(node)
    canonical(data)
    return Source(data=data, places=reading.places)


class _Reading:
    """The places of one text, and what YAML takes for something else than its author did."""

    def __init__(self, name: str) -> None:
        self.places: dict[Path, Place] = {}
        self.mistakes: list[Mistake] = []
        self._name = name

    def walk(self, node: yaml.Node, path: Path) -> None:
        self.places.setdefault(path, _at(self._name, node.start_mark))
        if isinstance(node, yaml.ScalarNode):
            self._value(node, path)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                self.walk(value, (*path, number))
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._key(key, path)
                self.walk(value, (*path, str(key.value)))

    def _value(self, node: yaml.ScalarNode, path: Path) -> None:
        tag = node.tag.removeprefix(_TAG)
        if tag == "float":
            self._wrong(node, path, f"{node.value} is no whole number; probabilities are written in per mille")
        elif tag not in _SCALARS or (tag == "int" and ":" in node.value):
            self._wrong(node, path, f"{node.value[:80]!r} is read as a {tag}: put it into quotes")

    def _key(self, key: yaml.Node, path: Path) -> None:
        if key.tag != f"{_TAG}str":
            self._wrong(key, path, "a name must be a text: put it into quotes")
        elif (earlier := self.places.get((*path, key.value))) is not None:
            self._wrong(key, path, f"{key.value} is said twice, first in line {earlier.line}: only one would count")
        else:
            self.places[*path, key.value] = _at(self._name, key.start_mark)

    def _wrong(self, node: yaml.Node, path: Path, words: str) -> None:
        named = ".".join(str(part) for part in path)
        self.mistakes.append(Mistake(place=_at(self._name, node.start_mark), path=named, words=words))


def _at(name: str, mark: Any) -> Place:
    return Place(file=name) if mark is None else Place(file=name, line=mark.line + 1, column=mark.column + 1)


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _laid_over(merged[key], value) if both else value
    return merged
