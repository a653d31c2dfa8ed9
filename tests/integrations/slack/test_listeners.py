"""People in the sandbox's Slack, the real Bolt app over HTTP, and what was stored."""

import json

import pytest

from integrations.slack.client import web_client
from integrations.slack.gateway import SlackChat
from integrations.slack.mrkdwn import no_links
from orchestrator.messages import Button, Choice, Form, Input, Message, ReplyTo, Section
from rules.model import Line
from tests.integrations.slack.yard import Door, Sandbox, until

YARD = "C0YARD0001"
MIKA = "U0MIKA0001"
VALUE = {"request": "r1", "subject": "item:10021"}
CARD = Message(
    title=Line(text="WEB-2 looks like PAY-1"),
    sections=(
        Section(
            lines=(Line(text="Shall they be linked?"),),
            buttons=(
                Button(action="request.approve", label="Approve", value=VALUE, style="primary"),
                Button(action="request.reject", label="Reject", value=VALUE),
                Button(action="request.details", label="Details", value=VALUE),
                Button(action="request.undo", label="Undo", value={"request": "r1"}),
                Button(action="batch.change", label="Change", value={"batch": "b1"}),
                Button(action="request.ask", label="Ask a question", value=VALUE),
            ),
        ),
    ),
)


@pytest.fixture
def card(sandbox: Sandbox) -> dict[str, str]:
    while view := sandbox.look("slack/screen", user=MIKA)["view"]:
        sandbox.tell("slack/close", user=MIKA, view_id=view["id"])  # what another test left open
    chat = SlackChat(web_client("xoxb-sandbox", sandbox.api_url), no_links)
    return {"user": MIKA, "channel": YARD, "ts": chat.post(YARD, CARD, "m1")}


def view_of_mika(sandbox: Sandbox) -> dict[str, object]:
    found: dict[str, object] = until(lambda: sandbox.look("slack/screen", user=MIKA)["view"])
    return found


def test_approve_is_a_vote(sandbox: Sandbox, open_door: Door, card: dict[str, str]) -> None:
    pressed = sandbox.tell("slack/press", **card, action_id="request.approve")

    (vote,) = open_door.intake.named("vote.cast")
    assert pressed["acked"]
    assert str(vote.subject) == "item:10021"
    assert (vote.payload["choice"], vote.payload["user"], vote.payload["ts"]) == ("approve", MIKA, card["ts"])


def test_reject_asks_why_and_the_reason_is_part_of_the_vote(
    sandbox: Sandbox, open_door: Door, card: dict[str, str]
) -> None:
    sandbox.tell("slack/press", **card, action_id="request.reject")
    view = view_of_mika(sandbox)
    assert "WEB-2 looks like PAY-1" in json.dumps(view)

    values = {"reason": {"reason": "Another system"}}
    sandbox.tell("slack/submit", user=MIKA, view_id=view["id"], values=values)

    (vote,) = open_door.intake.named("vote.cast")
    assert vote.payload["choice"] == "reject"
    assert vote.payload["reason"] == {"as": "tainted", "source": "slack", "text": "Another system"}
    assert (vote.payload["channel"], vote.payload["ts"]) == (YARD, card["ts"])


def test_details_opens_a_shell_that_a_worker_fills(sandbox: Sandbox, open_door: Door, card: dict[str, str]) -> None:
    sandbox.tell("slack/press", **card, action_id="request.details")
    view = view_of_mika(sandbox)

    (asked,) = open_door.intake.named("details.asked")
    assert view["external_id"] == asked.payload["view"] == asked.id
    assert "One moment..." in json.dumps(view)


def test_change_opens_a_shell_and_what_makes_no_sense_keeps_the_form_open(
    sandbox: Sandbox, open_door: Door, card: dict[str, str]
) -> None:
    sandbox.tell("slack/press", **card, action_id="batch.change")
    shell = view_of_mika(sandbox)
    (asked,) = open_door.intake.named("change.opened")
    assert (shell["external_id"], asked.payload["batch"]) == (asked.payload["view"], "b1")
    choices = tuple(Choice(value=value, label=Line(text=f"WEB-{value}")) for value in ("11", "12"))
    places = (Input(name="out:1", label="Not the same", kind="many", choices=choices, optional=True),)
    form = Form(
        name="batch.changed", title=Line(text="Change"), submit="Change", inputs=places, carried={"batch": "b1"}
    )
    chat = SlackChat(web_client("xoxb-sandbox", sandbox.api_url), no_links)
    chat.reply(ReplyTo(user=MIKA, view=asked.payload["view"]), form)

    refused = sandbox.tell("slack/submit", user=MIKA, view_id=shell["id"], values={})
    assert "Nothing is changed yet" in refused["errors"]["out:1"]
    sandbox.tell("slack/submit", user=MIKA, view_id=shell["id"], values={"out:1": {"out:1": ["12"]}})

    (changed,) = open_door.intake.named("batch.changed")
    assert (str(changed.subject), changed.payload["out"]) == ("batch:b1", [12])


def test_the_shortcut_on_a_message_opens_the_shell_of_the_form_for_a_new_issue(
    sandbox: Sandbox, open_door: Door, card: dict[str, str]
) -> None:
    sandbox.tell("slack/shortcut", **card, callback_id="request.made")
    view = view_of_mika(sandbox)

    (opened,) = open_door.intake.named("report.opened")
    assert view["external_id"] == opened.payload["view"] == opened.payload["asked"] == opened.id


def test_a_question_back_is_asked_in_a_modal_that_takes_no_empty_words(
    sandbox: Sandbox, open_door: Door, card: dict[str, str]
) -> None:
    sandbox.tell("slack/press", **card, action_id="request.ask")
    view = view_of_mika(sandbox)
    assert "What do you want to know first?" in json.dumps(view)

    refused = sandbox.tell("slack/submit", user=MIKA, view_id=view["id"], values={"reason": {"reason": "  "}})
    sandbox.tell("slack/submit", user=MIKA, view_id=view["id"], values={"reason": {"reason": "Which browser?"}})

    (asked,) = open_door.intake.named("question.asked")
    assert "in a few words" in refused["errors"]["reason"]
    assert (asked.payload["text"]["text"], str(asked.subject)) == ("Which browser?", "item:10021")


def test_a_damaged_button_is_buried_and_its_presser_told(
    sandbox: Sandbox, open_door: Door, card: dict[str, str]
) -> None:
    sandbox.tell("slack/press", **card, action_id="request.undo")

    until(lambda: "I did not understand that button" in json.dumps(sandbox.look("slack/screen", user=MIKA)))
    assert [reason for _, reason in open_door.intake.buried.values()] == ["subject is missing or cannot be read"]


def test_a_message_with_two_keys_is_to_be_looked_at(sandbox: Sandbox, open_door: Door) -> None:
    sandbox.tell("slack/message", user=MIKA, channel=YARD, text="is PAY-101 the same as WEB-7?")

    (posted,) = until(lambda: open_door.intake.named("message.posted"))
    assert posted.payload["keys"] == ["PAY-101", "WEB-7"]
    assert posted.needs_look


def test_a_mention_is_a_command(sandbox: Sandbox, open_door: Door) -> None:
    sandbox.tell("slack/message", user=MIKA, channel=YARD, text="<@U0YARDBOT0> what is PAY-101?")

    (mentioned,) = until(lambda: open_door.intake.named("bot.mentioned"))
    assert mentioned.payload["user"] == MIKA


def test_the_bots_own_card_is_only_noted(sandbox: Sandbox, open_door: Door, card: dict[str, str]) -> None:
    posted = until(lambda: [e for e in open_door.intake.named("message.posted") if e.payload["ts"] == card["ts"]])

    assert not posted[0].needs_look


def test_an_event_that_could_not_be_stored_comes_again(sandbox: Sandbox, open_door: Door) -> None:
    open_door.intake.is_away = True
    sandbox.tell("slack/message", user=MIKA, channel=YARD, text="PAY-5 and PAY-6")
    until(lambda: sandbox.look("events")[-1]["attempts"])
    open_door.intake.is_away = False

    (posted,) = until(lambda: open_door.intake.named("message.posted"))
    assert posted.payload["keys"] == ["PAY-5", "PAY-6"]


@pytest.mark.parametrize(("text", "title"), [("hlep", "I did not understand that"), ("stop", "Everything is stopped")])
def test_a_slash_command_that_the_door_answers_is_answered_at_once(
    sandbox: Sandbox, open_door: Door, text: str, title: str
) -> None:
    given = sandbox.tell("slack/command", user=MIKA, channel=YARD, command="/yard", text=text)

    assert given["acked"]
    assert title in json.dumps(given["response"])
    assert open_door.intake.named("command.given") or open_door.doorman.thrown
