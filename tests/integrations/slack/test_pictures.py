"""Messages with a picture: it is uploaded once and shown; where Slack will not have it, the words stand alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import msgspec
import pytest
from PIL import Image

from integrations.slack.client import web_client
from integrations.slack.drawing import drawn
from integrations.slack.gateway import SlackChat
from orchestrator.charts import Bar, Chart
from orchestrator.messages import Message, Section
from rules.model import Line
from sandbox.running import Sandbox, default_seed, new_world
from tests.integrations.slack.test_mrkdwn import url_of
from tests.sandbox.ear import control

YARD = "C0YARD0001"
NOON = datetime(2026, 11, 19, 12, 20, tzinfo=UTC)


def chart(hours: int = 48, waiting: int = 30) -> Chart:
    bars = tuple(
        Bar(at=NOON + timedelta(hours=place), middle=waiting, low=waiting // 2, high=2 * waiting, there=place % 3)
        for place in range(hours)
    )
    return Chart(time_zone="Europe/Berlin", bars=bars, words="Hours of work that wait")


def message(shown: Chart | None = None) -> Message:
    section = Section(lines=(Line(text="6 of 23 will be late"),), chart=shown or chart())
    return Message(title=Line(text="More comes"), sections=(section,))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    seed = default_seed()
    running = Sandbox(new_world(replace(seed, slack=replace(seed.slack, rate_limit=False))))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def chat(sandbox: Sandbox) -> SlackChat:
    return SlackChat(web_client("xoxb-sandbox", sandbox.world.places.slack + "/api/"), url_of)


def images(sandbox: Sandbox) -> list[str]:
    """The files that the blocks of the channel's messages show."""
    told = control(sandbox, "GET", f"slack/messages?channel={YARD}")
    return [one["slack_file"]["id"] for each in told for one in each["blocks"] if one["type"] == "image"]


def test_a_picture_is_uploaded_and_shown_in_its_message(sandbox: Sandbox, chat: SlackChat) -> None:
    chat.post(YARD, message(), "m1")

    (file,) = images(sandbox)
    content = sandbox.world.slack.files[file].content
    assert content == drawn(chart())
    assert sandbox.world.slack.files[file].alt_text == "Hours of work that wait"


def test_the_same_picture_is_not_uploaded_again_and_another_takes_its_place(sandbox: Sandbox, chat: SlackChat) -> None:
    ts = chat.post(YARD, message(), "m1")
    (first,) = images(sandbox)
    chat.update(YARD, ts, message(), "m1")
    assert images(sandbox) == [first]

    chat.update(YARD, ts, message(chart(waiting=99)), "m1")

    (second,) = images(sandbox)
    assert second != first
    assert len(sandbox.world.slack.files) == 2


def test_without_the_scope_the_words_stand_alone(sandbox: Sandbox, chat: SlackChat) -> None:
    sandbox.world.slack.scopes = sandbox.world.slack.scopes - {"files:write"}

    assert chat.post(YARD, message(), "m1")
    assert images(sandbox) == []


def test_a_picture_that_slack_cannot_show_yet_is_shown_a_moment_later(sandbox: Sandbox, chat: SlackChat) -> None:
    fault = {"service": "slack", "path": "/chat.postMessage$", "times": 1, "status": 200}
    control(sandbox, "POST", "faults", fault | {"body": {"ok": False, "error": "invalid_blocks"}})

    chat.post(YARD, message(), "m1")

    assert len(images(sandbox)) == 1


def test_where_uploads_fail_the_words_stand_alone(sandbox: Sandbox, chat: SlackChat) -> None:
    control(sandbox, "POST", "faults", {"service": "slack", "path": "/files[.]", "status": 503})

    assert chat.post(YARD, message(), "m1")
    assert images(sandbox) == []


@pytest.mark.parametrize("shown", [chart(), chart(hours=1), chart(waiting=0), chart(waiting=10**7), chart(hours=120)])
def test_any_chart_can_be_drawn_and_comes_out_the_same(shown: Chart) -> None:
    picture = drawn(shown)

    assert picture == drawn(shown)
    assert Image.open(BytesIO(picture)).size == (960, 600)


def test_hours_are_those_of_the_time_zone() -> None:
    there = msgspec.structs.replace(chart(), time_zone="Asia/Kolkata")

    assert drawn(there) != drawn(chart())
