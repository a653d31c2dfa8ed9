"""A card shows the state at sending time, in few and plain words, once for each place."""

import pytest

from orchestrator.execution import DOUBT
from orchestrator.ports import GatewayError, PlaceGone
from rules.model import Subject
from rules.requests import RequestState
from tests.fakes.chat import YARD
from tests.fakes.written import buttons_of, written
from tests.fakes.yard import PROBLEM, Yard

NAMES = "GatewayTimeoutException, ChallengeClient.await and acs-proxy"

BUSY = GatewayError("too many calls", retryable=True, retry_after=3)


def labels(yard: Yard) -> list[str]:
    message, _ = next(iter(yard.chat.messages.values()))
    return [button.label for button in buttons_of(message)]


def test_an_open_question_shows_before_and_after_why_how_sure_and_when_it_expires() -> None:
    yard = Yard()
    yard.repeat()

    assert yard.card() == "\n".join(
        [
            "Is WEB-2 the same problem as WEB-1?",
            "*Please decide.*",
            f"WEB-2 {PROBLEM} (Open, 12:02)",
            f"WEB-1 {PROBLEM} (Open, 12:01)",
            "What changes",
            "• WEB-2 links: none → _Duplicate_ of WEB-1",
            f"• WEB-2 new comment: The same problem as WEB-1: {PROBLEM}",
            "• WEB-2 status: Open → Closed, resolution: Duplicate",
            "Why",
            "*82% sure.* Of 100 such pairs, people confirm about 82.",
            f"• Both name {NAMES}, each found in at most 2 of 2 issues.",
            "• The summaries say the same.",
            "• It was reported within a day of this one.",
            "[Approve] [Reject] [Ask a question] [Details]",
            "Expires 12:02; then nothing is done.",
            f"rules {yard.memory.rules.version[:8]} · model related-1 · asks triager",
        ]
    )


def test_what_is_done_is_ticked_and_may_be_undone_for_ten_minutes() -> None:
    yard = Yard()
    yard.repeat()
    yard.approve()
    assert "✓ WEB-2 status: Open → Closed" in yard.card()
    assert labels(yard) == ["Undo", "Details"]

    yard.pass_by(minutes=10)

    assert labels(yard) == ["Details"]


def test_the_ten_minutes_begin_when_it_was_done_and_not_when_it_was_approved() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.stop()
    yard.vote("UMIKA", request)
    yard.settle()
    yard.pass_by(minutes=30)

    yard.resume()

    assert labels(yard) == ["Undo", "Details"]


def test_what_was_undone_is_marked_and_has_no_undo_any_more() -> None:
    yard = Yard()
    yard.repeat()
    yard.undo("UPRIYA", yard.approve())
    yard.settle()

    assert "Undone by Priya." in yard.card()
    assert "↶ WEB-2 links" in yard.card()
    assert labels(yard) == ["Details"]


def test_what_failed_in_part_may_be_tried_again_or_undone() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.failures = [GatewayError("no such link type", retryable=False)]
    yard.vote("UMIKA", request)
    yard.settle()

    assert labels(yard) == ["Try again", "Undo", "Details"]


@pytest.mark.parametrize("state", [RequestState.REJECTED, RequestState.EXPIRED, RequestState.WITHDRAWN])
def test_a_closed_question_cannot_be_answered_any_more(state: RequestState) -> None:
    yard = Yard()
    request = yard.repeat()
    if state is RequestState.REJECTED:
        yard.vote("UMIKA", request, "reject")
    elif state is RequestState.WITHDRAWN:
        yard.tracker.link(2, 1, "Duplicate", "j-tom")
    yard.pass_by(hours=25)

    assert yard.request(request.id).state is state
    assert labels(yard) == ["Details"]


def test_a_rejection_without_a_reason_says_that_none_was_given() -> None:
    yard = Yard()
    yard.vote("UMIKA", yard.repeat(), "reject")
    yard.settle()

    assert "Rejected by Mika: no reason given" in yard.card()


def test_a_superseded_card_points_to_the_newer_question_which_says_what_changed() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.transitions_of = {}
    yard.vote("UMIKA", request)
    yard.settle()

    old, new = (written(message) for message, _ in yard.chat.messages.values())
    assert "Replaced by a newer question: whether and how it would be closed has changed" in old
    assert "Asked again, because whether and how it would be closed has changed. *Please decide.*" in new
    assert "• Jira offers no transition that would close it as the rules say, so its status stays." in new


def test_every_copy_is_updated_after_the_decision() -> None:
    yard = Yard()
    yard.chat.channels.clear()
    request = yard.repeat()

    yard.vote("UMIKA", request)
    yard.settle()

    assert len(yard.chat.messages) == 2
    assert all("All done" in written(message) for message, _ in yard.chat.messages.values())


def test_a_card_whose_items_somebody_in_the_channel_may_no_longer_browse_shows_nothing_of_them() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.hidden[1] = {"j-tom"}

    yard.vote("UMIKA", request, "reject")
    yard.settle()

    assert yard.card() == "A question that may not be shown here, because not everybody may browse its items."


def test_a_question_that_could_not_be_shown_is_shown_as_soon_as_it_may_be() -> None:
    yard = Yard()
    yard.repeat()
    yard.tracker.hidden[1] = {"j-tom"}
    row = next(iter(yard.memory.tables.cards.values()))
    yard.look(Subject(kind="card", id=row.id))
    assert "may not be shown here" in yard.card()
    yard.tracker.hidden.clear()

    yard.pass_by(minutes=5)

    assert "Please decide." in yard.card()


def test_a_card_that_is_up_to_date_is_not_sent_again() -> None:
    yard = Yard()
    yard.repeat()
    card = next(iter(yard.memory.tables.cards))

    yard.look(Subject(kind="card", id=card))

    assert len(yard.chat.history) == 1


def test_a_card_whose_answer_was_lost_is_found_by_its_mark_and_does_not_stand_twice() -> None:
    yard = Yard()
    yard.chat.lost = 1
    yard.repeat()
    assert list(yard.waits.values()) == [DOUBT]

    yard.pass_by(seconds=DOUBT)

    assert len(yard.chat.messages) == 1
    row = next(iter(yard.memory.tables.cards.values()))
    assert (row.channel, row.ts) == next(iter(yard.chat.messages))


def test_a_card_that_could_not_be_posted_is_posted_later() -> None:
    yard = Yard()
    yard.chat.failures = [BUSY]
    yard.repeat()
    assert yard.chat.messages == {}

    yard.pass_by(seconds=3)

    assert list(yard.chat.messages) == [(YARD, "1.0")]


def test_a_card_that_could_not_be_updated_now_is_updated_later() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.chat.failures = [BUSY]
    yard.vote("UMIKA", request, "reject")
    yard.settle()
    assert "Please decide." in yard.card()

    yard.pass_by(seconds=3)

    assert "Rejected by Mika" in yard.card()


def test_a_card_that_somebody_deleted_is_let_go() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.chat.messages.clear()

    yard.vote("UMIKA", request, "reject")
    yard.settle()

    assert yard.request(request.id).state is RequestState.REJECTED
    assert yard.waits == {}


GONE = PlaceGone("chat.postMessage: is_archived")


def places(yard: Yard) -> list[str]:
    return sorted(channel for channel, _ in yard.chat.messages)


def test_where_the_channel_is_gone_those_who_may_decide_are_asked_each_and_the_operator_is_told() -> None:
    yard = Yard()
    yard.chat.failures = [GONE]

    yard.repeat(by="j-mika")

    assert places(yard) == ["D-UPRIYA"]
    assert yard.warnings == [f"a card cannot be shown in its place, 1 get it as a direct message: {GONE}"]
    assert yard.kinds().count("card.undeliverable") == 1
    assert yard.waits == {}


def test_who_is_asked_in_the_channels_stead_may_decide() -> None:
    yard = Yard()
    yard.chat.failures = [GONE]
    yard.repeat()

    request = yard.approve()

    assert request.state is RequestState.APPROVED
    assert places(yard) == ["D-UMIKA", "D-UPRIYA"]
    assert all("All done" in written(message) for message, _ in yard.chat.messages.values())


def test_nobody_is_asked_in_the_channels_stead_who_may_not_browse_the_issues() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.chat.messages.clear()
    yard.tracker.hidden[1] = {"j-mika"}
    yard.chat.failures = [GONE]

    yard.vote("UPRIYA", request)
    yard.settle()

    assert places(yard) == ["D-UPRIYA"]


def test_what_came_of_a_question_reaches_people_though_its_channel_is_gone() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.chat.messages.clear()
    yard.chat.failures = [GONE]

    yard.vote("UMIKA", request)
    yard.settle()

    assert places(yard) == ["D-UMIKA", "D-UPRIYA"]


def test_where_nobody_is_left_who_could_be_asked_the_operator_is_told_once() -> None:
    yard = Yard()
    yard.chat.failures = [GONE, GONE, GONE]

    yard.repeat()
    yard.pass_by(minutes=30)

    assert yard.chat.messages == {}
    assert yard.kinds().count("card.undeliverable") == len(yard.warnings) == 3
    assert yard.waits == {}


def test_a_change_of_a_card_that_is_refused_is_not_taken_for_shown() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.chat.failures = [GatewayError("chat.update: missing_scope", retryable=False)]
    yard.vote("UMIKA", request, "reject")
    yard.settle()
    assert "Please decide." in yard.card()

    yard.pass_by(minutes=1)

    assert "Rejected by Mika" in yard.card()


@pytest.mark.parametrize("id_", ["made-up"])
def test_an_unknown_card_is_nothing_to_do(id_: str) -> None:
    yard = Yard()

    yard.look(Subject(kind="card", id=id_))

    assert yard.chat.history == []
