"""What the bot may do and how often, how it comes to its tokens, and who can be reached."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.direct import direct_session
from sandbox.running import Sandbox
from sandbox.slack.manifest import LISTS, TEXTS, manifest_problems
from sandbox.slack.methods import METHODS
from tests.sandbox.ear import control, modal, reason_input, section

YARD, TOM, MIKA, LENA = "C0YARD0001", "U0TOM00001", "U0MIKA0001", "U0LENA0001"
APP = {"client_id": "sandbox", "client_secret": "sandbox"}


def refused(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value.response


def granted(sandbox: Sandbox, slack: WebClient) -> Any:
    """What the app gets when somebody allows it."""
    asked = {"client_id": "sandbox", "redirect_uri": "http://127.0.0.1:1/back?a=1", "state": "s&1", "user": MIKA}
    with direct_session() as session:
        place = f"{sandbox.world.places.slack}/oauth/v2/authorize"
        back = session.get(place, params=asked, allow_redirects=False).headers["Location"]
    assert back.startswith("http://127.0.0.1:1/back?a=1&code=")
    assert back.endswith("&state=s%261")
    return slack.oauth_v2_access(**APP, code=back.partition("code=")[2].partition("&")[0])


@pytest.mark.parametrize("method", [name for name, m in METHODS.items() if m.scope and not m.scope.startswith("*")])
def test_a_method_without_its_scope_says_what_it_needs(sandbox: Sandbox, slack: WebClient, method: str) -> None:
    needed = METHODS[method].scope
    sandbox.world.slack.scopes -= {needed}
    answer = refused(lambda: slack.api_call(method))
    assert (answer["error"], answer["needed"]) == ("missing_scope", needed)
    assert needed not in answer["provided"].split(",")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["x-oauth-scopes"] == answer["provided"]


def test_a_tier_gives_a_minutes_calls_at_once_and_then_a_wait(sandbox: Sandbox, slack: WebClient) -> None:
    sandbox.world.slack.rate_limit = True
    for _ in range(20):
        slack.usergroups_list()
    answer = refused(slack.usergroups_list)
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "3")
    assert slack.users_info(user=MIKA)["ok"]


def test_a_token_by_code_works_is_refreshed_once_and_expires(sandbox: Sandbox, slack: WebClient) -> None:
    first = granted(sandbox, slack)
    assert (first["expires_in"], first["authed_user"]["id"], first["token_type"]) == (43200, MIKA, "bot")
    assert slack.auth_test(token=first["access_token"])["ok"]

    renewal = {**APP, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = slack.oauth_v2_access(**renewal)
    assert refused(lambda: slack.oauth_v2_access(**renewal))["error"] == "invalid_refresh_token"

    sandbox.world.slack.authorization.access[first["access_token"]] = 0.0
    assert refused(lambda: slack.auth_test(token=first["access_token"]))["error"] == "token_expired"
    assert slack.auth_test(token=second["access_token"])["ok"]


def test_a_code_works_once_and_only_with_the_secret(sandbox: Sandbox, slack: WebClient) -> None:
    sandbox.world.slack.authorization.codes["c1"] = MIKA
    wrong = refused(lambda: slack.oauth_v2_access(client_id="sandbox", client_secret="guess", code="c1"))
    assert wrong["error"] == "bad_client_secret"
    assert slack.oauth_v2_access(**APP, code="c1")["ok"]
    assert refused(lambda: slack.oauth_v2_access(**APP, code="c1"))["error"] == "invalid_code"


def test_a_revoked_token_works_no_more(sandbox: Sandbox, slack: WebClient) -> None:
    token = granted(sandbox, slack)["access_token"]
    slack.auth_revoke(token=token)
    assert refused(lambda: slack.auth_test(token=token))["error"] == "token_revoked"


def test_a_manifest_is_judged_with_a_configuration_token(sandbox: Sandbox, slack: WebClient) -> None:
    sandbox.world.slack.authorization.refresh.add("xoxe-1-old")
    token = slack.tooling_tokens_rotate(refresh_token="xoxe-1-old")["token"]
    good = {"display_information": {"name": "Yardmaster"}}
    assert slack.apps_manifest_validate(manifest=good, token=token)["errors"] == []

    answer = refused(lambda: slack.apps_manifest_validate(manifest={"display_information": {}}, token=token))
    assert (answer["error"], answer["errors"][0]["pointer"]) == ("invalid_manifest", "/display_information")
    assert refused(lambda: slack.apps_manifest_validate(manifest=good))["error"] == "not_allowed_token_type"


@pytest.mark.parametrize("place", [*TEXTS, *LISTS])
def test_a_manifest_keeps_its_limits(place: str) -> None:
    most, steps = (TEXTS | LISTS)[place], place.split("/")

    def problems(count: int) -> list[str]:
        value: Any = "x" * count if place in TEXTS else ["x"] * count
        for step in reversed(steps):
            value = [value] if step == "*" else {step: value}
        return [p.pointer for p in manifest_problems(value) if "items" in p.text or "characters" in p.text]

    assert problems(most) == []
    assert problems(most + 1) == ["/" + place.replace("*", "0")]


def test_blocks_messages_and_views_are_judged_without_being_shown(slack: WebClient) -> None:
    assert slack.api_call("blocks.validate", json={"view": modal(reason_input())})["ok"]
    wrong = [section(), {"type": "actions", "elements": [{"type": "button", "text": {"type": "mrkdwn", "text": "x"}}]}]
    answer = refused(lambda: slack.api_call("blocks.validate", json={"message": {"blocks": wrong}}))
    [error] = answer["errors"]
    assert (answer["error"], error["pointer"]) == ("invalid_message", "/blocks/1/elements/0/text/type")
    assert error["constraint"] == {"type": "enum", "expected": ["plain_text"], "got": "mrkdwn"}
    both = {"blocks": wrong, "view": modal()}
    assert refused(lambda: slack.api_call("blocks.validate", json=both))["error"] == "invalid_arguments"


def test_a_status_ends_when_its_time_comes(sandbox: Sandbox, slack: WebClient) -> None:
    sandbox.world.slack.scopes |= {"users.profile:read"}
    ends = sandbox.world.slack.now_s() + 60
    said = {"user": MIKA, "status_text": "At lunch", "status_emoji": ":bread:", "status_ends": ends, "presence": "away"}
    control(sandbox, "POST", "slack/availability", said)
    profile = slack.users_profile_get(user=MIKA)["profile"]
    assert (profile["status_text"], profile["status_expiration"]) == ("At lunch", ends)
    assert slack.users_getPresence(user=MIKA)["presence"] == "away"

    control(sandbox, "POST", "clock", {"advance_seconds": 61})

    profile = slack.users_info(user=MIKA)["user"]["profile"]
    assert (profile["status_text"], profile["status_emoji"], profile["status_expiration"]) == ("", "", 0)


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-03-10T12:00:00Z", "2026-03-10T20:00:00Z", "2026-03-11T06:00:00Z"),
        ("2026-03-10T23:00:00Z", "2026-03-10T20:00:00Z", "2026-03-11T06:00:00Z"),
        ("2026-03-11T05:00:00Z", "2026-03-10T20:00:00Z", "2026-03-11T06:00:00Z"),
    ],
)
def test_quiet_hours_are_in_the_persons_own_zone(
    sandbox: Sandbox, slack: WebClient, now: str, start: str, end: str
) -> None:
    sandbox.world.slack.scopes |= {"dnd:read"}
    control(sandbox, "POST", "clock", {"now": now, "speed": 0})
    told = slack.dnd_info(user=MIKA)
    team = slack.dnd_teamInfo(users=[MIKA, TOM])["users"]

    control(sandbox, "POST", "clock", {"now": start})
    begins = sandbox.world.slack.now_s()
    control(sandbox, "POST", "clock", {"now": end})
    assert (told["next_dnd_start_ts"], told["next_dnd_end_ts"]) == (begins, sandbox.world.slack.now_s())
    assert team[MIKA]["next_dnd_start_ts"] == begins
    assert (told["snooze_enabled"], told["dnd_enabled"]) == (False, True)


def test_strangers_and_leavers_are_told_as_what_they_are(sandbox: Sandbox, slack: WebClient) -> None:
    people = sandbox.world.slack.users
    people[TOM], people[LENA] = replace(people[TOM], is_stranger=True), replace(people[LENA], deleted=True)

    stranger, leaver = (slack.users_info(user=user)["user"] for user in (TOM, LENA))
    assert (stranger["team_id"], stranger["is_stranger"]) == ("T0OTHER001", True)
    assert "email" not in stranger["profile"]
    assert (leaver["deleted"], "tz" in leaver) == (True, False)
    assert slack.conversations_info(channel=YARD)["channel"]["is_ext_shared"] is True
    assert refused(lambda: slack.conversations_open(users=[LENA]))["error"] == "user_disabled"
    assert refused(lambda: slack.chat_postMessage(channel=LENA, text="x"))["error"] == "channel_not_found"
    act = control(sandbox, "POST", "slack/message", {"user": LENA, "channel": YARD, "text": "x"})
    assert "deactivated" in act["error"]
