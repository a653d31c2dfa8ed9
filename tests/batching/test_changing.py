"""What people change about a batch: they take out what is not the same, split, merge, and put another in front."""

import pytest

from orchestrator.batching import Batch
from orchestrator.facts import RecordState
from rules.requests import RequestState
from tests.batching.bad_morning import asked, cards, change, linked, live, questions, tell, yard_with
from tests.batching.crowd import DEFECT, OTHER
from tests.fakes.tracker import CLOSED
from tests.fakes.yard import Yard

PRINTER = (
    ("Printer on floor three spools nothing", "SpoolerJam halts PX_SPOOL_STUCK on the label printer"),
    ("Labels are not printed, spool stuck", "PX_SPOOL_STUCK in the spooler's log, printer blinks"),
    ("Label printer stuck since noon", "Spooler says PX_SPOOL_STUCK, printer needs a restart"),
    ("Spooler jams for all label printers", "Every printer reports PX_SPOOL_STUCK"),
    ("No labels: the printer's spooler is stuck", "SpoolerJam again, PX_SPOOL_STUCK"),
)


def only(yard: Yard) -> Batch:
    (batch,) = live(yard)
    return batch


def test_what_is_taken_out_is_not_asked_about_any_more_and_the_rest_is_at_once() -> None:
    yard = yard_with(*DEFECT)
    change(yard, "UMIKA", only(yard), out=[3, 5])
    first, second = questions(yard)[0], questions(yard)[-1]
    assert first.state is RequestState.SUPERSEDED
    assert (asked(second), second.state) == ({2, 4, 6}, RequestState.PENDING)
    yard.approve()
    assert linked(yard) == {2, 4, 6}
    assert len(cards(yard)) == 1
    assert "4 reports" in cards(yard)[0]
    assert [one.text for one in yard.tracker.comments] == ["The same problem as WEB-1."] * 3


def test_what_was_taken_out_stays_out_whoever_else_joins() -> None:
    yard = yard_with(*DEFECT[:5])
    change(yard, "UMIKA", only(yard), out=[3, 5])
    tell(yard, 6, DEFECT[5])
    yard.pass_by(hours=30)
    assert live(yard)[0].members == (1, 2, 4, 6)
    assert not any({3, 5} & asked(one) for one in questions(yard)[1:])


def test_what_is_another_problem_together_is_a_batch_of_its_own_and_asked_about_at_once() -> None:
    yard = yard_with(*DEFECT)
    change(yard, "UMIKA", only(yard), out=[3, 5], together=True)
    assert {one.members for one in live(yard)} == {(1, 2, 4, 6), (3, 5)}
    assert asked(questions(yard)[-1]) == {5}
    assert len(cards(yard)) == 2


def test_another_issue_is_put_in_front_and_stays_there_when_others_join() -> None:
    yard = yard_with(*DEFECT[:5])
    change(yard, "UMIKA", only(yard), head=3)
    assert {ask.other for ask in questions(yard)[-1].asks} == {3}
    tell(yard, 6, DEFECT[5])
    yard.pass_by(minutes=61)
    yard.approve()
    assert linked(yard, to=3) == {1, 2, 4, 5, 6}
    assert "WEB-3 Gift cards" in cards(yard)[0] or "WEB-3" in cards(yard)[0].split("stands for all")[0]


def test_a_head_that_is_done_falls_away() -> None:
    yard = yard_with(*DEFECT)
    change(yard, "UMIKA", only(yard), head=3)
    yard.tracker.change(3, "j-tom", status=CLOSED)
    yard.settle()
    tell(yard, 7, DEFECT[2])
    yard.pass_by(minutes=61)
    assert {ask.other for ask in questions(yard)[-1].asks} == {1}


def test_two_batches_that_are_one_problem_are_merged_and_asked_about_once() -> None:
    yard = yard_with(*DEFECT, *PRINTER)
    large, small = live(yard)
    yard.clock.pass_by(minutes=1)
    change(yard, "UMIKA", small, merge=large.id)
    assert only(yard).members == tuple(range(1, 12))
    open_now = [one for one in questions(yard) if one.state is RequestState.PENDING]
    assert [asked(one) for one in open_now] == [set(range(2, 12))]
    yard.approve()
    assert linked(yard) == set(range(2, 12))


def test_who_was_answered_in_one_of_two_batches_is_not_answered_again_when_they_are_merged() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.approve()
    for number, text in enumerate(PRINTER, 7):
        tell(yard, number, text)
    yard.approve()
    first, second = sorted(live(yard), key=lambda one: one.members)
    yard.clock.pass_by(minutes=1)
    change(yard, "UMIKA", first, merge=second.id)
    assert [asked(one) for one in questions(yard) if one.state is RequestState.PENDING] == [{7}]
    yard.approve()
    assert linked(yard) == {2, 3, 4, 5, 7}
    assert len(yard.tracker.comments) == 4 + 4 + 1


def test_what_was_done_to_a_batch_that_went_into_another_can_still_be_undone() -> None:
    yard = yard_with(*DEFECT[:5])
    for number, text in enumerate(PRINTER, 7):
        tell(yard, number, text)
    small = next(one for one in questions(yard) if 8 in asked(one))
    before = {number: item.links for number, item in yard.tracker.issues.items()}
    yard.vote("UMIKA", small)
    yard.settle()
    first = next(one for one in live(yard) if 1 in one.members)
    tell(yard, 6, DEFECT[5])
    change(yard, "UMIKA", first, merge=small.subject.id)
    yard.undo("UMIKA", small)
    yard.settle()
    assert {number: yard.tracker.issues[number].links for number in before} == before


def test_what_was_taken_out_may_be_joined_again_by_a_later_word() -> None:
    yard = yard_with(*DEFECT)
    change(yard, "UMIKA", only(yard), out=[3, 5], together=True)
    yard.clock.pass_by(minutes=1)
    large, small = live(yard)
    change(yard, "UPRIYA", large, merge=small.id)
    assert only(yard).members == (1, 2, 3, 4, 5, 6)


def test_taking_out_what_was_coupled_takes_back_its_own_steps_and_nothing_else() -> None:
    yard = yard_with(*DEFECT[:5])
    before = yard.tracker.issues[3]
    approved = yard.approve()
    change(yard, "UMIKA", only(yard), out=[3])
    assert yard.tracker.issues[3].links == before.links
    assert linked(yard) == {2, 4, 5}
    assert {one.item for one in yard.tracker.comments} == {2, 4, 5}
    undoing = questions(yard)[-1]
    assert (undoing.undoes, undoing.only) == (approved.id, (3,))
    assert {one.state for one in yard.records(undoing)} == {RecordState.DONE}
    assert "Changed since: 2 of 2 steps taken back" in cards(yard)[0]


def test_taking_one_out_counts_as_a_mistake_for_that_pair_alone() -> None:
    yard = yard_with(*DEFECT)
    yard.approve()
    change(yard, "UMIKA", only(yard), out=[3])
    undone = [one for one in yard.memory.tables.outcomes.values() if one.kind == "undone"]
    assert [(one.item, one.by) for one in undone] == [(3, "mika")]


def test_the_card_tells_why_somebody_rejected_it() -> None:
    yard = yard_with(*DEFECT[:5])
    why = {"as": "tainted", "text": "two different cards", "source": "slack"}
    yard.vote("UMIKA", questions(yard)[0], "reject", reason=why)
    yard.settle()
    assert "Rejected by Mika: two different cards" in cards(yard)[0]


def test_only_who_reported_nothing_else_of_it_no_longer_watches_the_one_in_front() -> None:
    yard = yard_with(watch=True)
    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text, by="j-dana" if number == 3 else "j-tom")
    yard.approve()
    assert yard.tracker.watching == {1: {"j-dana", "j-tom"}}
    change(yard, "UMIKA", only(yard), out=[2])
    assert yard.tracker.watching == {1: {"j-dana", "j-tom"}}
    change(yard, "UMIKA", only(yard), out=[3])
    assert yard.tracker.watching == {1: {"j-tom"}}


def test_undo_after_one_was_taken_out_takes_back_the_rest() -> None:
    yard = yard_with(*DEFECT)
    before = {number: item.links for number, item in yard.tracker.issues.items()}
    approved = yard.approve()
    change(yard, "UMIKA", only(yard), out=[3])
    yard.undo("UMIKA", approved)
    yard.settle()
    assert {number: item.links for number, item in yard.tracker.issues.items()} == before
    assert yard.tracker.comments == []


def test_taking_out_the_one_in_front_moves_the_others_to_another() -> None:
    yard = yard_with(*DEFECT)
    yard.approve()
    change(yard, "UMIKA", only(yard), out=[1])
    assert linked(yard) == set()
    assert {(ask.payload.item, ask.other) for ask in questions(yard)[-1].asks} == {(3, 2), (4, 2), (5, 2), (6, 2)}
    yard.approve()
    assert linked(yard, to=2) == {3, 4, 5, 6}
    assert {one.item for one in yard.tracker.comments} == {3, 4, 5, 6}


def test_the_old_question_no_longer_counts_once_something_was_changed() -> None:
    yard = yard_with(*DEFECT)
    (question,) = questions(yard)
    batch = only(yard)
    yard.command("batch.changed", "UMIKA", question.subject, out=[3])
    yard.vote("UPRIYA", question)
    yard.settle()
    assert yard.tracker.performed == []
    assert only(yard).id == batch.id
    assert asked(questions(yard)[-1]) == {2, 4, 5, 6}


def test_what_is_taken_out_right_after_the_yes_is_not_done() -> None:
    yard = yard_with(*DEFECT[:5])
    (question,) = questions(yard)
    yard.vote("UPRIYA", question)
    yard.command("batch.changed", "UMIKA", question.subject, out=[3])
    yard.settle()
    assert linked(yard) == {2, 4, 5}
    assert 3 not in {action.item for action, _ in yard.tracker.performed}


@pytest.mark.parametrize(
    ("user", "wish", "why"),
    [
        ("UMIKA", {"out": [2, 3, 4, 5, 6]}, "Reject the question instead"),
        ("UMIKA", {"out": [99]}, "not in this batch any more"),
        ("UMIKA", {"head": 99}, "Only an open issue of this batch"),
        ("UMIKA", {"head": 3, "out": [3]}, "Only an open issue of this batch"),
        ("UMIKA", {"merge": "nothing"}, "The other batch is none any more"),
        ("UMIKA", {}, "Nothing was chosen"),
        ("UDANA", {"out": [3]}, "needs somebody with the role"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_in_words_and_changes_nothing(
    user: str, wish: dict[str, object], why: str
) -> None:
    yard = yard_with(*DEFECT)
    before = only(yard), questions(yard)
    change(yard, user, only(yard), **wish)
    assert why in yard.said()
    assert (only(yard), questions(yard)) == before
    assert "batch.changed" not in yard.kinds()


def test_who_may_not_browse_an_issue_may_not_take_it_out() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.tracker.hidden[3] = {"j-mika"}
    change(yard, "UMIKA", only(yard), out=[3])
    assert "may not browse" in yard.said()
    assert 3 in only(yard).members


def test_who_reported_the_one_in_front_may_not_change_the_batch() -> None:
    yard = yard_with()
    for number, text in enumerate(DEFECT, 1):
        tell(yard, number, text, by="j-mika" if number == 1 else "j-tom")
    change(yard, "UMIKA", only(yard), out=[3])
    assert "You reported or proposed this" in yard.said()
    change(yard, "UPRIYA", only(yard), out=[3])
    assert 3 not in only(yard).members


def test_who_changed_what_stands_in_the_ledger() -> None:
    yard = yard_with(*DEFECT)
    change(yard, "UMIKA", only(yard), out=[3], head=2)
    (entry,) = [one for one in yard.memory.tables.ledger if one.kind == "batch.changed"]
    assert entry.about == (2, 3)
    assert entry.data["change"]["out"] == [3]
    assert entry.text.parts[0].name == "Mika"  # type: ignore[union-attr]


def test_a_change_that_comes_twice_is_made_once() -> None:
    yard = yard_with(*DEFECT, *OTHER)
    batch = only(yard)
    change(yard, "UMIKA", batch, out=[3])
    change(yard, "UMIKA", batch, out=[3])
    assert "not in this batch any more" in yard.said()
    assert len(yard.memory.tables.partings) == 1


def test_who_is_answered_already_is_not_answered_again_when_another_is_put_in_front() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.approve()
    tell(yard, 6, DEFECT[5])
    yard.clock.pass_by(minutes=1)
    change(yard, "UMIKA", only(yard), head=6)
    assert [asked(one) for one in questions(yard) if one.state is RequestState.PENDING] == [{1}]
    yard.approve()
    assert linked(yard, to=6) == {1}
    assert len(yard.tracker.comments) == 5
