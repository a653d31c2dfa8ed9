"""A twin's API as somebody who has a token."""

from dataclasses import dataclass
from typing import Any

import requests

from sandbox.direct import direct_session
from sandbox.running import Sandbox


@dataclass(frozen=True)
class Twin:
    """Paths begin after the twin's own place."""

    base: str
    token: str | None = "sandbox"

    def __call__(self, method: str, path: str, *, key: str | None = None, **more: Any) -> requests.Response:
        headers = dict(more.pop("headers", {}))
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        with direct_session() as session:
            return session.request(method, f"{self.base}{path}", headers=headers, timeout=10, **more)


def twin(sandbox: Sandbox, service: str, place: str, token: str | None = "sandbox") -> Twin:
    return Twin(f"{sandbox.world.places.page}/twins/{service}{place}", token)
