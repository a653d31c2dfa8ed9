"""Takes people back from Atlassian: keeps what they consented to, or says why not, on a page of its own.

It trusts nothing that a browser brings but a state that we made. No page and no log tells a code, a token or a name.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from html import escape
from typing import Final

from flask import Blueprint, Response, request

from integrations.atlassian.grants import AtlassianGrants, NotTaken
from integrations.atlassian.sealing import Invitation
from orchestrator.memory import Directory, Rulebook
from orchestrator.ports import Clock, GatewayError, Intake
from rules.model import Event, Subject

__all__ = ["PATH", "blueprint"]

#: Where browsers come back to, under the door's public address.
PATH: Final = "/atlassian/callback"
_LONGEST: Final = 2_000
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#f7f8f9;color:#172b4d}"
    "main{max-width:28rem;margin:3rem auto;padding:1.5rem;background:#fff;border:1px solid #dfe1e6;border-radius:4px}"
    "h1{font-size:1.25rem;line-height:1.3;margin:0 0 .5rem}p{margin:0}"
    "@media(max-width:32rem){main{margin:1rem}}"
)
_AGAIN: Final = "Write /yard connect in Slack to try again."
log = logging.getLogger(__name__)


def blueprint(
    grants: AtlassianGrants, directory: Directory, rulebook: Rulebook, intake: Intake, clock: Clock
) -> Blueprint:
    """Give the route to which Atlassian sends browsers back.

    Args:
        grants: what keeps a consent.
        directory: tells who is joined with whom now.
        rulebook: the rules in force.
        intake: where it is recorded that somebody's consent was not taken.
        clock: domain time.
    """
    routes = Blueprint("atlassian", __name__)
    returning = _Returning(grants=grants, directory=directory, rulebook=rulebook, intake=intake, clock=clock)

    @routes.get(PATH)
    def came_back() -> Response:
        return returning.answer(request.args.get("state", "")[:_LONGEST], request.args.get("code", ""))

    return routes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Returning:
    """What somebody who comes back from Atlassian is answered."""

    grants: AtlassianGrants
    directory: Directory
    rulebook: Rulebook
    intake: Intake
    clock: Clock

    def answer(self, state: str, code: str) -> Response:
        try:
            invitation = self.grants.invited(state)
            if invitation is None:
                return _page(400, "This link has ended", f"It works once and for ten minutes. {_AGAIN}")
            refused = self._refusal(invitation, code)
        except GatewayError as error:
            log.warning("a consent was not taken: %s", error)
            return _page(503, "That did not work", f"Atlassian or Slack did not answer as it should. {_AGAIN}")
        if refused is not None:
            self._record(invitation)
            return _page(403, "Not connected", f"{refused} Nothing was kept. {_AGAIN}")
        return _page(200, "You are connected", "Go back to Slack: what Jira asks you, you can answer there now.")

    def _refusal(self, invitation: Invitation, code: str) -> str | None:
        if not code or len(code) > _LONGEST:
            return "You did not allow it."
        person = self.directory.of_slack(invitation.user, self.rulebook.active())
        if person is None or person.guest or person.jira != invitation.account:
            return "You are not known in Jira by the account any more for which this was asked."
        try:
            self.grants.take(invitation, code)
        except NotTaken as why:
            return str(why)
        return None

    def _record(self, invitation: Invitation) -> None:
        event = Event(
            id=f"grant.refused:{invitation.once}",
            kind="signal",
            name="grant.refused",
            source="yardmaster",
            subject=Subject(kind="person", id=invitation.user),
            received_at=self.clock.now(),
            needs_look=False,
        )
        self.intake.put(event)


def _page(status: int, title: str, words: str) -> Response:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(words)}</p></main></body></html>"
    )
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
