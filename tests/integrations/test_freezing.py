"""Freezing a baseline out of what was learnt of a Jira that keeps state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest

from integrations.backfill import Backfill
from integrations.freezing import Freezing
from integrations.jira.changelogs import JiraChangelogs
from integrations.jira.history import JiraHistory
from integrations.jira.measuring import JiraMeasuring
from integrations.jira.patient import Patient
from integrations.store.baselines import PostgresBaselines
from integrations.store.items import PostgresItems
from integrations.store.progress import PostgresProgress
from orchestrator.ports import GatewayError
from tests.integrations.jira.archive import Archive, archive
from tests.integrations.store.stored import database


@dataclass(frozen=True)
class Site:
    jira: Archive
    backfill: Backfill
    freezing: Freezing
    said: list[str]


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    with archive(12) as jira, database(database_url) as engine:
        said = list[str]()
        backfill = Backfill(
            history=JiraHistory(jira.connection, Patient(())),
            changelogs=JiraChangelogs(jira.connection, Patient(())),
            items=PostgresItems(engine),
            progress=PostgresProgress(engine),
            clock=jira.jira.clock,
            monotonic=count().__next__,
            say=said.append,
            learnt=len,
        )
        measuring = JiraMeasuring(jira.connection, Patient(()))
        freezing = Freezing(
            measuring=measuring, baselines=PostgresBaselines(engine), clock=jira.jira.clock, say=said.append
        )
        yield Site(jira, backfill, freezing, said)


def test_what_was_learnt_is_frozen_once(site: Site) -> None:
    done = next(status for status in site.jira.jira.statuses.values() if status.category == "done")
    site.jira.move(3, done.name)
    site.backfill.run()

    frozen = site.freezing.freeze(weeks=4)

    assert frozen is not None
    whole = frozen.baseline.whole
    assert (whole.issues, whole.open, whole.finished, whole.created) == (12, 11, 1, 12)
    assert frozen.baseline.window.until - frozen.baseline.window.since == timedelta(weeks=4)
    assert site.freezing.freeze() is None


def test_another_one_may_be_frozen_of_some_projects(site: Site) -> None:
    site.backfill.run()
    site.freezing.freeze()

    second = site.freezing.freeze(["WEB"], another=True)

    assert second is not None
    assert (second.number, second.baseline.projects, second.baseline.whole.issues) == (2, ("WEB",), 0)


def test_while_jira_does_not_tell_what_statuses_mean_nothing_is_frozen(site: Site) -> None:
    site.backfill.run()
    site.jira.fail(path="/status", status=500)

    with pytest.raises(GatewayError, match="statuses"):
        site.freezing.freeze()

    assert site.freezing.baselines.all() == ()
    assert site.freezing.freeze() is not None


def test_sla_clocks_count_and_those_that_make_no_sense_are_told(site: Site) -> None:
    field = {"id": "customfield_1", "name": "Response", "schema": {"type": "sd-servicelevelagreement"}}
    stop = {"epochMillis": int((site.jira.jira.clock.now() - timedelta(days=1)).timestamp() * 1000)}
    clock = {"name": "Response", "completedCycles": [{"stopTime": stop, "breached": True}]}
    site.jira.issue(2).custom["customfield_1"] = clock
    site.jira.issue(3).custom["customfield_1"] = {"name": 7}
    site.backfill.run()
    site.jira.fail(path="/field", status=200, body=[field])

    frozen = site.freezing.freeze()

    assert frozen is not None
    (goal,) = frozen.baseline.whole.goals
    assert (goal.name, goal.breached.count, goal.breached.of) == ("Response", 1, 1)
    assert [words.partition(":")[0] for words in site.said] == ["Left out, because Jira's answer makes no sense"]
