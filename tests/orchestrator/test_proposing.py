"""Pairs that people propose: in a message to the bot, by a button, or in passing."""

import msgspec
import pytest

from rules.model import Person, Subject
from rules.requests import RequestState
from tests.fakes.rulings import ruleset
from tests.fakes.yard import Yard

UNKNOWN = "I do not know both issues, or you may not browse them in Jira."


def two_unlike(yard: Yard) -> None:
    yard.report(1, by="j-tom")
    yard.report(2, summary="Printer on floor 3 is out of toner", description=yard.tracker.issues[1].summary)
    yard.report(3, summary="Coffee is cold", by="j-tom")
    yard.settle()
    for request in yard.all_requests():
        yard.vote("UPRIYA", request, "reject")
    yard.settle()


def test_a_pair_named_to_the_bot_is_put_to_somebody_else() -> None:
    yard = Yard()
    two_unlike(yard)

    yard.mention("UTOM", "WEB-3 is the same as WEB-2, see the floor plan", "WEB-3", "WEB-2")

    request = yard.only_request(RequestState.PENDING)
    assert (request.subject.id, request.asks[0].other, request.requester) == ("3", 2, "tom")
    assert yard.said().startswith("I ask somebody else to agree that WEB-3 repeats WEB-2.")


def test_a_proposal_bypasses_the_floor_of_confidence_and_the_condition() -> None:
    rules = ruleset()
    workflow = msgspec.structs.replace(rules.workflows["repeats"], when="false")
    yard = Yard(msgspec.structs.replace(rules, workflows={"repeats": workflow}))
    two_unlike(yard)

    yard.mention("UTOM", "WEB-3 is WEB-2", "WEB-3", "WEB-2")

    request = yard.only_request(RequestState.PENDING)
    assert request.asks[0].confidence < 350
    assert "Tom proposed it." in yard.card()


def test_the_proposers_own_vote_does_not_count() -> None:
    yard = Yard()
    two_unlike(yard)
    yard.mention("UMIKA", "WEB-3 is WEB-2", "WEB-3", "WEB-2")
    request = yard.only_request(RequestState.PENDING)

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING
    assert "somebody else has to decide" in yard.said()


def test_the_proposers_words_are_shown_as_their_words() -> None:
    yard = Yard()
    two_unlike(yard)

    yard.mention("UTOM", "WEB-3 is WEB-2 {0} <!channel>", "WEB-3", "WEB-2")

    assert "Somebody wrote in Slack: WEB-3 is WEB-2 {0} <!channel>" in yard.card()


def test_a_pair_may_be_proposed_by_button() -> None:
    yard = Yard()
    two_unlike(yard)

    yard.command("couple.proposed", "UTOM", Subject(kind="item", id="3"), other=1)
    yard.settle()

    assert yard.only_request(RequestState.PENDING).asks[0].other == 1


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ((), "Name two issues"),
        (("WEB-1",), "Name two issues"),
        (("WEB-1", "WEB-2", "WEB-3"), "Name two issues"),
        (("WEB-1", "SEC-404"), UNKNOWN),
    ],
)
def test_a_mention_without_a_pair_is_answered_and_asks_nothing(keys: tuple[str, ...], told: str) -> None:
    yard = Yard()
    two_unlike(yard)
    before = yard.all_requests()

    yard.mention("UTOM", "hello", *keys)

    assert told in yard.said()
    assert yard.all_requests() == before


def test_nobody_learns_from_the_answer_whether_an_issue_exists_that_they_may_not_browse() -> None:
    yard = Yard()
    two_unlike(yard)
    yard.tracker.hidden[2] = {"j-tom"}

    yard.mention("UTOM", "WEB-3 is WEB-2", "WEB-3", "WEB-2")
    hidden = yard.said()
    yard.mention("UTOM", "WEB-3 is WEB-404", "WEB-3", "WEB-404")

    assert hidden == yard.said() == UNKNOWN


def test_who_is_not_linked_cannot_propose_and_is_told_how_to_be() -> None:
    yard = Yard()
    yard.directory.strangers["UEVE"] = Person(id="slack:UEVE", name="Eve", slack="UEVE")
    two_unlike(yard)

    yard.mention("UEVE", "WEB-3 is WEB-2", "WEB-3", "WEB-2")

    assert "I do not know your Jira account" in yard.said()
    assert yard.all_requests(RequestState.PENDING) == []


def test_a_pair_that_is_linked_or_asked_about_already_is_not_asked_about() -> None:
    yard = Yard()
    two_unlike(yard)
    yard.mention("UTOM", "WEB-3 is WEB-2", "WEB-3", "WEB-2")

    yard.mention("UDANA", "WEB-3 is WEB-2", "WEB-3", "WEB-2")
    assert "It was asked already" in yard.said()
    yard.tracker.link(3, 1, "Relates", "j-dana")
    yard.mention("UDANA", "WEB-3 is WEB-1", "WEB-3", "WEB-1")

    assert yard.said() == "They are linked already."


@pytest.mark.parametrize(("subject", "other"), [("1", 2), ("2", 2), ("2", 404)])
def test_a_damaged_button_cannot_turn_the_pair_around(subject: str, other: int) -> None:
    yard = Yard()
    two_unlike(yard)

    yard.command("couple.proposed", "UTOM", Subject(kind="item", id=subject), other=other)
    yard.settle()

    assert yard.said() in (UNKNOWN, "Only a newer issue can repeat an older one that still exists; nothing was asked.")
    assert yard.all_requests(RequestState.PENDING) == []


def test_a_proposal_that_the_rules_deny_is_told_so() -> None:
    yard = Yard()
    two_unlike(yard)
    yard.stop()

    yard.mention("UTOM", "WEB-3 is WEB-2", "WEB-3", "WEB-2")

    assert yard.said() == "Not asked: work is stopped for everything."


def test_two_people_who_propose_the_same_ask_once() -> None:
    yard = Yard()
    two_unlike(yard)

    for user in ("UTOM", "UDANA"):
        yard.command("couple.proposed", user, Subject(kind="item", id="3"), other=2)
    yard.settle()

    assert yard.only_request(RequestState.PENDING).requester == "tom"


def test_a_pair_that_is_named_in_passing_is_a_hint_that_the_ranking_has_to_bear_out() -> None:
    yard = Yard()
    two_unlike(yard)

    yard.mention("UTOM", "WEB-3 and WEB-2 are on my list", "WEB-3", "WEB-2", name="message.posted")

    assert yard.all_requests(RequestState.PENDING) == []
    before, after = (
        [one["id"] for one in entry.data["known"]]
        for entry in yard.memory.tables.ledger
        if entry.kind == "look.done" and entry.about == (3,)
    )
    assert (2 in before, 2 in after) == (False, True)
    assert yard.chat.replies == []


def test_the_words_of_a_message_that_was_not_for_the_bot_are_shown_to_nobody() -> None:
    yard = Yard()
    yard.report(1)
    yard.settle()
    yard.stop()
    yard.report(2)
    yard.settle()
    yard.mention("UTOM", "WEB-2 WEB-1 between us: salaries", "WEB-2", "WEB-1", name="message.posted")

    yard.resume()

    assert "salaries" not in str(yard.chat.history)
