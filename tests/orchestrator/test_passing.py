"""Somebody who may answer has another asked directly."""

import pytest

from orchestrator.messages import Form
from rules.model import Subject
from rules.requests import Request, RequestState
from tests.fakes.written import written
from tests.fakes.yard import Yard


def opened(yard: Yard, user: str, request: Request) -> Form | str:
    """Press *Ask somebody else*: the form, or the words that come instead."""
    yard.chat.forms.clear()
    yard.command("pass.opened", user, Subject(kind="person", id=user), request=request.id, view="v1")
    yard.settle()
    return yard.chat.forms["v1"] if "v1" in yard.chat.forms else yard.said()


def pass_on(yard: Yard, user: str, request: Request, whom: str) -> None:
    yard.command("request.passed", user, request.subject, request=request.id, whom=whom)
    yard.settle()


def test_only_those_are_offered_who_may_answer() -> None:
    yard = Yard()
    request = yard.repeat()

    form = opened(yard, "UMIKA", request)

    assert isinstance(form, Form)
    assert [choice.value for choice in form.inputs[0].choices] == ["priya"]
    assert (form.carried["request"], form.carried["subject"]) == (request.id, "item:2")


def test_where_nobody_else_may_answer_it_is_said_instead() -> None:
    yard = Yard()
    request = yard.repeat(by="j-priya")

    assert "Nobody else may answer this" in str(opened(yard, "UMIKA", request))


def test_a_question_that_was_decided_meanwhile_is_passed_to_nobody() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.approve()

    assert "decided already" in str(opened(yard, "UPRIYA", request))


def test_a_question_that_nobody_knows_is_passed_to_nobody() -> None:
    yard = Yard()

    yard.command("pass.opened", "UMIKA", Subject(kind="person", id="UMIKA"), request="nothing", view="v1")
    yard.settle()

    assert "I do not know this question" in yard.said()


def test_who_was_chosen_is_asked_directly_and_reads_by_whom() -> None:
    yard = Yard()
    request = yard.repeat()

    pass_on(yard, "UMIKA", request, "priya")

    asked = yard.only_request()
    assert [(one.person, one.kind) for one in asked.calls] == [("priya", "asked")]
    copy = next(message for (channel, _), (message, _) in yard.chat.messages.items() if channel == "D-UPRIYA")
    assert "Asked Priya directly 12:02, because Mika passed it on." in written(copy)
    assert "I ask Priya" in yard.said()


def test_passing_it_on_takes_nothing_from_who_did() -> None:
    yard = Yard()
    request = yard.repeat()
    pass_on(yard, "UMIKA", request, "priya")

    yard.vote("UMIKA", yard.only_request())
    yard.settle()

    assert yard.only_request().state is RequestState.APPROVED


@pytest.mark.parametrize(
    ("user", "whom"), [("UTOM", "priya"), ("UMIKA", "tom"), ("UMIKA", "mika"), ("UMIKA", "nobody"), ("UDANA", "mika")]
)
def test_it_is_passed_on_only_by_and_to_who_may_answer(user: str, whom: str) -> None:
    yard = Yard()
    request = yard.repeat()

    pass_on(yard, user, request, whom)

    assert yard.only_request().calls == ()
    assert yard.kinds()[-1] == "command.refused"


def test_who_was_asked_directly_is_not_asked_again() -> None:
    yard = Yard()
    request = yard.repeat()
    pass_on(yard, "UMIKA", request, "priya")

    pass_on(yard, "UMIKA", request, "priya")

    assert len(yard.only_request().calls) == 1
    assert "asked directly already" in yard.said()
