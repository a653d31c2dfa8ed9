"""Who wants to be left alone, as Slack tells it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.slack.client import web_client
from integrations.slack.gateway import SlackChat
from integrations.slack.presence import presence, status_of
from tests.integrations.slack.test_mrkdwn import url_of
from tests.integrations.slack.yard import Sandbox

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
MIKA, PRIYA = "U0MIKA0001", "U0PRIYA001"


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def quiet(begins: datetime, ends: datetime, **more: Any) -> dict[str, Any]:
    times = {"next_dnd_start_ts": seconds(begins), "next_dnd_end_ts": seconds(ends)}
    return {"dnd_enabled": True, **times, **more}


def test_quiet_hours_that_last_are_told_with_their_end() -> None:
    assert presence(MIKA, {}, quiet(NOW - HOUR, NOW + HOUR), NOW).quiet_until == NOW + HOUR


@pytest.mark.parametrize(
    "told",
    [
        {},
        quiet(NOW + HOUR, NOW + 2 * HOUR),
        quiet(NOW - HOUR, NOW + HOUR, dnd_enabled=False),
        quiet(NOW - HOUR, NOW + HOUR, next_dnd_end_ts=10**30),
        quiet(NOW - HOUR, NOW + HOUR, next_dnd_start_ts="soon"),
    ],
)
def test_quiet_hours_to_come_or_that_cannot_be_read_disturb_nobody(told: dict[str, Any]) -> None:
    assert presence(MIKA, {}, told, NOW).quiet_until is None


@pytest.mark.parametrize("about", [{"status_emoji": ":palm_tree:"}, {"status_text": "Out of office • Outlook"}])
def test_a_status_of_somebody_away_counts_until_its_end(about: dict[str, Any]) -> None:
    told = presence(MIKA, status_of({**about, "status_expiration": seconds(NOW + HOUR)}), {}, NOW)

    assert told.away_until == NOW + HOUR
    assert told.status.text == about.get("status_text", "")


def test_an_absence_without_an_end_counts_for_half_a_day() -> None:
    assert presence(MIKA, status_of({"status_emoji": ":palm_tree:"}), {}, NOW).away_until == NOW + 12 * HOUR


@pytest.mark.parametrize("about", [{}, {"status_text": "Working remotely"}, {"status_emoji": ":coffee:"}])
def test_any_other_status_tells_nothing(about: dict[str, Any]) -> None:
    assert presence(MIKA, status_of(about), {}, NOW).away_until is None


def test_a_status_whose_end_has_come_tells_nothing() -> None:
    status = status_of({"status_emoji": ":palm_tree:", "status_expiration": seconds(NOW - HOUR)})

    assert presence(MIKA, status, {}, NOW).away_until is None


@pytest.fixture
def chat(sandbox: Sandbox) -> Iterator[SlackChat]:
    yield SlackChat(web_client("xoxb-sandbox", sandbox.api_url), url_of)
    sandbox.heal()


def test_without_the_permission_the_status_is_told_all_the_same(sandbox: Sandbox, chat: SlackChat) -> None:
    sandbox.tell("slack/availability", user=MIKA, status_emoji=":palm_tree:", status_text="Away")
    chat.profile(MIKA)

    mika, priya = chat.presences((MIKA, PRIYA), NOW)

    assert (mika.person, mika.quiet_until, mika.away_until) == (MIKA, None, NOW + 12 * HOUR)
    assert (priya.quiet_until, priya.away_until) == (None, None)


def test_what_was_told_is_not_asked_for_again_at_once(sandbox: Sandbox, chat: SlackChat) -> None:
    chat.presences((MIKA,), NOW)
    sandbox.fail("dnd.teamInfo", status=500)

    assert len(chat.presences((MIKA,), NOW)) == 1


def test_who_is_seen_in_slack_is_told_once_it_was_looked_and_not_asked_again_at_once(
    sandbox: Sandbox, chat: SlackChat
) -> None:
    sandbox.tell("slack/availability", user=MIKA, presence="active")
    sandbox.tell("slack/availability", user=PRIYA, presence="away")
    assert [one.active for one in chat.presences((MIKA, PRIYA), NOW)] == [False, False]

    chat.notice((MIKA, PRIYA, "U0NOBODY01"))
    sandbox.fail("users.getPresence", status=500)
    chat.notice((MIKA, PRIYA, "U0NOBODY01"))

    assert [one.active for one in chat.presences((MIKA, PRIYA), NOW)] == [True, False]


def test_of_many_only_some_are_looked_for_at_once(sandbox: Sandbox, chat: SlackChat) -> None:
    sandbox.tell("slack/availability", user=MIKA, presence="active")
    many = [f"U0NOBODY{number:02}" for number in range(10)]

    chat.notice((*many, MIKA))
    assert not chat.presences((MIKA,), NOW)[0].active

    chat.notice((*many, MIKA))
    assert chat.presences((MIKA,), NOW)[0].active
