"""Looks after the one webhook by which Jira tells us what changed: found by its name, changed where it differs.

It makes no secret and keeps none, and it never registers beside a webhook that is there. Jira lets nobody touch
webhooks but who has the global permission Administer Jira.

Source: https://developer.atlassian.com/cloud/jira/platform/webhooks/ (admin webhooks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.values import NotUnderstood, read
from integrations.settings import Secret

__all__ = ["EVENTS", "NAME", "JiraWebhooks", "Webhook", "address", "differences"]

NAME = "Yardmaster"
EVENTS = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "issuelink_created",
    "issuelink_deleted",
)
_ROUTE = "/jira/webhook"
_FORBIDDEN = frozenset({401, 403})
_FILTER = "issue-related-events-section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A registration. `signed`: it has a secret, which Jira tells nobody; None where Jira does not say.

    `jql`: only what happens to these issues is told; empty for all. `bare`: payloads are left out.
    """

    id: str
    name: str
    url: str
    events: frozenset[str]
    enabled: bool
    signed: bool | None
    jql: str
    bare: bool


class _Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    place: str = msgspec.field(name="self")
    name: str
    url: str
    events: tuple[str, ...] = ()
    enabled: bool = True
    exclude_body: bool = False
    is_signed: bool | None = None
    filters: dict[str, str | None] = {}


class JiraWebhooks:
    """The admin webhooks of one Jira. All methods raise GatewayError; nothing is opened before the first call."""

    def __init__(self, url: str, email: str, token: Secret | str, *, timeout: float = 10.0) -> None:
        """Remember where Jira is and who we are; `timeout` is seconds to connect, and again between bytes."""
        revealed = token.reveal() if isinstance(token, Secret) else token
        self._connection = Connection(url, email, revealed, timeout, api="webhooks/1.0")

    def registered(self) -> tuple[Webhook, ...] | None:
        """Give all that are registered, by whomever; None where our account may not know."""
        doing = "reading its webhooks"
        body = self._connection.read("webhook", doing, absent=_FORBIDDEN)
        if body is None:
            return None
        try:
            return tuple(map(_webhook, read(body, tuple[_Shape, ...])))
        except NotUnderstood as reason:
            raise unreadable(Call(doing=doing, writes=False), str(reason)) from None

    def register(self, url: str, secret: Secret) -> None:
        """Register ours. In doubt, look at `registered` before another try."""
        self._connection.write("POST", "webhook", "registering the webhook", body=_body(url, secret.reveal()))

    def change(self, webhook: Webhook, url: str, secret: Secret) -> None:
        """Make a registration ours, under the number that it has."""
        doing = "changing the webhook"
        self._connection.write("PUT", f"webhook/{webhook.id}", doing, body=_body(url, secret.reveal()))


def address(door: str) -> str:
    """Give where Jira must send to, from the public address of the door or of its webhook."""
    return door.rstrip("/").removesuffix(_ROUTE) + _ROUTE


def differences(webhook: Webhook, url: str) -> Sequence[str]:
    """Say in words what keeps a registration from telling us everything; nothing where it is as it must be."""
    found = {
        f"it sends to {webhook.url}": webhook.url != url,
        f"it lacks {', '.join(name for name in EVENTS if name not in webhook.events)}": not webhook.events
        >= frozenset(EVENTS),
        "it is switched off": not webhook.enabled,
        "it has no secret": webhook.signed is False,
        "it tells of some issues only, by a filter": bool(webhook.jql),
        "it leaves out the body": webhook.bare,
    }
    return [words for words, differs in found.items() if differs]


def _webhook(shape: _Shape) -> Webhook:
    number = shape.place.rstrip("/").rpartition("/")[2]
    if not (number.isascii() and number.isdecimal()):
        raise NotUnderstood("a webhook has no number")
    return Webhook(
        id=number,
        name=shape.name,
        url=shape.url,
        events=frozenset(shape.events),
        enabled=shape.enabled,
        signed=shape.is_signed,
        jql=shape.filters.get(_FILTER) or "",
        bare=shape.exclude_body,
    )


def _body(url: str, secret: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "url": url,
        "events": list(EVENTS),
        "enabled": True,
        "excludeBody": False,
        "filters": {_FILTER: ""},
        "secret": secret,
    }
