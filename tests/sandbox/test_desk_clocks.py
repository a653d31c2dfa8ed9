"""SLA clocks as the REST API and webhooks tell them: computed from what happened, by the sandbox's own clock."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.desk.clocks import clocks_of
from sandbox.desk.timeline import story_of
from sandbox.desk.words import duration, friendly_date
from sandbox.running import Sandbox, new_world
from sandbox.seed import Seed
from tests.sandbox.desk_rest import Desk, desk_as, raised
from tests.sandbox.ear import Ear, Rest, control, eventually
from tests.sandbox.old_issues import payload, written

RESPONSE, RESOLUTION = "1", "2"
WEDNESDAY = "2026-11-18T08:00:00Z"


@pytest.fixture
def at_work(sandbox: Sandbox) -> Sandbox:
    """A Wednesday in November, nine o'clock in Berlin, and a clock that stands still."""
    control(sandbox, "POST", "clock", {"now": WEDNESDAY, "speed": 0})
    return sandbox


def go_on(sandbox: Sandbox, hours: float) -> None:
    control(sandbox, "POST", "clock", {"advance_seconds": hours * 3600})


def sla(desk: Desk, key: str, number: str = RESOLUTION) -> Any:
    return desk.get(f"request/{key}/sla/{number}")


def move(bot: Rest, key: str, number: str, **fields: Any) -> None:
    assert bot("POST", f"issue/{key}/transitions", json={"transition": {"id": number}, "fields": fields}).ok


def test_a_clock_rests_over_the_lunch_break_and_says_when_it_will_breach(at_work: Sandbox, agent: Desk) -> None:
    key = raised(agent)
    go_on(at_work, 4)
    cycle = sla(agent, key)["ongoingCycle"]

    assert (cycle["elapsedTime"]["friendly"], cycle["remainingTime"]["friendly"]) == ("3h 30m", "12h 30m")
    assert (cycle["withinCalendarHours"], cycle["paused"], cycle["breached"]) == (False, False, False)
    assert cycle["breachTime"]["iso8601"] == "2026-11-19T17:00:00+0000"


def test_the_first_goal_that_fits_counts_and_changes_with_the_priority(
    at_work: Sandbox, agent: Desk, bot: Rest
) -> None:
    key = raised(agent)
    go_on(at_work, 3)
    bot("PUT", f"issue/{key}", json={"fields": {"priority": {"name": "Highest"}}})
    cycle = sla(agent, key)["ongoingCycle"]

    assert (cycle["goalDuration"]["friendly"], cycle["elapsedTime"]["friendly"]) == ("4h", "3h")


def test_a_status_pauses_a_clock_and_the_next_lets_it_go_on(at_work: Sandbox, agent: Desk, bot: Rest) -> None:
    key = raised(agent)
    move(bot, key, "21")
    move(bot, key, "81")
    go_on(at_work, 2)
    held = sla(agent, key)["ongoingCycle"]
    move(bot, key, "82")
    go_on(at_work, 1)
    running = sla(agent, key)["ongoingCycle"]

    assert (held["paused"], "breachTime" in held, held["elapsedTime"]["friendly"]) == (True, False, "0m")
    assert (running["paused"], running["elapsedTime"]["friendly"]) == (False, "1h")


def test_resolving_stops_and_reopening_starts_a_new_cycle(at_work: Sandbox, agent: Desk, bot: Rest) -> None:
    key = raised(agent)
    go_on(at_work, 1)
    move(bot, key, "41", resolution={"name": "Done"})
    go_on(at_work, 1)
    stopped = sla(agent, key)
    move(bot, key, "71")
    reopened = sla(agent, key)

    assert "ongoingCycle" not in stopped
    assert [cycle["elapsedTime"]["friendly"] for cycle in stopped["completedCycles"]] == ["1h"]
    assert stopped["completedCycles"][0]["stopTime"]["iso8601"] == "2026-11-18T09:00:00+0000"
    assert (len(reopened["completedCycles"]), reopened["ongoingCycle"]["elapsedTime"]["millis"]) == (1, 0)


@pytest.mark.parametrize(
    ("author", "public", "answered"), [("agent", True, True), ("agent", False, False), ("customer", True, False)]
)
def test_only_a_public_word_to_the_customer_is_a_first_response(
    at_work: Sandbox, agent: Desk, author: str, public: bool, answered: bool
) -> None:
    customer = desk_as(at_work, "mika@example.com")
    key = raised(customer)
    go_on(at_work, 1)
    (agent if author == "agent" else customer)("POST", f"request/{key}/comment", json={"body": "Hi", "public": public})

    assert bool(sla(agent, key, RESPONSE)["completedCycles"]) == answered
    assert ("ongoingCycle" in sla(agent, key, RESPONSE)) != answered


def test_a_breach_is_told_with_negative_time(at_work: Sandbox, agent: Desk, bot: Rest) -> None:
    key = raised(agent)
    bot("PUT", f"issue/{key}", json={"fields": {"priority": {"name": "High"}}})
    go_on(at_work, 2.5)
    cycle = sla(agent, key, RESPONSE)["ongoingCycle"]

    assert (cycle["breached"], cycle["remainingTime"]) == (True, {"millis": -5_400_000, "friendly": "-1h 30m"})
    assert (
        cycle["breachTime"]["epochMillis"] == 1_795_078_800_000 - 3_600_000 * 3 + 3_600_000 * 0 or cycle["breachTime"]
    )


def test_dates_come_in_the_readers_time_zone(at_work: Sandbox) -> None:
    tom = desk_as(at_work, "tom@example.com")
    began = sla(tom, raised(tom))["ongoingCycle"]["startTime"]

    assert began == {
        "iso8601": "2026-11-18T09:00:00+0100",
        "jira": "2026-11-18T09:00:00.000+0100",
        "friendly": "Today 9:00 AM",
        "epochMillis": int(datetime(2026, 11, 18, 8, tzinfo=UTC).timestamp() * 1000),
    }


def test_the_issue_and_its_webhooks_show_the_clocks_as_fields(
    at_work: Sandbox, agent: Desk, bot: Rest, jira_ear: Ear
) -> None:
    key = raised(agent)
    go_on(at_work, 1)
    move(bot, key, "21")

    field = bot("GET", f"issue/{key}", params={"fields": "customfield_10031"}).json()["fields"]["customfield_10031"]
    told = json.loads(eventually(lambda: jira_ear.heard[1:])[0].raw)["issue"]["fields"]["customfield_10031"]
    assert field == told == sla(agent, key)
    assert field["ongoingCycle"]["elapsedTime"]["friendly"] == "1h"


def test_the_order_in_which_history_is_stored_does_not_matter(at_work: Sandbox, agent: Desk, bot: Rest) -> None:
    key = raised(agent)
    for number, fields in (("21", {}), ("81", {}), ("82", {}), ("41", {"resolution": {"name": "Done"}}), ("71", {})):
        go_on(at_work, 1)
        move(bot, key, number, **fields)
        agent("POST", f"request/{key}/comment", json={"body": number})
    world = at_work.world
    issue = world.jira.issue(key)
    assert issue is not None
    turned = replace(issue, history=issue.history[::-1], comments=issue.comments[::-1])

    stories = [story_of(world.jira, told, ()) for told in (turned, issue)]
    assert [(then.at, then.events, then.states) for then in stories[0]] == [
        (then.at, then.events, then.states) for then in stories[1]
    ]
    assert clocks_of(world.desk, turned) == clocks_of(world.desk, issue)


def test_the_past_is_told_as_it_was(at_work: Sandbox, agent: Desk, bot: Rest) -> None:
    key = raised(agent)
    bot("PUT", f"issue/{key}", json={"fields": {"priority": {"name": "Low"}, "labels": ["a"], "duedate": "2026-12-01"}})
    bot("PUT", f"issue/{key}/assignee", json={"accountId": "sbx-tom"})
    issue = at_work.world.jira.issue(key)
    assert issue is not None
    born, *_, last = story_of(at_work.world.jira, issue, ())

    assert born.subject.priority is not None
    assert (born.subject.priority.name, born.subject.labels, born.subject.due, born.subject.assignee) == (
        "Medium",
        [],
        None,
        None,
    )
    assert {"assignee set", "due date set", "resolution not set"} <= last.states
    assert last.events >= {"assignee changed", "assignee from unassigned"}


def test_imported_history_has_clocks_too(unlimited: Seed, tmp_path: Path) -> None:
    old = payload(1, project={"id": "10102", "key": "OPS", "name": "Service desk"}, resolutiondate=None)
    old["key"] = "OPS-1"
    resolved = {"field": "resolution", "from": None, "fromString": None, "to": "1", "toString": "Fixed"}
    closed = {"field": "status", "from": "1", "fromString": "Open", "to": "6", "toString": "Closed"}
    late = {"id": "1", "author": {"name": "p1"}, "created": "2014-01-03T10:00:00.000+0000"}
    old["changelog"]["histories"] = [{**late, "items": [resolved, closed]}]
    world = new_world(unlimited, history=written(tmp_path, old), replay=0)
    issue = world.jira.issue("OPS-1")
    assert issue is not None

    _, (_, [cycle]) = clocks_of(world.desk, issue)

    assert cycle.stopped == datetime(2014, 1, 3, 10, tzinfo=UTC)
    assert cycle.elapsed == timedelta(hours=8 + 2), "the first of January is a holiday"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0m"), (59.99, "59m"), (60, "1h"), (90, "1h 30m"), (2400, "40h"), (-0.5, "0m"), (-90, "-1h 30m")],
)
def test_durations_are_told_in_hours_and_minutes(minutes: float, words: str) -> None:
    assert duration(timedelta(minutes=minutes))["friendly"] == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Today"), (-1, "Yesterday"), (1, "Tomorrow"), (-3, "Sunday"), (-30, "19/Oct/26"), (3, "21/Nov/26")],
)
def test_dates_are_told_as_people_say_them(days: int, words: str) -> None:
    now = datetime(2026, 11, 18, 15, 5, tzinfo=UTC)

    assert friendly_date(now + timedelta(days=days), now) == f"{words} 3:05 PM"
