"""Where plain data departs from a JSON Schema, in the words of whoever wrote it. No I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema

from rules.canonical import plain
from rules.sources import Path, Wrong
from rules.spelling import nearest

_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


def departures(data: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Wrong]:
    """Give everything in which data is not what a schema (2020-12) allows, each once, by its path."""
    errors = jsonschema.Draft202012Validator(schema).iter_errors(plain(data))
    told = (wrong for error in errors for part in _parts(error) for wrong in _in_words(part))
    yield from dict.fromkeys(sorted(told, key=lambda wrong: [str(part) for part in wrong[0]]))


def _parts(error: jsonschema.ValidationError) -> Iterator[jsonschema.ValidationError]:
    """Give what is wrong within a mapping that may also be left out, instead of that it is not left out."""
    within = [one for one in error.context or () if one.validator != "type" or len(one.path) > 0]
    if error.validator == "anyOf" and isinstance(error.instance, Mapping) and within:
        yield from (part for one in within for part in _parts(one))
    else:
        yield error


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
        case "pattern" if shape.get("examples"):
            yield path, f"{_shown(found)} is not written as in {shape['examples'][0]!r}"
        case "pattern":
            yield path, f"{_shown(found)} is no name: use small letters, digits, '.', '_' and '-'"
        case _:
            yield path, error.message[:300]


def _shown(found: object) -> str:
    return repr(found)[:80]
