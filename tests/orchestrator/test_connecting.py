"""`/yard connect` and `disconnect`, and news of grants: who gets a link, what is recorded, what the cards say then."""

from __future__ import annotations

import pytest

from orchestrator.granting.connecting import GIVEN, LOST
from orchestrator.messages import Message
from rules.model import Event, Person, Subject
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.orchestrator.test_answering import card_of
from tests.orchestrator.test_portal import at_desk


def news(yard: Yard, name: str, user: str) -> None:
    """Tell the bot what came of somebody's grant."""
    yard.memory.put(
        Event(
            id=f"{name}:{user}",
            kind="signal",
            name=name,
            source="yardmaster",
            subject=Subject(kind="person", id=user),
            received_at=yard.clock.now(),
            payload={"user": user},
        )
    )
    yard.settle()


def links(message: object) -> list[str]:
    assert isinstance(message, Message)
    return [one.address for section in message.sections for one in section.buttons if one.address]


@pytest.fixture
def yard() -> Yard:
    made = at_desk()
    made.grants.offered = True
    return made


def test_who_is_linked_gets_a_link_of_their_own(yard: Yard) -> None:
    first, second = links(yard.ask("UTOM", "connect")), links(yard.ask("UMIKA", "connect"))

    assert first == ["https://auth.test/authorize?1&UTOM&j-tom"]
    assert second == ["https://auth.test/authorize?2&UMIKA&j-mika"]


def test_who_is_connected_gets_none(yard: Yard) -> None:
    yard.grants.give("j-tom")

    answer = yard.ask("UTOM", "connect")

    assert links(answer) == []
    assert "connected already" in written(answer)
    assert yard.grants.invitations == 0


def test_a_stranger_and_a_guest_get_none(yard: Yard) -> None:
    yard.directory.guests.add("tom")
    yard.directory.strangers["UNEW"] = Person(id="slack:UNEW", name="New", slack="UNEW")

    answers = [yard.ask(user, "connect") for user in ("UTOM", "UNEW")]

    assert [links(one) for one in answers] == [[], []]
    assert yard.kinds().count("command.refused") == 2


def test_where_it_is_not_set_up_that_is_said(yard: Yard) -> None:
    yard.grants.offered = False
    answer = yard.ask("UTOM", "connect")
    assert links(answer) == []
    assert "Nobody has set up here" in written(answer)


def test_who_has_connected_is_told_and_may_answer_on_their_card(yard: Yard) -> None:
    assert "[Approve]" not in card_of(yard, "UTOM")
    yard.memory.tables.grants.add("j-tom")

    news(yard, GIVEN, "UTOM")

    assert "You are connected" in yard.said()
    assert "[Approve]" in card_of(yard, "UTOM")
    assert "[Approve]" not in card_of(yard, "UMIKA")
    assert yard.kinds().count("grant.given") == 1


def test_who_disconnects_is_forgotten_and_answers_in_the_portal(yard: Yard) -> None:
    yard.grants.give("j-tom", "j-mika")

    yard.ask("UTOM", "disconnect")

    assert yard.memory.tables.grants == {"j-mika"}
    assert "[Approve]" not in card_of(yard, "UTOM")
    assert yard.kinds().count("grant.ended") == 1


def test_who_is_not_connected_ends_nothing(yard: Yard) -> None:
    yard.grants.give("j-mika")

    answer = yard.ask("UTOM", "disconnect")

    assert "not connected" in written(answer)
    assert yard.memory.tables.grants == {"j-mika"}


def test_whose_grant_is_worth_nothing_any_more_is_told_once_and_how_to_go_on(yard: Yard) -> None:
    news(yard, LOST, "UTOM")
    news(yard, LOST, "UTOM")

    assert "/yard connect" in yard.said()
    assert yard.kinds().count("grant.lost") == 1
    assert "[Connect, to answer here]" in card_of(yard, "UTOM")


def test_news_of_somebody_whom_nobody_knows_any_more_are_recorded(yard: Yard) -> None:
    news(yard, LOST, "UGONE")
    assert yard.kinds().count("grant.lost") == 1
