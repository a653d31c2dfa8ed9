"""Atlassian's OpenAPI documents: which operation a request is, and what each status of it may carry."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.sandbox.published.shape import words_in

VERSION = re.compile(r"^/rest/api/(2|latest)/")


class Unpublished(LookupError):
    """The documents do not know such a request or such an answer."""


@dataclass(frozen=True)
class Document:
    """One document; `root` is what its paths leave out."""

    name: str
    root: str
    content: Any

    @cached_property
    def words(self) -> frozenset[str]:
        """What its enumerations name."""
        return frozenset(words_in(self.content))

    @cached_property
    def registry(self) -> Registry[Any]:
        """The document, so that references into it are resolved once."""
        registry: Registry[Any] = Registry().with_resource(self.name, DRAFT202012.create_resource(self.content))
        return registry

    @cached_property
    def paths(self) -> dict[int, list[tuple[list[str], str]]]:
        """Path templates by their number of segments, those with the fewest variables first."""
        found: dict[int, list[tuple[list[str], str]]] = {}
        for path in sorted(self.content["paths"], key=lambda path: path.count("{")):
            segments = (self.root + path).split("/")
            found.setdefault(len(segments), []).append((segments, path))
        return found

    def template(self, path: str) -> str | None:
        """The template that a request's path fits."""
        asked = VERSION.sub("/rest/api/3/", path).rstrip("/").split("/")
        for segments, template in self.paths.get(len(asked), []):
            if all(s[:1] == "{" or s == a for s, a in zip(segments, asked, strict=True)):
                return template
        return None

    def validator(self, template: str, method: str, status: int) -> Draft202012Validator | None:
        """What judges the body of one status of an operation, if anything is said about it; raises Unpublished."""
        operation = self.content["paths"][template].get(method.lower())
        if operation is None:
            raise Unpublished(f"there is no {method}")
        if str(status) not in operation["responses"]:
            raise Unpublished(f"there is no {status}")
        content = operation["responses"][str(status)].get("content", {})
        kind = next((kind for kind in content if content[kind].get("schema")), None)
        if kind is None:
            return None
        steps = ["paths", template, method.lower(), "responses", str(status), "content", kind, "schema"]
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        return Draft202012Validator({"$ref": f"{self.name}#/{pointer}"}, registry=self.registry)


def told(validator: Draft202012Validator | Draft7Validator, body: Any) -> Iterator[str]:
    """Every mistake in a line; null passes, as captured payloads have it where the documents know only strings."""
    for error in validator.iter_errors(body):
        for part in _narrowed(error):
            yield f"{'/'.join(map(str, part.absolute_path))}: {part.message[:160]}"


def _narrowed(error: ValidationError) -> list[ValidationError]:
    """A mistake; where several forms are possible, the mistakes in the one that was most likely meant."""
    if error.instance is None:
        return []
    forms: dict[Any, list[ValidationError]] = {}
    for part in error.context or ():
        forms.setdefault(part.schema_path[0], []).extend(_narrowed(part))
    if not forms:
        return [error]
    return min(forms.values(), key=lambda parts: (any(p.validator in ("const", "not") for p in parts), len(parts)))


@lru_cache
def documents(shared: Path) -> tuple[Document, ...]:
    """The four documents."""
    roots = {"jira-platform-v3": "", "jira-software": "", "jsm": "", "confluence-v2": "/wiki/api/v2"}
    place = shared / "specs" / "jira"
    return tuple(Document(name, root, _read(place / f"{name}.json")) for name, root in roots.items())


def _read(path: Path) -> Any:
    document = json.loads(path.read_text(encoding="utf-8"))
    clause = document["components"]["schemas"].get("JqlQueryClause")
    if clause:  # as published it allows no property of any of the clauses that it consists of
        document["components"]["schemas"]["JqlQueryClause"] = {"anyOf": clause["anyOf"]}
    return document
