import ast
import json
from collections.abc import Iterator

import jsonschema
import pytest
import yaml

from tests.integrations.slack.yard import ROOT, shared

MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
SCOPES = set(MANIFEST["oauth_config"]["scopes"]["bot"])
NEEDED_BY_METHOD = {
    "auth_test": set(),
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "users_info": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set(),
    "views_update": set(),
}
NEEDED_BY_EVENT = {
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
}


def called() -> Iterator[str]:
    for path in (ROOT / "integrations" / "slack").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self._client" and "_" in node.attr:
                yield node.attr


def needed() -> set[str]:
    by_method = (NEEDED_BY_METHOD[method] for method in set(called()) & NEEDED_BY_METHOD.keys())
    by_event = (NEEDED_BY_EVENT[event] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    return set().union({"commands"}, *by_method, *by_event)


def test_the_manifest_is_what_slacks_schema_allows() -> None:
    schema = json.loads(shared("specs/slack/S_manifest.strict.json").read_text(encoding="utf-8"))

    jsonschema.Draft7Validator(schema).validate(MANIFEST)


def test_the_gateway_calls_only_methods_whose_scopes_are_known() -> None:
    methods = {
        name for name in called() if name.partition("_")[0] in {"auth", "chat", "conversations", "users", "views"}
    }

    assert methods == NEEDED_BY_METHOD.keys()


def test_the_manifest_asks_for_exactly_the_scopes_that_are_used() -> None:
    assert needed() == SCOPES


@pytest.mark.parametrize("word", ["help", "status", "pending", "why", "related", "stop", "resume"])
def test_the_command_hints_at_all_its_words(word: str) -> None:
    (command,) = MANIFEST["features"]["slash_commands"]

    assert command["command"] == "/yard"
    assert word in command["usage_hint"]


def test_socket_mode_and_buttons_are_on() -> None:
    settings = MANIFEST["settings"]

    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
