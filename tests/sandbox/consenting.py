"""What a browser and an app do with Atlassian's accounts, over HTTP."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from typing import Any

import requests

from sandbox.direct import direct_session
from sandbox.running import Sandbox

HERE = "http://127.0.0.1:1/callback"
SCOPES = "read:jira-user write:servicedesk-request offline_access"


@dataclass(frozen=True)
class Atlassian:
    """Everything below `/atlassian` of a sandbox's page."""

    base: str

    def request(self, method: str, path: str, **more: Any) -> requests.Response:
        with direct_session() as session:
            where = f"{self.base}/atlassian/{path}"
            return session.request(method, where, timeout=10, allow_redirects=False, **more)

    def asked(self, **more: str) -> dict[str, str]:
        known = {"audience": "api.atlassian.com", "client_id": "sandbox", "scope": SCOPES, "redirect_uri": HERE}
        return {**known, "state": "s", "response_type": "code", "prompt": "consent", **more}

    def sent_back(self, person: str, answer: str = "accept", **more: str) -> dict[str, str]:
        """Where a browser is sent once somebody has answered, as its query."""
        form = {**self.asked(**more), "account": f"sbx-{person}", "answer": answer}
        there = self.request("POST", "auth/authorize", data=form)
        assert there.status_code == 302, there.text
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(there.headers["Location"]).query))

    def token(self, **more: str) -> requests.Response:
        known = {"client_id": "sandbox", "client_secret": "sandbox", "redirect_uri": HERE}
        return self.request("POST", "auth/oauth/token", json=known | more)

    def tokens(self, person: str, **more: str) -> dict[str, Any]:
        """Tokens to act as somebody."""
        answer = self.token(grant_type="authorization_code", code=self.sent_back(person, **more)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def refresh(self, token: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=token)

    def api(self, method: str, path: str, token: str, **more: Any) -> requests.Response:
        return self.request(method, f"api/{path}", headers={"Authorization": f"Bearer {token}"}, **more)

    def site(self, token: str) -> str:
        """The path of the one site that a token is for."""
        [found] = self.api("GET", "oauth/token/accessible-resources", token).json()
        return f"ex/jira/{found['id']}"


def atlassian(sandbox: Sandbox) -> Atlassian:
    return Atlassian(sandbox.world.places.page)
