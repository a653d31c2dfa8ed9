"""Texts of rules become one ruleset, or a list of every mistake in them. Reading files is an edge, not done here.

Packs are laid over each other by id, later over earlier: mappings are merged, everything else is replaced.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar, get_args

import msgspec

from rules import meaning
from rules.actions import Action, ActionKind
from rules.ruleset import Ruleset
from rules.shapes import departures
from rules.sla_lint import doubts
from rules.sources import Mistake, Path, Place, Source, Unreadable, Wrong, read

V = TypeVar("V")
Check = Callable[[Mapping[str, Any]], Iterator[Wrong]]


class RulesError(ValueError):
    """The texts cannot be used, for these mistakes."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def load(texts: Iterable[tuple[str, str]]) -> Ruleset:
    """Make the ruleset of (name, YAML text) pairs; raises RulesError with every mistake at once."""
    return made(texts, Ruleset, [lambda data: departures(data, schema()), meaning.mistakes])


def made(texts: Iterable[tuple[str, str]], shape: type[V], checks: Iterable[Check]) -> V:
    """Lay texts over each other and make a value of them; raises RulesError with all that the checks find."""
    merged, mistakes = _laid(texts)
    mistakes += (_mistake(merged, wrong) for wrong in chain.from_iterable(check(merged.data) for check in checks))
    if mistakes:
        raise RulesError(sorted(mistakes, key=lambda one: (one.place.file, one.place.line, one.place.column)))
    try:
        return msgspec.convert(merged.data, shape)
    except msgspec.ValidationError as error:
        raise RulesError([_mistake(merged, ((), str(error)))]) from error


def lint(texts: Sequence[tuple[str, str]]) -> tuple[Mistake, ...]:
    """Give what is allowed in (name, YAML text) pairs and hardly meant; raises RulesError where they cannot be used."""
    found, (merged, _) = doubts(load(texts)), _laid(texts)
    return tuple(_mistake(merged, doubt) for doubt in found)


def places(texts: Iterable[tuple[str, str]]) -> Callable[[Path], Place]:
    """Give what tells where a path stands in the rules that (name, YAML text) pairs make."""
    return _laid(texts)[0].place


def _laid(texts: Iterable[tuple[str, str]]) -> tuple[Source, list[Mistake]]:
    """Lay those that can be read over each other, with what is wrong with the others."""
    merged = Source(data={}, places={(): Place(file="rules")})
    mistakes: list[Mistake] = []
    for name, text in texts:
        try:
            merged = merged.under(read(name, text))
        except Unreadable as error:
            mistakes += error.mistakes
    return merged, mistakes


@cache
def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a rules file as a whole."""
    whole: dict[str, Any] = msgspec.json.schema(Ruleset)
    kinds = {"enum": list(get_args(ActionKind))}  # the library leaves out which keys a mapping may have
    for shape, field in (("AgentRule", "autonomy"), ("Limits", "confidence")):
        whole["$defs"][shape]["properties"][field]["propertyNames"] = kinds
    return whole


def _mistake(source: Source, wrong: Wrong) -> Mistake:
    path, words = wrong
    return Mistake(place=source.place(path), path=".".join(str(part) for part in path), words=words)


def tools() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of each tool's arguments: what an action of each kind is made of."""
    return msgspec.json.schema(Action)
