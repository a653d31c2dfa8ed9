"""The service desks' REST API as somebody, and their published document."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests
from jsonschema import Draft202012Validator

from sandbox.direct import direct_session
from sandbox.running import Sandbox


@dataclass(frozen=True)
class Desk:
    """Calls below /rest/servicedeskapi; every session is one person's."""

    base: str
    session: requests.Session

    def __call__(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(method, f"{self.base}/rest/servicedeskapi/{path}", timeout=10, **more)

    def get(self, path: str, **query: Any) -> Any:
        answer = self("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


def desk_as(sandbox: Sandbox, email: str) -> Desk:
    session = direct_session()
    session.auth = (email, "sandbox")
    return Desk(sandbox.world.places.jira, session)


def raised(desk: Desk, kind: str = "11", **more: Any) -> str:
    """The key of a new request."""
    values = more.pop("values", {"summary": "Mouse is broken"})
    body = {"serviceDeskId": "1", "requestTypeId": kind, "requestFieldValues": values, **more}
    answer = desk("POST", "request", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["issueKey"])


@lru_cache
def document(shared: Path) -> Any:
    return json.loads((shared / "specs/jira/jsm.json").read_text())


def misfits(shared: Path, method: str, path: str, answer: requests.Response) -> list[str]:
    """Where an answer is not what the document says; null passes where it knows only other kinds."""
    paths = document(shared)["paths"]
    response = paths[f"/rest/servicedeskapi/{path}"][method.lower()]["responses"].get(str(answer.status_code))
    if response is None:
        return [f"{answer.status_code} is no answer of {method} {path}"]
    content: Any = next(iter(response.get("content", {}).values()), {})
    if "schema" not in content or not answer.content:
        return [] if not answer.content else [f"{method} {path} answers {answer.status_code} without a body"]
    schemas = {**document(shared)["components"]["schemas"], "X": content["schema"]}
    validator = Draft202012Validator({"$ref": "#/components/schemas/X", "components": {"schemas": schemas}})
    mistakes = [error for error in validator.iter_errors(answer.json()) if error.instance is not None]
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:160]}" for error in mistakes]
