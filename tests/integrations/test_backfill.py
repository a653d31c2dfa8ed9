"""Learning what Jira holds, interrupted, resumed and disturbed, from a Jira that keeps state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from integrations.backfill import Backfill, Learned, _moved
from integrations.jira.changelogs import JiraChangelogs
from integrations.jira.history import JiraHistory, Page
from integrations.jira.patient import Patient
from integrations.store.items import PostgresItems
from integrations.store.progress import PostgresProgress
from integrations.store.tables import events, item_changes
from orchestrator.ports import GatewayError
from rules.model import FieldChange, Snapshot
from tests.integrations.jira.archive import SECRET_WORDS, Archive, archive
from tests.integrations.store.stored import database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C."""


class Memory:
    """Items by id, the newest wins; `watch` sees how many merges were done, before each."""

    def __init__(self) -> None:
        self.items: dict[int, Snapshot] = {}
        self.merged: list[int] = []
        self.changes: dict[int, dict[str, FieldChange]] = {}
        self.watch: Callable[[int], None] = lambda _: None

    def unite(self, changes: Mapping[int, Iterable[FieldChange]]) -> None:
        for item, some in changes.items():
            self.changes.setdefault(item, {}).update({one.id: one for one in some})

    def merge(self, snapshots: Sequence[Snapshot]) -> None:
        self.watch(len(self.merged))
        self.merged.append(len(snapshots))
        for one in snapshots:
            known = self.items.get(one.id)
            if known is None or (known.updated or NOON) <= (one.updated or NOON):
                self.items[one.id] = one

    def summaries(self) -> dict[int, str]:
        return {id_: one.fields["summary"]["text"] for id_, one in self.items.items()}

    def interrupt(self, page: int) -> None:
        def check(done: int) -> None:
            if done == page:
                raise Interrupted

        self.watch = check


class Marks:
    """Marks by name."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def write(self, name: str, value: str) -> None:
        self.kept[name] = value


class Learner:
    """A Jira, what was learnt of it, and what was said."""

    def __init__(self, jira: Archive) -> None:
        self.jira, self.memory, self.marks, self.said = jira, Memory(), Marks(), list[str]()
        self.learnt = list[Sequence[int]]()

    def backfill(self, at_once: int = 10) -> Backfill:
        patient = Patient(sleep=lambda _: None)
        return Backfill(
            history=JiraHistory(self.jira.connection, patient, at_once=at_once),
            changelogs=JiraChangelogs(self.jira.connection, patient, at_once=3),
            items=self.memory,
            progress=self.marks,
            clock=self.jira.jira.clock,
            monotonic=count().__next__,
            say=self.said.append,
            learnt=self.learnt.append,
            at_once=at_once,
        )

    def run(self, at_once: int = 10) -> Learned:
        return self.backfill(at_once).run()


@pytest.fixture
def learner() -> Iterator[Callable[[int], Learner]]:
    with ExitStack() as stack:
        yield lambda count: Learner(stack.enter_context(archive(count)))


def test_everything_that_jira_holds_is_learnt(learner: Callable[[int], Learner]) -> None:
    one = learner(25)

    learned = one.run()

    assert (learned.issues, learned.skipped) == (25, 0)
    assert one.memory.summaries() == one.jira.summaries()
    assert [len(ids) for ids in one.learnt] == [10, 10, 5]


def test_of_a_jira_without_issues_nothing_is_learnt_and_nothing_marked(learner: Callable[[int], Learner]) -> None:
    one = learner(0)

    assert one.run().issues == 0
    assert (one.marks.kept, one.said) == ({}, [])


def test_pages_are_stored_together_but_never_more_than_one_call_for_changelogs_takes(
    learner: Callable[[int], Learner],
) -> None:
    one = learner(120)
    backfill = replace(one.backfill(), at_once=35)

    steps = [learned.issues for learned in backfill.steps()]

    assert steps == [30, 60, 90, 120]
    assert one.memory.summaries() == one.jira.summaries()


def test_how_the_issues_came_to_be_is_learnt_too(learner: Callable[[int], Learner]) -> None:
    one = learner(12)
    for time, number in enumerate((2, 2, 2, 2, 11)):
        one.jira.rename(number, f"renamed {time}")

    learned = one.run()

    assert learned.changes == 5
    assert {one.jira.key(item): len(some) for item, some in one.memory.changes.items()} == {"PAY-2": 4, "PAY-11": 1}


def test_changelogs_that_were_read_twice_are_there_once(learner: Callable[[int], Learner]) -> None:
    one = learner(3)
    one.jira.rename(2, "renamed")

    one.run()
    one.run()

    assert [len(some) for some in one.memory.changes.values()] == [1]


def test_a_run_that_ends_between_issues_and_changelogs_learns_both_in_the_end(
    learner: Callable[[int], Learner],
) -> None:
    one = learner(30)
    one.jira.rename(2, "renamed")
    one.jira.fail(path="changelog/bulkfetch", times=None, status=400)
    with pytest.raises(GatewayError, match="changelogs"):
        one.run()
    one.jira.sandbox.world.faults.clear()

    one.run()

    assert one.memory.summaries() == one.jira.summaries()
    assert [len(some) for some in one.memory.changes.values()] == [1]


def test_projects_are_learnt_one_by_one_each_with_a_mark_of_its_own(learner: Callable[[int], Learner]) -> None:
    one = learner(20)
    one.jira.add(1, one.jira.now, key="WEB-1", project=one.jira.jira.projects["WEB"])
    backfill = one.backfill()

    expected = backfill.expected(["WEB", "PAY"])
    (web, *_, both) = backfill.steps(["WEB", "PAY"])
    again = [learned.issues for learned in backfill.steps(["PAY"])]

    assert (expected, web.projects, both.projects) == (21, {"WEB": 1}, {"WEB": 1, "PAY": 20})
    assert sum(again) == 7
    assert sorted(one.marks.kept) == ["jira.backfill:PAY", "jira.backfill:WEB"]


def test_a_run_may_begin_anew(learner: Callable[[int], Learner]) -> None:
    one = learner(20)
    one.run()

    assert one.backfill().expected() == 7
    assert one.backfill().expected(anew=True) == 20
    assert [learned.issues for learned in one.backfill().steps(anew=True)] == [10, 20]


def test_a_run_says_how_long_it_took_and_how_much_of_it_to_store(learner: Callable[[int], Learner]) -> None:
    learned = learner(20).run()

    assert learned.seconds > learned.storing > 0


def test_a_later_run_reads_what_changed_in_the_last_hour_and_since(learner: Callable[[int], Learner]) -> None:
    one = learner(30)
    one.run()
    one.jira.edit(2, "changed")
    one.jira.add(31, one.jira.jira.clock.now())

    learned = one.run()

    assert learned.issues == 9
    assert one.memory.summaries() == one.jira.summaries()


@pytest.mark.parametrize("page", [0, 1, 4])
def test_an_interrupted_run_goes_on_where_it_stopped(learner: Callable[[int], Learner], page: int) -> None:
    one = learner(50)
    one.memory.interrupt(page)
    with pytest.raises(Interrupted):
        one.run()

    one.memory.watch = lambda _: None
    learned = one.run()

    assert learned.issues == 50 - page * 10 + (1 if page else 0)
    assert one.memory.summaries() == one.jira.summaries()


def test_runs_that_are_interrupted_after_each_page_arrive_nevertheless(learner: Callable[[int], Learner]) -> None:
    one = learner(50)

    for _ in range(5):
        one.memory.interrupt(len(one.memory.merged) + 1)
        with pytest.raises(Interrupted):
            one.run()
    one.memory.watch = lambda _: None
    one.run()

    assert one.memory.summaries() == one.jira.summaries()
    assert sum(one.memory.merged) < 65


def test_a_run_that_jira_ends_keeps_what_it_learnt(learner: Callable[[int], Learner]) -> None:
    one = learner(40)
    one.memory.watch = lambda done: one.jira.fail(times=8, status=500) if done == 1 else None
    with pytest.raises(GatewayError, match="500"):
        one.run()
    known = len(one.memory.items)

    one.run()

    assert known == 20
    assert one.memory.summaries() == one.jira.summaries()


@pytest.mark.parametrize("status", [429, 500])
def test_a_page_in_between_that_fails_costs_nothing(learner: Callable[[int], Learner], status: int) -> None:
    one = learner(30)
    one.memory.watch = lambda done: one.jira.fail(status=status) if done == 1 else None

    assert one.run().issues == 30


def test_issues_that_change_while_they_are_read_are_known_as_they_are_in_the_end(
    learner: Callable[[int], Learner],
) -> None:
    one = learner(40)

    def change(done: int) -> None:
        if done < 3:
            one.jira.edit(done * 10 + 3, f"changed at page {done}")
            one.jira.edit(35, f"changed at page {done} too")

    one.memory.watch = change
    one.run()

    assert one.memory.summaries() == one.jira.summaries()


def test_a_date_of_tomorrow_does_not_hide_what_changes_today(learner: Callable[[int], Learner]) -> None:
    one = learner(3)
    one.jira.add(4, one.jira.now + timedelta(days=400))
    one.run()
    one.jira.edit(1, "changed")

    one.run()

    assert one.memory.summaries() == one.jira.summaries()


def test_what_makes_no_sense_is_counted_and_told_and_stops_nothing(learner: Callable[[int], Learner]) -> None:
    one = learner(0)
    bad = {"id": "8", "key": "PAY-8", "fields": {"summary": [SECRET_WORDS]}}
    good = {"id": "7", "key": "PAY-7", "fields": {"summary": "fine", "updated": "2026-03-02T09:00:00.000+0100"}}
    one.jira.fail(status=200, body={"issues": [bad, good, bad], "isLast": True})

    learned = one.run()

    assert (learned.issues, learned.skipped) == (1, 2)
    assert [words[:72] for words in one.said] == [
        "Left out, because Jira's answer makes no sense: 2, first issue 8: Expect"
    ]
    assert one.memory.summaries() == {7: "fine"}


def test_nothing_that_is_said_holds_the_text_of_an_issue(learner: Callable[[int], Learner]) -> None:
    one = learner(3)
    bad = {"id": "8", "key": "PAY-8", "fields": {"summary": [SECRET_WORDS]}}
    one.jira.fail(status=200, body={"issues": [bad], "isLast": True})

    one.run()

    assert one.said
    assert SECRET_WORDS not in "".join(one.said)


def test_a_page_is_marked_only_when_it_is_merged(learner: Callable[[int], Learner]) -> None:
    one = learner(30)
    one.memory.interrupt(2)

    with pytest.raises(Interrupted):
        one.run()

    (mark,) = one.marks.kept.values()
    assert datetime.fromisoformat(mark) == one.jira.issue(20).updated


@given(cursor=st.none() | MOMENTS, told=st.lists(st.none() | MOMENTS, max_size=4), limit=MOMENTS)
def test_the_mark_never_goes_back_nor_past_the_limit(
    cursor: datetime | None, told: list[datetime | None], limit: datetime
) -> None:
    page = Page(snapshots=tuple(Snapshot(id=1, key="PAY-1", updated=at) for at in told))

    moved = _moved(cursor, page, limit)

    known = [at for at in told if at is not None]
    assert (moved is None) == (cursor is None and not known)
    if moved is not None:
        assert cursor is None or moved >= cursor
        assert moved <= max(limit, cursor or limit)
        assert moved in (cursor, limit, *known)


def test_a_real_store_learns_across_runs_and_hears_of_no_event(
    learner: Callable[[int], Learner], database_url: str
) -> None:
    jira = learner(120).jira
    jira.rename(119, "renamed")
    with database(database_url) as engine:
        items = PostgresItems(engine)
        one = replace(Learner(jira).backfill(at_once=50), items=items, progress=PostgresProgress(engine))

        first = one.run()
        jira.edit(2, "Invoices are sent twice")
        second = one.run()

        changed = items.by_key("PAY-2")
        assert (first.issues, second.issues) == (120, 8)
        assert changed is not None
        assert changed.summary.text == "Invoices are sent twice"
        assert items.corpus([]).documents == 120
        with engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(events)).scalar() == 0
            assert connection.execute(select(func.count()).select_from(item_changes)).scalar() == 1
