"""What was answered is not asked again, unless something changed or a person asks."""

from typing import Literal

import pytest

from rules.requests import RequestState
from tests.fakes.yard import Yard


def answered(choice: Literal["approve", "reject"]) -> Yard:
    yard = Yard()
    yard.vote("UMIKA", yard.repeat(), choice)
    yard.settle()
    return yard


def touch(yard: Yard) -> None:
    """Somebody changes the newer issue, so that it is looked at."""
    yard.clock.pass_by(minutes=1)
    yard.tracker.change(2, "j-dana", labels=("touched",))
    yard.settle()


@pytest.mark.parametrize("choice", ["approve", "reject"])
def test_an_answered_pair_is_not_asked_about_again_when_the_issue_changes(choice: Literal["approve", "reject"]) -> None:
    yard = answered(choice)

    touch(yard)

    assert len(yard.all_requests()) == 1


def test_an_open_question_is_not_put_twice() -> None:
    yard = Yard()
    yard.repeat()

    touch(yard)

    assert len(yard.all_requests()) == 1
    assert len(yard.chat.messages) == 1


def test_a_rejected_pair_is_asked_about_again_when_a_person_proposes_it() -> None:
    yard = answered("reject")

    yard.mention("UTOM", "but WEB-2 is WEB-1!", "WEB-2", "WEB-1")

    assert yard.only_request(RequestState.PENDING).requester == "tom"


def test_an_expired_question_is_not_put_again_as_long_as_nothing_changes() -> None:
    yard = Yard()
    subject = yard.repeat().subject
    yard.pass_by(hours=25)

    yard.look(subject)
    yard.settle()

    assert [one.state for one in yard.all_requests()] == [RequestState.EXPIRED]


def test_an_expired_question_is_put_again_once_the_issue_changes() -> None:
    yard = Yard()
    yard.repeat()
    yard.pass_by(hours=25)

    touch(yard)

    assert [one.state for one in yard.all_requests()] == [RequestState.EXPIRED, RequestState.PENDING]
    assert len(yard.chat.messages) == 2


def test_what_was_undone_is_not_proposed_again() -> None:
    yard = answered("approve")
    yard.undo("UMIKA", yard.only_request())
    yard.settle()

    touch(yard)

    assert yard.all_requests(RequestState.PENDING) == []


def test_what_was_undone_is_asked_about_again_when_a_person_proposes_it() -> None:
    yard = answered("approve")
    yard.undo("UMIKA", yard.only_request())
    yard.settle()

    yard.mention("UTOM", "WEB-2 is WEB-1", "WEB-2", "WEB-1")

    assert yard.only_request(RequestState.PENDING).requester == "tom"


def test_a_third_issue_is_asked_about_apart_from_the_first_pair() -> None:
    yard = answered("reject")

    yard.report(3)
    yard.settle()

    assert yard.only_request(RequestState.PENDING).asks[0].payload.item == 3
