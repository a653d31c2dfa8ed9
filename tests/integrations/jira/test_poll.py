"""What a search found, as events: the same find is the same event, whoever makes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.jira.history import Skipped
from integrations.jira.poll import found, not_understood
from orchestrator.sifting import sift
from rules.canonical import plain
from rules.model import SYSTEM, Item, Snapshot, Subject
from rules.requests import RequestState
from tests.fakes.yard import Yard

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def snapshot(**more: Any) -> Snapshot:
    given: dict[str, Any] = {"id": 7, "key": "PAY-7", "updated": NOON, "fields": {"type": "Bug"}}
    return Snapshot(**given | more)


def test_an_event_is_about_its_issue_and_carries_how_it_stands() -> None:
    event = found(snapshot(), NOON + timedelta(seconds=5))

    assert (event.kind, event.source, event.needs_look) == ("signal", "jira", True)
    assert event.subject == Subject(kind="item", id="7")
    assert event.received_at == NOON + timedelta(seconds=5)
    assert event.payload == {"actor": None, "snapshot": plain(snapshot())}


def test_what_an_event_carries_gets_through_the_sieve() -> None:
    event = found(snapshot(), NOON)

    sound, ignored = sift(event.subject, [event], NOON)

    assert sound[0].payload["snapshot"] == plain(snapshot())
    assert ignored.entries == ()


@given(MOMENTS, MOMENTS, MOMENTS, MOMENTS)
def test_two_finds_are_one_event_exactly_where_the_issue_did_not_change(
    one: datetime, other: datetime, then: datetime, later: datetime
) -> None:
    same = found(snapshot(updated=one), then).id == found(snapshot(updated=other), later).id
    assert same == (one == other)


def test_the_events_of_two_issues_are_two() -> None:
    assert found(snapshot(id=1), NOON).id != found(snapshot(id=11), NOON).id


def test_issues_without_a_date_are_told_apart_by_what_they_hold() -> None:
    undated = snapshot(updated=None)

    assert found(undated, NOON).id == found(undated, NOON + timedelta(days=1)).id
    assert found(undated, NOON).id != found(snapshot(updated=None, fields={"type": "Task"}), NOON).id


@pytest.mark.parametrize(("issue", "subject"), [(8, Subject(kind="item", id="8")), (None, SYSTEM)])
def test_what_makes_no_sense_is_one_event_for_each_reason(issue: int | None, subject: Subject) -> None:
    skipped = Skipped(issue=issue, why="a time is not in ISO 8601")

    event = not_understood(skipped, NOON)

    assert (event.subject, event.payload) == (subject, {"actor": None})
    assert event.id == not_understood(skipped, NOON + timedelta(days=1)).id
    assert event.id != not_understood(Skipped(issue=issue, why="it is nested too deeply"), NOON).id


def find_instead(yard: Yard, item: Item) -> None:
    """Let an item be found by polling, and its webhooks be lost."""
    yard.tracker.webhooks.clear()
    yard.memory.put(found(yard.tracker.snapshot(item), yard.clock.now()))
    yard.settle()


def test_up_to_a_decision_the_tracker_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    yard = Yard()
    item = yard.report(1)
    monkeypatch.setattr(yard.tracker, "item", lambda _: pytest.fail("the event carried it"))

    find_instead(yard, item)

    assert yard.kinds().count("look.done") == 1


def test_what_is_found_is_asked_about_as_what_is_told() -> None:
    yard = Yard()
    find_instead(yard, yard.report(1, by="j-tom"))
    find_instead(yard, yard.report(2))

    assert [ask.other for ask in yard.only_request(RequestState.PENDING).asks] == [1]


def test_what_was_told_and_is_found_too_is_not_asked_again() -> None:
    yard = Yard()
    request = yard.repeat()
    find_instead(yard, yard.tracker.issues[2])
    yard.approve()
    find_instead(yard, yard.tracker.issues[2])
    yard.undo("UPRIYA", request)
    yard.settle()
    find_instead(yard, yard.tracker.issues[2])

    assert yard.kinds().count("request.asked") == 1
    assert "reopened" not in yard.outcomes()
