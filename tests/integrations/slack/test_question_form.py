"""What people do to ask something back before they decide, and to answer that."""

import json
from typing import Any

import pytest

from integrations.slack import blocks, presses, question_form
from integrations.slack.fields import Unreadable
from rules.model import Subject

VALUE = {"subject": "item:10021", "request": "r1", "question": "q1"}


def press(button: str, **value: str) -> dict[str, Any]:
    card = {"ts": "17.1", "blocks": [{"type": "header", "text": {"text": "Is PAY-1 the same problem as PAY-2?"}}]}
    return {
        "type": "block_actions",
        "user": {"id": "U0MIKA0001"},
        "channel": {"id": "C01"},
        "message": card,
        "actions": [{"action_id": button, "value": json.dumps(VALUE | value)}],
    }


def submission(callback: str, written: str | None, **carried: str) -> dict[str, Any]:
    view = {
        "callback_id": callback,
        "private_metadata": json.dumps(VALUE | carried),
        "state": {"values": {"reason": {"reason": {"value": written}}}},
    }
    return {"type": "view_submission", "user": {"id": "U0DANA0001"}, "view": view}


@pytest.mark.parametrize(("button", "name"), [("request.ask", "question.opened"), ("question.answer", "answer.opened")])
def test_a_button_opens_a_modal_that_says_what_it_is_about(button: str, name: str) -> None:
    meaning = presses.pressed(press(button), "slack:1")

    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("signal", name, "item:10021")
    assert meaning.payload["title"] == "Is PAY-1 the same problem as PAY-2?"
    assert not meaning.needs_look


@pytest.mark.parametrize("name", ["question.opened", "answer.opened"])
def test_what_is_written_into_the_modal_comes_back_as_it_is_read(name: str) -> None:
    modal = question_form.MODALS[name]
    carried = presses.carried({**VALUE, "channel": "C01"}, subject=Subject.parse(VALUE["subject"]))
    view = blocks.words_view(modal, "Is it?", carried)

    body = {
        "type": "view_submission",
        "user": {"id": "U0MIKA0001"},
        "view": view | {"state": {"values": {"reason": {"reason": {"value": "  Which one? "}}}}},
    }
    meaning = presses.submitted(body)

    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("command", modal.callback, "item:10021")
    assert meaning.payload["text"] == {"as": "tainted", "source": "slack", "text": "Which one?"}
    assert meaning.payload["request"] == "r1"


def test_an_answer_names_its_question() -> None:
    meaning = presses.submitted(submission(question_form.ANSWERED, "Firefox"))

    assert meaning.payload["question"] == "q1"


@pytest.mark.parametrize("written", [None, "", "   ", "x" * 1001])
def test_what_says_nothing_or_too_much_is_left_in_the_modal(written: str | None) -> None:
    meaning = presses.submitted(submission(question_form.ASKED, written))

    assert (meaning.name, meaning.needs_look) == (question_form.INCOMPLETE, False)
    assert question_form.MODALS["question.opened"].wrong((written or "").strip())


@pytest.mark.parametrize("carried", [{"request": ""}, {"subject": "nothing"}, {"question": ""}])
def test_a_damaged_modal_is_kept_for_the_operators(carried: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        presses.submitted(submission(question_form.ANSWERED, "Firefox", **carried))
