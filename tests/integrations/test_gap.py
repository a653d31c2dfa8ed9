"""How much of what changed in Jira we missed, measured against a Jira that keeps state and a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from integrations import gap
from integrations.gap import EVERY_S, read_gap
from tests.integrations.polled import Askew, Station, station
from tests.integrations.store.stored import jobs

FIVE_MINUTES, DAY = timedelta(minutes=5), timedelta(days=1)


@pytest.fixture
def new(database_url: str) -> Iterator[Station]:
    """Ten issues of which nothing is known yet."""
    with station(10, database_url) as one:
        yield one


@pytest.fixture
def one(new: Station) -> Station:
    """Ten issues that are known as they stand, the last of them a day old; the gap was measured before."""
    new.gap().round()
    for page in new.poller().history.pages(new.jira.now - DAY):
        new.items.merge(page.snapshots)
    new.jira.jira.clock.advance(DAY.total_seconds())
    return new


def measure(one: Station, later: timedelta = FIVE_MINUTES) -> int | None:
    one.jira.jira.clock.advance(later.total_seconds())
    one.polls.put_off("jira.gap", -1.0)
    one.gap().round()
    return read_gap(one.progress)


def test_before_it_is_measured_the_gap_is_unknown(new: Station) -> None:
    assert read_gap(new.progress) is None


def test_what_changed_before_the_first_measure_is_no_news(new: Station) -> None:
    new.jira.jira.clock.advance(600)

    assert [measure(new), measure(new)] == [0, 0]
    assert new.stored() == 0


def test_who_knows_everything_has_no_gap(one: Station) -> None:
    assert measure(one) == 0
    assert one.stored() == 0


def test_what_changed_and_is_not_known_is_the_gap_and_is_looked_at(one: Station) -> None:
    one.jira.edit(3, "changed")
    one.jira.edit(4, "changed")
    one.jira.add(11, one.jira.jira.clock.now())

    assert measure(one) == 3
    assert one.numbers() == [3, 4, 11]
    assert len(jobs(one.engine)) == 3


def test_what_changed_within_the_last_minute_may_be_on_its_way(one: Station) -> None:
    one.jira.edit(3, "changed")

    assert measure(one, later=timedelta(seconds=50)) == 0
    assert measure(one, later=timedelta(seconds=20)) == 1


def test_what_is_learnt_meanwhile_closes_the_gap(one: Station) -> None:
    one.jira.edit(3, "changed")
    assert measure(one) == 1

    for page in one.poller().history.pages(one.jira.now):
        one.items.merge(page.snapshots)

    assert measure(one) == 0


def test_what_stays_missed_is_measured_again_and_stored_once(one: Station) -> None:
    one.jira.edit(3, "changed")

    assert [measure(one), measure(one)] == [1, 1]
    assert one.numbers() == [3]


def test_what_polling_found_already_is_not_stored_twice(one: Station) -> None:
    one.poll()
    one.jira.edit(3, "changed")
    one.poll()

    assert measure(one) == 1
    assert one.numbers() == [3]


def test_what_changed_long_ago_is_left_to_the_backfill(one: Station) -> None:
    one.jira.edit(3, "changed")

    assert measure(one, later=timedelta(hours=2)) == 0


@pytest.mark.parametrize("skew", [-DAY, DAY], ids=["behind", "ahead"])
def test_the_gap_is_measured_in_jiras_time(one: Station, skew: timedelta) -> None:
    one.clock = Askew(one.jira, skew)
    one.jira.edit(3, "changed")

    assert measure(one) == 1


def test_the_sample_is_bounded(one: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gap, "PAGES", 1)
    for number in range(11, 121):
        one.jira.add(number, one.jira.jira.clock.now())

    assert measure(one) == 100


def test_a_jira_that_fails_leaves_the_gap_unknown_and_is_told_once(one: Station) -> None:
    assert measure(one) == 0
    one.break_down(times=2, status=500)
    unknown = [measure(one), measure(one)]

    assert (unknown, measure(one)) == ([None, None], 0)
    assert [words.partition(",")[0] for words in one.said] == [
        "comparing with Jira fails",
        "comparing with Jira works again",
    ]


def test_the_gap_is_measured_once_in_its_time_over_all_processes(one: Station) -> None:
    assert measure(one) == 0
    one.jira.edit(3, "changed")
    one.jira.jira.clock.advance(EVERY_S)

    one.gap().round()

    assert read_gap(one.progress) == 0
