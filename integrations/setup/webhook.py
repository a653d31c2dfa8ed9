"""The step that has Jira tell us what changes: by one webhook where it can reach us, else by our asking.

It registers before the secret is written anywhere, so that what breaks off in between is made anew, and never a second
one. No secret is shown.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from integrations.jira.webhook_admin import EVENTS, NAME, JiraWebhooks, Webhook, address, differences
from integrations.settings import Secret
from integrations.setup.desk import Desk, Refused

__all__ = ["webhook"]

_QUESTION = "Public address of this installation, as in https://yard.example.com; empty if Jira cannot reach it"
_IN_WORDS = "Issue: created, updated, deleted. Comment: created, updated, deleted. Issue link: created, deleted"


def webhook(desk: Desk, known: Mapping[str, str], webhooks: JiraWebhooks) -> dict[str, str]:
    """Settle how we learn what changes; gives the settings to write. Raises Refused or GatewayError.

    Where our account may not register, it tells the screen and the values to enter by hand.
    """
    registered = webhooks.registered()
    ours = [one for one in registered or () if one.name == NAME]
    secret = known.get("JIRA_WEBHOOK_SECRET")
    there = ours[0].url if ours and secret else None
    door = desk.line("url", _QUESTION, known=there, usual="")
    if not door:
        _tell_of_polling(desk, known)
        return {}
    url = _usable(door, known["JIRA_URL"])
    fresh = Secret(secret or secrets.token_urlsafe(32))
    if registered is None:
        _tell_by_hand(desk, url, known["JIRA_URL"])
    else:
        _register(desk, webhooks, ours, url, fresh, is_new=not secret)
    return {"JIRA_WEBHOOK_SECRET": fresh.reveal()}


def _register(
    desk: Desk, webhooks: JiraWebhooks, ours: Sequence[Webhook], url: str, secret: Secret, *, is_new: bool
) -> None:
    if not ours:
        webhooks.register(url, secret)
        desk.say(f"  The webhook {NAME} is registered; Jira sends to {url}.")
        return
    differing = differences(ours[0], url)
    if differing or is_new:
        webhooks.change(ours[0], url, secret)
        desk.say(f"  The webhook {NAME} is changed ({'; '.join(differing) or 'its secret was not known here'}).")
    else:
        desk.say(f"  The webhook {NAME} is registered and as it must be; Jira sends to {url}.")
    if len(ours) > 1:
        desk.say(f"  There are {len(ours)} webhooks of this name: remove all in Jira but number {ours[0].id}.")


def _tell_of_polling(desk: Desk, known: Mapping[str, str]) -> None:
    if known.get("JIRA_WEBHOOK_SECRET") and not known.get("YARDMASTER_POLL"):
        desk.say("  JIRA_WEBHOOK_SECRET is set, so Jira is not asked what changed: take its line out of .env to ask.")
    else:
        desk.say("  Jira is asked every 15 seconds what changed (YARDMASTER_POLL sets how often).")


def _tell_by_hand(desk: Desk, url: str, site: str) -> None:
    desk.say("  Jira lets only its administrators make webhooks, so one of them has to do it:")
    desk.say(f"    Screen: {site}/plugins/servlet/webhooks (Settings, System, WebHooks), Create a WebHook")
    desk.say(f"    Name:   {NAME}")
    desk.say(f"    URL:    {url}")
    desk.say("    Secret: what stands behind JIRA_WEBHOOK_SECRET= in .env")
    desk.say(f"    Events: {_IN_WORDS}")
    desk.say(f"            (as Jira sends them: {', '.join(EVENTS)})")
    desk.say("    Leave the JQL and Exclude body empty.")


def _usable(door: str, site: str) -> str:
    try:
        parts = urlsplit(door)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and not set(door) & set(" ?#")
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable or parts.username:
        raise Refused(f"{door!r} is not a web address; write it like https://yard.example.com")
    if parts.scheme == "http" and site.startswith("https://"):
        raise Refused("Jira sends to https only; put a proxy that ends TLS before the door and give its address")
    return address(door)
