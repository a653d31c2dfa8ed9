"""Webhooks may come in any order: an issue whose news was late must not hide that a newer one repeats it."""

from rules.model import Tainted
from rules.requests import RequestState
from tests.fakes.yard import Yard


def test_the_older_of_two_issues_may_be_heard_of_last() -> None:
    yard = Yard()
    yard.report(1, by="j-tom")
    late = yard.tracker.webhooks.pop(0)
    yard.report(2)
    yard.settle()
    assert yard.all_requests() == []

    yard.tracker.webhooks.append(late)
    yard.settle()

    request = yard.only_request(RequestState.PENDING)
    assert (request.subject.id, request.asks[0].other) == ("2", 1)


def test_the_newer_one_is_told_once() -> None:
    yard = Yard()
    yard.repeat()
    for label in ("one", "two", "three"):
        yard.clock.pass_by(minutes=1)
        yard.tracker.change(1, "j-dana", labels=(label,))
        yard.settle()

    assert [event for event in yard.memory.tables.events if event.startswith("resembled:")] == ["resembled:2:1"]
    assert len(yard.all_requests()) == 1


def test_a_newer_issue_that_is_closed_or_unlike_is_left_alone() -> None:
    yard = Yard()
    yard.report(1, by="j-tom")
    late = yard.tracker.webhooks.pop(0)
    yard.report(2, summary="Nothing of the kind", description=Tainted(text="at all"))
    yard.settle()

    yard.tracker.webhooks.append(late)
    yard.settle()

    assert not [event for event in yard.memory.tables.events if event.startswith("resembled:")]
