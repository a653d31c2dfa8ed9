import ast
import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import jsonschema
import pytest
import yaml

from integrations.slack.manifest import ManifestError, optional_scopes, over_http, scopes
from integrations.slack.talk import IS_THIS_KNOWN, MAKE_A_REQUEST
from orchestrator.commands import Word
from tests.integrations.slack.yard import ROOT, shared

TEXT = (ROOT / "manifest.yml").read_text(encoding="utf-8")
MANIFEST = yaml.safe_load(TEXT)
OVER_HTTP = yaml.safe_load(over_http(TEXT, "https://yard.example.com/"))
SCOPES = set(scopes(TEXT))
OPTIONAL = set(optional_scopes(TEXT))
NEEDED_BY_METHOD = {
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history"},
    "dnd_teamInfo": {"dnd:read"},
    "files_upload_v2": {"files:write"},
    "users_getPresence": {"users:read"},
    "users_info": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
}
NEEDED_BY_EVENT: dict[str, set[str]] = {
    "app_home_opened": set(),
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "reaction_added": {"reactions:read"},
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


@pytest.mark.parametrize("manifest", [MANIFEST, OVER_HTTP], ids=["socket", "http"])
def test_the_manifests_are_what_slacks_schema_allows(manifest: dict[str, Any]) -> None:
    schema = json.loads(shared("specs/slack/S_manifest.strict.json").read_text(encoding="utf-8"))

    jsonschema.Draft7Validator(schema).validate(manifest)


def test_there_are_no_more_than_ten_scopes_each_with_its_reason() -> None:
    page = (ROOT / "docs" / "connecting.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z:.]+)` \| \w.+\|$", page, re.MULTILINE)

    asked_for = [*sorted(SCOPES), *sorted(OPTIONAL)]
    assert [scope for scope in told if ":" in scope or scope == "commands"] == asked_for
    assert len(SCOPES) <= 10


def test_over_http_everything_goes_to_the_door() -> None:
    settings, (command,) = OVER_HTTP["settings"], OVER_HTTP["features"]["slash_commands"]

    assert not settings["socket_mode_enabled"]
    assert settings["event_subscriptions"]["request_url"] == "https://yard.example.com/slack/events"
    assert settings["interactivity"]["request_url"] == "https://yard.example.com/slack/events"
    assert command["url"] == "https://yard.example.com/slack/events"
    assert set(OVER_HTTP["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_the_whole_address_of_the_door_will_do_too() -> None:
    assert yaml.safe_load(over_http(TEXT, "https://yard.example.com/slack/events")) == OVER_HTTP


@pytest.mark.parametrize(
    "url",
    ["http://yard.example.com", "yard.example.com", "", "https://", "https://a b", "https://a/?x=1", "https://a:b"],
)
def test_an_address_that_slack_would_not_send_to_is_refused(url: str) -> None:
    with pytest.raises(ManifestError, match="https"):
        over_http(TEXT, url)


def test_the_gateway_calls_only_methods_whose_scopes_are_known() -> None:
    families = {"auth", "chat", "conversations", "dnd", "files", "users", "views"}
    methods = {name for name in called() if name.partition("_")[0] in families}

    assert methods == NEEDED_BY_METHOD.keys()


def test_the_manifest_asks_for_exactly_the_scopes_that_are_used() -> None:
    assert needed() == SCOPES | OPTIONAL
    assert not SCOPES & OPTIONAL


@pytest.mark.parametrize("word", get_args(Word))
def test_the_command_hints_at_all_its_words(word: str) -> None:
    (command,) = MANIFEST["features"]["slash_commands"]

    assert command["command"] == "/yard"
    assert word in command["usage_hint"]


@pytest.mark.parametrize("manifest", [MANIFEST, OVER_HTTP], ids=["socket", "http"])
def test_a_message_can_be_asked_about_by_the_shortcut_that_is_understood(manifest: dict[str, Any]) -> None:
    shortcuts = {one["callback_id"]: (one["name"], one["type"]) for one in manifest["features"]["shortcuts"]}

    known, wished = ("Is this known?", "message"), ("Make a request of it", "message")
    assert shortcuts == {IS_THIS_KNOWN: known, MAKE_A_REQUEST: wished}


def test_socket_mode_and_buttons_are_on() -> None:
    settings = MANIFEST["settings"]

    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
