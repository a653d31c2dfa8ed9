"""The Slack app's manifest: as it ships, for Socket Mode, and made over for HTTP. Pure.

Source: https://docs.slack.dev/reference/app-manifest
"""

from typing import Any, Final
from urllib.parse import urlsplit

import yaml

__all__ = ["ManifestError", "optional_scopes", "over_http", "scopes"]

#: Where the door takes everything that Slack sends over HTTP.
ROUTE: Final = "/slack/events"


class ManifestError(ValueError):
    """The address is none that Slack would send to."""


def scopes(text: str) -> tuple[str, ...]:
    """Give the bot scopes that the app asks for."""
    return tuple(yaml.safe_load(text)["oauth_config"]["scopes"]["bot"])


def optional_scopes(text: str) -> tuple[str, ...]:
    """Give the bot scopes that may be refused at the installation."""
    return tuple(yaml.safe_load(text)["oauth_config"]["scopes"].get("bot_optional", ()))


def over_http(text: str, url: str) -> str:
    """Give the manifest by which Slack sends to the door at `url`, its public address; raises ManifestError."""
    to = _address(url)
    manifest: dict[str, Any] = yaml.safe_load(text)
    settings = manifest["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"] = {"request_url": to, **settings["event_subscriptions"]}
    settings["interactivity"] = {**settings["interactivity"], "request_url": to}
    for command in manifest["features"]["slash_commands"]:
        command["url"] = to
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable or parts.query or parts.fragment or not url.isprintable() or " " in url:
        raise ManifestError("Slack sends to an https address only: write it like https://yard.example.com")
    return url.rstrip("/").removesuffix(ROUTE) + ROUTE
