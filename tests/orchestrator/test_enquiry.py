"""What people are told when they ask: the truth, in a few lines, and nothing that they may not browse."""

import pytest

from orchestrator.ports import GatewayError
from rules.model import Person, Subject
from rules.requests import RequestState
from tests.fakes.written import buttons_of, written
from tests.fakes.yard import Yard

TOM = Subject(kind="person", id="UTOM")


def test_status_counts_and_names_what_is_stopped() -> None:
    yard = Yard()
    yard.repeat()
    yard.stop("project", "PAY")

    told = written(yard.ask("UTOM", "status"))

    assert "Work is stopped for project PAY since 12:02, by Priya." in told
    assert "2 items known" in told
    assert "Questions open: 1" in told


def test_status_says_what_fails_and_why() -> None:
    yard = Yard()
    yard.memory.troubles["Jira"] = "Jira could not be reached when reading issue 7"

    told = written(yard.ask("UTOM", "status"))

    assert "Jira fails, and is tried again by itself: Jira could not be reached when reading issue 7." in told


def test_status_says_when_nothing_is_stopped() -> None:
    assert "Working; no switch is thrown." in written(Yard().ask("UTOM", "status"))


def test_pending_lists_open_questions_with_the_time_that_is_left() -> None:
    yard = Yard()
    yard.repeat()

    answer = yard.ask("UTOM", "pending")

    assert "Is WEB-2 the same problem as WEB-1? Asks triager, 24 h left." in written(answer)
    assert [button.label for button in buttons_of(answer)] == ["Details"]


def test_pending_leaves_out_what_the_asker_may_not_browse() -> None:
    yard = Yard()
    yard.repeat()
    yard.tracker.hidden[1] = {"j-tom"}

    assert "No question is open that you may see." in written(yard.ask("UTOM", "pending"))


def test_why_tells_decision_vote_actions_and_outcome_in_their_order() -> None:
    yard = Yard()
    yard.repeat()
    yard.approve()

    told = written(yard.ask("UTOM", "why", "WEB-2"))

    steps = [
        "duplicates proposes",
        "asked a triager",
        "Mika approved it",
        "done: link WEB-2 to WEB-1",
        "done: move WEB-2",
    ]
    places = [told.index(step) for step in steps]
    assert places == sorted(places)
    assert "about to" not in told


def test_why_offers_undo_for_what_stands_and_not_for_what_was_undone() -> None:
    yard = Yard()
    yard.repeat()
    request = yard.approve()
    yard.pass_by(hours=1)
    assert [button.label for button in buttons_of(yard.ask("UMIKA", "why", "WEB-2"))] == ["Undo"]

    yard.undo("UMIKA", request)
    yard.settle()

    assert buttons_of(yard.ask("UMIKA", "why", "WEB-2")) == []


def test_why_tells_only_what_concerns_items_that_the_asker_may_browse() -> None:
    yard = Yard()
    yard.repeat()
    yard.approve()
    yard.tracker.hidden[1] = {"j-tom"}

    told = written(yard.ask("UTOM", "why", "WEB-2"))

    assert "WEB-1" not in told
    assert "done: comment on WEB-2" in told


def test_why_of_an_issue_that_nothing_was_asked_about_says_what_the_look_found() -> None:
    yard = Yard()
    yard.report(1)
    yard.settle()

    assert "looked at WEB-1: nothing known resembles it; nothing to do" in written(yard.ask("UTOM", "why", "WEB-1"))


def test_why_of_an_issue_that_was_never_looked_at_says_so() -> None:
    yard = Yard()
    yard.report(1)
    yard.tracker.webhooks.clear()

    assert "I have done nothing about it" in written(yard.ask("UTOM", "why", "WEB-1"))


@pytest.mark.parametrize("word", ["why", "related"])
@pytest.mark.parametrize("key", ["WEB-404", "WEB-1", ""])
def test_an_issue_that_does_not_exist_and_one_that_may_not_be_browsed_get_the_same_answer(word: str, key: str) -> None:
    yard = Yard()
    yard.report(1)
    yard.settle()
    yard.tracker.hidden[1] = {"j-tom"}

    assert written(yard.ask("UTOM", word, key)) == f"I know no issue {key} that you may browse in Jira."


def test_related_shows_what_resembles_it_with_reasons_and_a_button_to_propose_the_pair() -> None:
    yard = Yard()
    yard.report(1, by="j-tom")
    yard.report(2)
    yard.settle()

    answer = yard.ask("UDANA", "related", "WEB-1")

    assert "*82%* WEB-2 Checkout fails" in written(answer)
    assert "• Probably the same problem." in written(answer)
    assert buttons_of(answer)[0].value == {"subject": "item:2", "other": "1"}


def test_related_leaves_out_what_the_asker_may_not_browse() -> None:
    yard = Yard()
    yard.repeat()
    yard.tracker.hidden[2] = {"j-tom"}

    assert "Nothing that you may browse resembles it." in written(yard.ask("UTOM", "related", "WEB-1"))


def test_related_offers_no_button_for_what_is_linked_already() -> None:
    yard = Yard()
    yard.repeat()
    yard.approve()

    assert buttons_of(yard.ask("UTOM", "related", "WEB-2")) == []


def test_details_show_rulings_evidence_votes_and_the_exact_payload() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.approve()

    told = written(yard.press_details("UTOM", request))

    assert "ask_when_unsure: ASK - confidence 82% is under the 95% that this needs" in told
    assert "Mika approved it at 12:02" in told
    assert f"payload {request.asks[0].hash}" in told


def test_details_of_what_the_asker_may_not_browse_are_those_of_an_unknown_question() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.hidden[1] = {"j-tom"}

    assert "I do not know this question" in written(yard.press_details("UTOM", request))


@pytest.mark.parametrize("word", ["status", "pending", "why", "related"])
def test_who_is_not_linked_is_told_nothing_but_how_to_be_linked(word: str) -> None:
    yard = Yard()
    yard.directory.strangers["UEVE"] = Person(id="slack:UEVE", name="Eve", slack="UEVE")
    yard.repeat()

    assert written(yard.ask("UEVE", word, "WEB-1")).startswith("I do not know your Jira account")


def test_an_unknown_word_gets_help() -> None:
    assert written(Yard().ask("UTOM", "dance")).startswith("What you can ask Yardmaster")


def test_a_question_is_answered_although_an_earlier_answer_was_lost() -> None:
    yard = Yard()
    yard.chat.failures = [GatewayError("the response_url has expired", retryable=False)]
    yard.command("command.given", "UTOM", TOM, word="status")
    yard.command("command.given", "UTOM", TOM, word="pending")

    yard.settle()

    assert "No question is open" in yard.said()
    assert yard.warnings == ["an answer did not reach its reader: the response_url has expired"]


def test_asking_changes_nothing() -> None:
    yard = Yard()
    yard.repeat()
    before = yard.kinds(), yard.all_requests(RequestState.PENDING)

    for word in ("status", "pending", "why", "related"):
        yard.ask("UTOM", word, "WEB-2")

    assert (yard.kinds(), yard.all_requests(RequestState.PENDING)) == before


SILENT = GatewayError("Jira did not answer in time", retryable=True, outage=True)


@pytest.mark.parametrize("ask", [("why", "WEB-1"), ("related", "WEB-1"), ("pending", ""), ("why", "OPS-404")])
def test_a_question_that_jira_does_not_let_us_answer_is_answered_so_at_once(ask: tuple[str, str]) -> None:
    yard = Yard()
    yard.repeat()
    yard.tracker.away = SILENT

    told = written(yard.ask("UTOM", *ask))

    assert told.startswith("I cannot answer that now")
    assert "Jira did not answer in time" in told
    assert yard.waits == {}


def test_status_does_not_need_jira() -> None:
    yard = Yard()
    yard.tracker.away = SILENT

    assert written(yard.ask("UTOM", "status")).startswith("How things stand")


def test_who_votes_while_jira_is_away_is_told_that_it_is_kept() -> None:
    yard = Yard()
    request = yard.repeat()
    event = yard.vote("UMIKA", request)

    yard.engine.put_off([event])

    to, message = yard.chat.replies[-1]
    assert to.user == "UMIKA"
    assert "is kept" in written(message)
