"""Judges what a sandbox said by the published documents, each shape of it once. It knows no reason to be lenient."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.sandbox.published import captured, openapi, slack
from tests.sandbox.published.shape import Shape, essence

#: What any request may get, whether or not its operation names it.
REFUSALS = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 415, 429})


@dataclass(frozen=True)
class Said:
    """One answer, or one message to an app (`method` is empty, `path` tells its kind)."""

    service: str
    method: str
    path: str
    status: int
    raw: bytes

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path} {self.status}".replace("  ", " ")


@dataclass
class Judge:
    """Keeps which shapes fit and which did not."""

    shared: Path
    seen: dict[tuple[str, Shape], list[str]] = field(default_factory=dict)

    def mistakes(self, said: Iterable[Said]) -> list[str]:
        """All that is not as published, each in a line that says where it was."""
        return sorted({f"{where}: {what}" for one in said for where, what in self._judge(one)})

    def _judge(self, said: Said) -> Iterator[tuple[str, str]]:
        if said.service == "slack":
            return self._slack(said)
        return self._atlassian(said) if said.method else self._webhook(said)

    def _atlassian(self, said: Said) -> Iterator[tuple[str, str]]:
        templates = ((document, document.template(said.path)) for document in openapi.documents(self.shared))
        document, template = next(((d, t) for d, t in templates if t), (None, None))
        if document is None or template is None:
            yield from () if said.status in REFUSALS else [(str(said), "no document knows this path")]
            return
        where = f"{document.name} {said.method} {template} {said.status}"
        try:
            validator = document.validator(template, said.method, said.status)
        except openapi.Unpublished as unknown:
            yield from () if said.status in REFUSALS else [(where, str(unknown))]
            return
        if validator is not None and said.raw:
            yield from ((where, mistake) for mistake in self._fits(where, document.words, validator, said.raw))
        elif validator is not None and said.status not in REFUSALS:
            yield where, "there is no body"
        elif said.status == 204 and said.raw:
            yield where, "there is a body"

    def _webhook(self, said: Said) -> Iterator[tuple[str, str]]:
        real = captured.captures(self.shared, said.path)
        return ((f"webhook {said.path}", what) for what in captured.differences([*real], json.loads(said.raw)))

    def _slack(self, said: Said) -> Iterator[tuple[str, str]]:
        known = slack.of_answer(self.shared, said.path) if said.method else slack.of_message(self.shared, said.path)
        where = f"slack {said.path}"
        if known is None:
            yield from () if b"unknown_method" in said.raw else [(where, "no schema")]
            return
        yield from ((where, mistake) for mistake in self._fits(where, known.words, known.validator, said.raw))

    def _fits(self, where: str, words: frozenset[str], validator: Any, raw: bytes) -> list[str]:
        try:
            body = json.loads(raw)
        except ValueError:
            return ["the body is no JSON"]
        shape: Shape
        shape, short = essence(body, words)
        if (where, shape) not in self.seen:
            self.seen[where, shape] = list(openapi.told(validator, short))
        return self.seen[where, shape]
