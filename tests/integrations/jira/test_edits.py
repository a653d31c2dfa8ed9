"""Watchers, priority and internal comments, the same on a Jira over HTTP and on the one that tests keep in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from integrations.jira.field_values import written_as
from integrations.jira.gateway import JiraTracker
from orchestrator.ports import GatewayError, Tracker
from rules.actions import (
    AssignAction,
    CommentAction,
    FieldAction,
    PriorityAction,
    RiskAction,
    UnwatchAction,
    WatchAction,
)
from rules.canonical import revive
from rules.model import Item, Line, Tainted
from tests.fakes.tracker import OPEN, FakeTracker
from tests.integrations.jira.conftest import Site

DANA, LENA = "acc-dana", "acc-lena"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A tracker, and how somebody reports an issue there; its reporter is Dana."""

    tracker: Tracker
    report: Callable[[], int]


@pytest.fixture(params=["over HTTP", "in memory"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "over HTTP":
        site: Site = request.getfixturevalue("site")
        tracker: JiraTracker = request.getfixturevalue("tracker")
        return Place(tracker=tracker, report=lambda: site.create(priority={"name": "Medium"}))
    fake = FakeTracker(now=lambda: datetime(2026, 3, 2, tzinfo=UTC))
    return Place(tracker=fake, report=lambda: reported(fake))


def reported(fake: FakeTracker) -> int:
    number, at = len(fake.issues) + 1, fake.now()
    item = Item(
        id=number,
        key=f"PAY-{number}",
        project="PAY",
        summary=Tainted(text="Card is refused"),
        type="Bug",
        status=OPEN,
        created=at,
        updated=at,
        priority="Medium",
        reporter=DANA,
    )
    fake.add(item, DANA)
    fake.watching[number] = {DANA}
    return number


def priority_of(tracker: Tracker, item: int) -> str | None:
    seen = tracker.item(item)
    assert seen is not None
    return revive({"id": seen.id, "key": seen.key, **seen.fields}, Item).priority


def assignee_of(tracker: Tracker, item: int) -> str | None:
    seen = tracker.item(item)
    assert seen is not None
    return revive({"id": seen.id, "key": seen.key, **seen.fields}, Item).assignee


def test_a_watcher_is_added_found_and_taken_off_and_the_others_stay(place: Place) -> None:
    item = place.report()
    watch, unwatch = WatchAction(item=item, account=LENA), UnwatchAction(item=item, account=LENA)
    assert place.tracker.find(watch, "mark") is None

    place.tracker.perform(watch, "mark")
    assert place.tracker.watchers(item) == frozenset({DANA, LENA})
    assert place.tracker.find(watch, "mark") is not None
    assert place.tracker.find(unwatch, "mark") is None

    place.tracker.perform(unwatch, "mark")
    assert place.tracker.watchers(item) == frozenset({DANA})
    assert place.tracker.find(unwatch, "mark") is not None


def test_watching_twice_and_leaving_twice_come_to_the_same_as_once(place: Place) -> None:
    item = place.report()
    for action in (WatchAction(item=item, account=LENA), UnwatchAction(item=item, account=LENA)) * 2:
        place.tracker.perform(action, "mark")
        place.tracker.perform(action, "mark")

    assert place.tracker.watchers(item) == frozenset({DANA})


def test_nobody_is_known_to_watch_what_is_not_there(place: Place) -> None:
    assert place.tracker.watchers(999_999) is None


def test_a_priority_is_changed_found_and_changed_back(place: Place) -> None:
    item = place.report()
    up = PriorityAction(item=item, before="Medium", after="Highest")
    down = PriorityAction(item=item, before="Highest", after="Medium")
    assert place.tracker.find(up, "mark") is None

    place.tracker.perform(up, "mark")
    assert priority_of(place.tracker, item) == "Highest"
    assert place.tracker.find(up, "mark") is not None

    place.tracker.perform(down, "mark")
    assert priority_of(place.tracker, item) == "Medium"


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [("Due date", "", "2026-12-01"), ("Priority", "Medium", "Highest"), ("Summary", "Card is refused", "Two cards")],
)
def test_a_field_is_changed_by_its_name_found_and_changed_back(
    site: Site, tracker: JiraTracker, field: str, before: str, after: str
) -> None:
    item = site.create(priority={"name": "Medium"})
    there = FieldAction(item=item, field=field, before=before, after=after)
    back = FieldAction(item=item, field=field, before=after, after=before)
    assert tracker.find(there, "mark") is None

    tracker.perform(there, "mark")
    assert tracker.values(item, [field]) == {field: after}
    assert tracker.find(there, "mark") is not None

    tracker.perform(back, "mark")
    assert tracker.values(item, [field]) == {field: before}


@pytest.mark.parametrize(("field", "after"), [("Cost centre", "12"), ("Issue Type", "Task"), ("Priority", "Burning")])
def test_a_field_that_jira_does_not_let_us_set_so_is_refused(
    site: Site, tracker: JiraTracker, field: str, after: str
) -> None:
    item = site.create()

    with pytest.raises(GatewayError) as refused:
        tracker.perform(FieldAction(item=item, field=field, before="", after=after), "mark")

    assert refused.value.final


@pytest.mark.parametrize(
    ("kind", "text", "sent"),
    [
        ("number", "800", 800),
        ("number", "799.50", 799.5),
        ("number", "", None),
        ("option", "Team", {"value": "Team"}),
        ("priority", "High", {"name": "High"}),
        ("date", "2026-12-01", "2026-12-01"),
    ],
)
def test_a_text_is_sent_in_the_form_of_its_field(kind: str, text: str, sent: object) -> None:
    told = written_as("f", text)({"fields": {"f": {"schema": {"type": kind}}}})

    assert told is not None
    assert told.value == sent


@pytest.mark.parametrize(("kind", "text"), [("number", "cheap"), ("user", "Dana"), ("array", "a")])
def test_what_no_field_of_its_kind_takes_is_not_sent(kind: str, text: str) -> None:
    assert written_as("f", text)({"fields": {"f": {"schema": {"type": kind}}}}) is None


def test_an_issue_is_given_to_somebody_found_and_given_back(place: Place) -> None:
    item = place.report()
    give = AssignAction(item=item, before=None, after=LENA)
    back = AssignAction(item=item, before=LENA, after=None)
    assert place.tracker.find(give, "mark") is None
    assert place.tracker.find(back, "mark") is not None

    place.tracker.perform(give, "mark")
    place.tracker.perform(give, "mark")
    assert assignee_of(place.tracker, item) == LENA
    assert place.tracker.find(give, "mark") is not None
    assert place.tracker.find(back, "mark") is None

    place.tracker.perform(back, "mark")
    assert assignee_of(place.tracker, item) is None


def test_whoever_comments_for_us_watches_nothing_afterwards(place: Place) -> None:
    item = place.report()

    place.tracker.perform(CommentAction(item=item, text=Line(text="ours")), "mark")

    assert place.tracker.watchers(item) == frozenset({DANA})


@pytest.mark.parametrize("internal", [True, False])
def test_an_internal_comment_is_not_for_customers(site: Site, tracker: JiraTracker, internal: bool) -> None:
    item = site.create()

    receipt = tracker.perform(CommentAction(item=item, text=Line(text="ours"), internal=internal), "mark")

    assert site.ask("GET", f"/rest/api/2/issue/{item}/comment/{receipt.id}")["jsdPublic"] is not internal


def test_a_priority_that_jira_does_not_know_is_refused_in_its_words(site: Site, tracker: JiraTracker) -> None:
    item = site.create(priority={"name": "Medium"})

    with pytest.raises(GatewayError) as refused:
        tracker.perform(PriorityAction(item=item, before="Medium", after="Burning"), "mark")

    assert refused.value.final
    assert priority_of(tracker, item) == "Medium"


def test_who_may_not_see_an_issue_cannot_be_made_to_watch_it(site: Site, tracker: JiraTracker) -> None:
    secret = tracker.item_by_key("SEC-1")
    assert secret is not None

    with pytest.raises(GatewayError) as refused:
        tracker.perform(WatchAction(item=secret.id, account=DANA), "mark")

    assert refused.value.final
    assert DANA not in (tracker.watchers(secret.id) or ())


def test_what_an_issue_tells_of_a_risk_is_written_changed_and_taken_off(place: Place) -> None:
    item = place.report()
    first, second = {"sla": "Time to fix", "chance": 62, "breaks": None}, {"sla": "Time to fix", "chance": 80}
    steps = [(None, first), (first, second), (second, None)]
    for before, after in steps:
        action = RiskAction(item=item, before=before, after=after)
        assert place.tracker.find(action, "mark") is None
        place.tracker.perform(action, "mark")
        assert place.tracker.find(action, "mark") is not None


def test_what_is_taken_off_already_counts_as_taken_off(place: Place) -> None:
    action = RiskAction(item=place.report(), before={"chance": 62}, after=None)
    place.tracker.perform(action, "mark")
    assert place.tracker.find(action, "mark") is not None


def test_the_property_is_told_under_the_key_that_the_guide_names(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    tracker.perform(RiskAction(item=item, before=None, after={"chance": 62}), "mark")
    told = tracker._connection.read(f"issue/{item}/properties/yardmaster.risk", "reading")
    assert told == {"key": "yardmaster.risk", "value": {"chance": 62}}
