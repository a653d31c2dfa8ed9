"""What Slack would refuse in an app's manifest: what is missing, and what is too long or too much. Judges only."""

from typing import Any

from sandbox.slack.problems import Problems, missing, size, wrong

#: Longest texts by place (`*` stands for each entry of a list), as Slack's published types state them.
TEXTS = {
    "display_information/name": 35,
    "display_information/description": 140,
    "display_information/long_description": 4000,
    "features/agent_view/agent_description": 300,
    "features/bot_user/display_name": 80,
    "features/shortcuts/*/callback_id": 255,
    "features/shortcuts/*/description": 150,
    "features/slash_commands/*/command": 32,
    "features/slash_commands/*/description": 2000,
    "features/slash_commands/*/usage_hint": 1000,
}
#: Longest lists by place.
LISTS = {
    "features/shortcuts": 10,
    "features/slash_commands": 50,
    "features/unfurl_domains": 5,
    "features/agent_view/suggested_prompts": 4,
    "oauth_config/redirect_urls": 1000,
    "oauth_config/scopes/bot": 255,
    "oauth_config/scopes/bot_optional": 255,
    "oauth_config/scopes/user": 255,
    "oauth_config/scopes/user_optional": 255,
    "settings/allowed_ip_address_ranges": 50,
    "settings/event_subscriptions/bot_events": 100,
    "settings/event_subscriptions/user_events": 100,
}
#: What each entry of these lists must have.
NEEDED = {
    "features/slash_commands/*": ("command", "description"),
    "features/shortcuts/*": ("name", "type", "callback_id", "description"),
}


def manifest_problems(manifest: Any) -> Problems:
    """Everything that is wrong with a manifest; empty when nothing is."""
    if not isinstance(manifest, dict):
        return wrong("must be an object", "/")
    problems: Problems = []
    if not _found(manifest, "display_information/name"):
        problems += missing("name", "/display_information")
    for place, most in TEXTS.items():
        for pointer, value in _found(manifest, place):
            problems += size(value, most, pointer)
    for place, most in LISTS.items():
        for pointer, value in _found(manifest, place):
            problems += _list(value, most, pointer)
    return problems + _reach(manifest)


def _list(value: Any, most: int, pointer: str) -> Problems:
    if not isinstance(value, list):
        return wrong("must be an array", pointer)
    return wrong(f"no more than {most} items allowed", pointer) if len(value) > most else []


def _reach(manifest: dict[str, Any]) -> Problems:
    by_socket = any(value is True for _, value in _found(manifest, "settings/socket_mode_enabled"))
    problems: Problems = []
    for place in ("settings/event_subscriptions", "settings/interactivity"):
        for pointer, value in _found(manifest, place):
            wanted = isinstance(value, dict) and (value.get("is_enabled") or value.get("bot_events"))
            if wanted and not by_socket and not value.get("request_url"):
                problems += missing("request_url", pointer)
    for place, needed in NEEDED.items():
        for pointer, value in _found(manifest, place):
            absent = [name for name in needed if not (isinstance(value, dict) and value.get(name))]
            problems += [problem for name in absent for problem in missing(name, pointer)]
    return problems


def _found(manifest: Any, place: str) -> list[tuple[str, Any]]:
    """What stands at a place, with its pointer; nothing where the place is not there."""
    found: list[tuple[str, Any]] = [("", manifest)]
    for step in place.split("/"):
        if step == "*":
            found = [(f"{at}/{n}", one) for at, here in found if isinstance(here, list) for n, one in enumerate(here)]
        else:
            found = [(f"{at}/{step}", here[step]) for at, here in found if isinstance(here, dict) and step in here]
    return found
