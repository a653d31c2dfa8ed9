"""Texts of rules become one ruleset, or a list of every mistake in them. Reading files is an edge, not done here.

Packs are laid over each other by id, later over earlier: mappings are merged, everything else is replaced.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, get_args

import jsonschema
import msgspec

from rules import meaning
from rules.canonical import plain
from rules.ruleset import ActionKind, Ruleset
from rules.sources import Mistake, Path, Place, Source, Unreadable, Wrong, read
from rules.spelling import nearest

_TYPES = {"string": "a text", "integer": "a whole number", "array": "a list", "object": "a mapping", "null": "nothing"}


class RulesError(ValueError):
    """The rules cannot be used, for these mistakes."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def load(texts: Iterable[tuple[str, str]]) -> Ruleset:
    """Make the ruleset of (name, YAML text) pairs; raises RulesError with every mistake at once."""
    merged = Source(data={}, places={(): Place(file="rules")})
    mistakes: list[Mistake] = []
    for name, text in texts:
        try:
            merged = merged.under(read(name, text))
        except Unreadable as error:
            mistakes += error.mistakes
    wrongs = [*_shape_mistakes(merged.data), *meaning.mistakes(merged.data)]
    mistakes += (_mistake(merged, wrong) for wrong in wrongs)
    if mistakes:
        raise RulesError(sorted(mistakes, key=lambda one: (one.place.file, one.place.line, one.place.column)))
    try:
        return msgspec.convert(merged.data, Ruleset)
    except msgspec.ValidationError as error:
        raise RulesError([_mistake(merged, ((), str(error)))]) from error


@cache
def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a rules file as a whole."""
    made: dict[str, Any] = msgspec.json.schema(Ruleset)
    kinds = {"enum": list(get_args(ActionKind))}  # the library leaves out which keys a mapping may have
    for shape, field in (("AgentRule", "autonomy"), ("Limits", "confidence")):
        made["$defs"][shape]["properties"][field]["propertyNames"] = kinds
    return made


def _mistake(source: Source, wrong: Wrong) -> Mistake:
    path, words = wrong
    return Mistake(place=source.place(path), path=".".join(str(part) for part in path), words=words)


def _shape_mistakes(data: Mapping[str, Any]) -> Iterator[Wrong]:
    errors = jsonschema.Draft202012Validator(schema()).iter_errors(plain(data))
    told = (wrong for error in errors for wrong in _in_words(error))
    yield from dict.fromkeys(sorted(told, key=lambda wrong: [str(part) for part in wrong[0]]))


def _in_words(error: jsonschema.ValidationError) -> Iterator[Wrong]:
    """Tell a schema's complaint in the words of whoever wrote the rules."""
    path: Path = tuple(error.absolute_path)
    found: Any = error.instance
    wanted: Any = error.validator_value
    shape: Any = error.schema
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, found)
    match error.validator:
        case "additionalProperties":
            known = shape.get("properties", {})
            for word in sorted(found.keys() - known.keys()):
                yield (*path, word), f"no rule has the word {word!r} here{nearest(word, known)}"
        case "required":
            yield path, f"{', '.join(sorted(set(wanted) - found.keys()))} must be said as well"
        case "type" | "anyOf":
            types = [wanted] if isinstance(wanted, str) else [str(one.get("type")) for one in wanted]
            yield path, f"expected {' or '.join(_TYPES.get(type_, type_) for type_ in types)}, found {_shown(found)}"
        case "enum":
            words = [str(word) for word in wanted]
            yield path, f"{_shown(found)} is none of {', '.join(words)}{nearest(str(found), words)}"
        case "pattern":
            yield path, f"{_shown(found)} is no name: use small letters, digits, '.', '_' and '-'"
        case _:
            yield path, error.message[:300]


def _shown(found: object) -> str:
    return repr(found)[:80]
