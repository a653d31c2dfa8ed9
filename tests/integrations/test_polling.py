"""Polling over real HTTP into a real database: nothing is missed and nothing doubled, whatever Jira and clocks do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import polling
from integrations.jira.history import Page
from integrations.polling import OVERLAP, Poller, Storing, Trouble, patience
from orchestrator.ports import GatewayError
from rules.model import SYSTEM, Event, Snapshot
from tests.integrations.jira.archive import SECRET_WORDS
from tests.integrations.polled import Askew, Station, station
from tests.integrations.store.stored import jobs

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def holding(database_url: str) -> Iterator[Callable[[int], Station]]:
    """A station whose Jira holds so many issues, the last of them a day old."""
    with ExitStack() as stack:

        def found(count: int) -> Station:
            one = stack.enter_context(station(count, database_url))
            one.jira.jira.clock.advance(DAY.total_seconds())
            return one

        yield found


def test_what_was_there_before_the_first_round_is_known_and_no_news(holding: Callable[[int], Station]) -> None:
    one = holding(30)
    one.poll()
    assert one.stored() == 0


def test_what_changes_afterwards_is_stored_as_it_stands_and_looked_at(holding: Callable[[int], Station]) -> None:
    one = holding(30)
    one.poll()
    one.jira.edit(3, "changed")

    one.poll()

    (kept,) = one.intake.unhandled(10)
    assert one.numbers() == [3]
    assert kept.event.payload["snapshot"]["fields"]["summary"]["text"] == "changed"
    assert [subject for subject, *_ in jobs(one.engine)] == [str(kept.event.subject)]


def test_the_same_window_read_again_stores_nothing_again(holding: Callable[[int], Station]) -> None:
    one = holding(30)
    one.poll()
    for number in range(1, 26):
        one.jira.edit(number, "changed")

    one.poll(rounds=3)

    assert one.numbers() == list(range(1, 26))


def test_an_issue_that_changes_again_is_stored_again(holding: Callable[[int], Station]) -> None:
    one = holding(3)
    one.poll()
    for summary in ("changed", "changed again"):
        one.jira.edit(2, summary)
        one.poll(rounds=2)

    assert one.numbers() == [2, 2]


def test_while_one_polls_another_does_not(holding: Callable[[int], Station]) -> None:
    one = holding(3)
    one.poll()
    one.jira.edit(2, "changed")

    with one.polls.turn("jira.poll", 0.0) as ours:
        one.poll()

    assert (ours, one.stored()) == (True, 0)
    one.poll()
    assert one.numbers() == [2]


def test_many_pollers_poll_as_often_as_one(holding: Callable[[int], Station]) -> None:
    one = holding(3)
    one.poller(seconds=3600.0).round()
    one.jira.edit(2, "changed")

    one.poller(seconds=3600.0).round()

    assert one.stored() == 0


def test_pollers_that_race_store_each_change_once(holding: Callable[[int], Station]) -> None:
    one = holding(60)
    one.poll()
    for number in range(1, 61):
        one.jira.edit(number, "changed")

    with ThreadPoolExecutor(2) as several:
        for done in [several.submit(one.storing.store, page) for page in _pages(one) for _ in range(2)]:
            done.result()
    one.poll()

    assert sorted(one.numbers()) == list(range(1, 61))


def _pages(one: Station) -> list[Page]:
    return list(one.poller().history.pages(one.jira.jira.clock.now() - MINUTE))


FAULTS = [{"status": 429}, {"status": 500}, {"drop": "before"}, {"status": 200, "body": {"issues": [], "isLast": 7}}]


@pytest.mark.parametrize("how", FAULTS, ids=["429", "500", "dropped", "nonsense"])
def test_a_round_that_jira_ends_is_told_once_and_the_next_goes_on(
    holding: Callable[[int], Station], how: dict[str, Any]
) -> None:
    one = holding(30)
    one.poll()
    for number in range(1, 26):
        one.jira.edit(number, "changed")
    one.break_down(times=3, **how)

    one.poll(rounds=3)
    during = list(one.said)
    one.poll(rounds=2)

    assert len(during) == 1
    assert during[0].startswith("polling Jira fails, and is tried again by itself: Jira")
    assert one.said[1:] == ["polling Jira works again"]
    assert one.numbers() == list(range(1, 26))


def test_what_was_read_before_jira_failed_is_stored_and_marked(holding: Callable[[int], Station]) -> None:
    one = holding(30)
    one.poll()
    for number in range(1, 26):
        one.jira.edit(number, "changed")
    put = one.intake.put

    def put_and_break(event: Event) -> bool:
        one.intake.put = put  # type: ignore[method-assign]
        one.break_down(status=500)
        return put(event)

    one.intake.put = put_and_break  # type: ignore[method-assign]
    one.poll()

    assert one.numbers() == list(range(1, 11))
    assert one.progress.read("jira.poll") == f"{one.jira.issue(10).updated:%Y-%m-%dT%H:%M:%S.%fZ}"
    one.poll()
    assert one.numbers() == list(range(1, 26))


def test_a_trouble_that_comes_back_is_told_again(holding: Callable[[int], Station]) -> None:
    one = holding(1)
    for _ in range(2):
        one.break_down(status=500)
        one.poll(rounds=2)

    assert [words.split()[2] for words in one.said] == ["fails,", "works", "fails,", "works"]


def test_jira_is_left_alone_for_as_long_as_it_wants(holding: Callable[[int], Station]) -> None:
    one = holding(3)
    one.poll()
    one.break_down(status=429, headers={"Retry-After": "3600"})
    one.poll()
    one.jira.edit(2, "changed")

    one.poll()

    assert one.stored() == 0
    one.polls.put_off("jira.poll", -1.0)
    one.poll()
    assert one.numbers() == [2]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (GatewayError("busy", retryable=True), 0.0),
        (GatewayError("busy", retryable=True, retry_after=17.0), 17.0),
        (GatewayError("refused", retryable=False), polling.REFUSED_S),
        (GatewayError("refused", retryable=False, retry_after=600.0), 600.0),
        (GatewayError("busy", retryable=True, retry_after=86_400.0), polling.LONGEST_S),
    ],
)
def test_patience_is_what_jira_asked_for_and_longer_where_it_refuses(error: GatewayError, seconds: float) -> None:
    assert patience(error) == seconds


def test_a_jira_that_fails_at_the_very_first_round_hides_nothing(holding: Callable[[int], Station]) -> None:
    one = holding(3)
    one.break_down(status=500, path="serverInfo")
    one.poll()
    one.jira.edit(2, "changed")

    one.poll()

    assert one.numbers() == [2]


@pytest.mark.parametrize("skew", [-DAY, -10 * MINUTE, 10 * MINUTE, DAY], ids=str)
def test_a_clock_that_differs_from_jiras_hides_and_doubles_nothing(
    holding: Callable[[int], Station], skew: timedelta
) -> None:
    one = holding(3)
    one.clock = Askew(one.jira, skew)
    one.poll()
    for number in (1, 2, 3):
        one.jira.edit(number, "changed")
        one.poll()
        one.jira.jira.clock.advance(HOUR.total_seconds())

    one.poll()

    assert one.numbers() == [1, 2, 3]


@pytest.mark.slow
def test_a_thousand_changes_in_a_minute_are_stored_once_each(
    holding: Callable[[int], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST", 400)
    one = holding(0)
    one.poll()
    at = one.jira.jira.clock.now()
    for number in range(1, 1001):
        one.jira.add(number, at + timedelta(milliseconds=number // 100))

    counts = []
    for _ in range(4):
        one.poll(at_once=100)
        counts.append(one.stored())

    assert counts == [400, 800, 1000, 1000]
    assert one.numbers() == list(range(1, 1001))


def test_what_the_search_shows_late_is_found(holding: Callable[[int], Station]) -> None:
    one = holding(0)
    one.poll()
    now = one.jira.jira.clock.now()
    one.jira.add(2, now)
    one.poll()
    one.jira.add(1, now - OVERLAP)

    one.poll()

    assert one.numbers() == [2, 1]


def test_a_search_that_stood_still_for_hours_hides_nothing(holding: Callable[[int], Station]) -> None:
    one = holding(0)
    one.poll()
    at = one.jira.jira.clock.now()
    one.jira.jira.clock.advance(5 * 3600)
    one.poll(rounds=2)
    one.jira.add(1, at)

    one.poll()

    assert one.numbers() == [1]


def test_a_date_of_tomorrow_does_not_hide_what_changes_today(holding: Callable[[int], Station]) -> None:
    one = holding(3)
    one.poll()
    one.jira.add(4, one.jira.jira.clock.now() + 400 * DAY)
    one.poll(rounds=2)
    one.jira.edit(1, "changed")

    one.poll(rounds=2)

    assert one.numbers() == [4, 1]


def test_what_makes_no_sense_is_buried_once_and_stops_nothing(holding: Callable[[int], Station]) -> None:
    one = holding(0)
    one.poll()
    bad = {"id": "8", "key": "PAY-8", "fields": {"summary": [SECRET_WORDS]}}
    good = {"id": "7", "key": "PAY-7", "fields": {"summary": "fine", "updated": "2026-03-02T09:00:00.000+0100"}}
    one.break_down(times=2, status=200, body={"issues": [bad, good, None], "isLast": True})

    one.poll(rounds=2)

    kept = one.intake.unhandled(10)
    assert sorted((one.state, str(one.event.subject)) for one in kept) == [
        ("buried", "item:8"),
        ("buried", str(SYSTEM)),
        ("waiting", "item:7"),
    ]
    assert SECRET_WORDS not in "".join(f"{one.error} {one.event}" for one in kept)


def test_the_mark_does_not_move_over_what_could_not_be_stored(holding: Callable[[int], Station]) -> None:
    one = holding(30)
    one.poll()
    marked = one.progress.read("jira.poll")
    for number in range(1, 6):
        one.jira.edit(number, "changed")
    put, one.intake.put = one.intake.put, _unable  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no space left"):
        one.poll()
    one.intake.put = put  # type: ignore[method-assign]

    assert one.progress.read("jira.poll") == marked
    one.poll()
    assert one.numbers() == [1, 2, 3, 4, 5]


def _unable(event: Event) -> bool:
    raise OSError("no space left")


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Lagging:
    """Jira and its store in memory: a search shows a change some seconds after it was made."""

    skew: timedelta
    time: datetime = NOON
    changes: list[tuple[int, datetime, datetime]] = field(default_factory=list)
    kept: dict[str, Event] = field(default_factory=dict)
    doubles: int = 0
    marks: dict[str, str] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.time

    def pages(self, since: datetime | None = None) -> Iterator[Page]:
        assert since is not None
        shown = {issue: at for issue, at, visible in self.changes if visible <= self.time}
        found = sorted((at, issue) for issue, at in shown.items() if at >= since)
        for start in range(0, len(found) + 1, 2):
            some = found[start : start + 2]
            yield Page(snapshots=tuple(Snapshot(id=issue, key=f"PAY-{issue}", updated=at) for at, issue in some))

    def put(self, event: Event) -> bool:
        self.doubles += event.id in self.kept
        self.kept[event.id] = event
        return True

    def bury(self, event: Event, reason: str) -> bool:
        raise AssertionError(event, reason)

    def unknown(self, ids: Collection[str]) -> frozenset[str]:
        return frozenset(ids) - self.kept.keys()

    @contextmanager
    def turn(self, name: str, seconds: float) -> Iterator[bool]:
        del name, seconds
        yield True

    def put_off(self, name: str, seconds: float) -> None:
        raise AssertionError(name, seconds)

    def read(self, name: str) -> str | None:
        return self.marks.get(name)

    def write(self, name: str, value: str) -> None:
        self.marks[name] = value

    def swap(self, name: str, before: str, after: str) -> bool:
        raise AssertionError(name, before, after)

    def poller(self) -> Poller:
        clock = Ours(self)
        return Poller(
            history=self,
            storing=Storing(intake=self, polls=self, clock=clock),
            polls=self,
            progress=self,
            clock=clock,
            trouble=Trouble(what="polling", progress=self, warn=list[str]().append),
            seconds=0.0,
        )


@dataclass
class Ours:
    """Our clock."""

    jira: Lagging

    def now(self) -> datetime:
        return self.jira.time + self.jira.skew


LAGS = st.sampled_from([0, 1, 60, int(OVERLAP.total_seconds())])
STEPS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 99), LAGS, st.booleans()), min_size=3, max_size=30)


@given(STEPS, st.sampled_from([-DAY, -MINUTE, timedelta(), MINUTE, DAY]))
def test_nothing_is_missed_and_nothing_doubled_while_the_search_lags_no_more_than_the_overlap(
    steps: list[tuple[int, int, int, bool]], skew: timedelta
) -> None:
    jira = Lagging(skew=skew)
    jira.poller().round()
    for seconds, issue, lag, polled in steps:
        jira.time += timedelta(seconds=seconds)
        jira.changes.append((issue, jira.time, jira.time + timedelta(seconds=lag)))
        if polled:
            jira.poller().round()

    jira.time += OVERLAP
    jira.poller().round()

    latest = {f"item:{issue}": at for issue, at, _ in jira.changes}
    seen: dict[str, datetime] = {}
    for event in jira.kept.values():
        at = datetime.fromisoformat(event.payload["snapshot"]["updated"])
        seen[str(event.subject)] = max(at, seen.get(str(event.subject), at))
    assert (seen, jira.doubles) == (latest, 0)
