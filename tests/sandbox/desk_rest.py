"""The service desks' REST API as somebody."""

from dataclasses import dataclass
from typing import Any

import requests

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
