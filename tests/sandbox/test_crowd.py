"""Any number of people and issues, the same for the same seed."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.crowd import crowd_of, fill
from sandbox.jira.records import Issue
from sandbox.jira.seeding import seeded_jira
from sandbox.jira.state import JiraState
from sandbox.running import default_seed

SEED = default_seed()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def filled(issues: int, seed: int = 1) -> JiraState:
    everybody = replace(SEED, people=SEED.people + crowd_of(30), jira=replace(SEED.jira, issues=()))
    jira = seeded_jira(everybody, Clock(NOON, speed=0))
    fill(jira, issues, seed)
    return jira


def plain(issues: dict[int, Issue]) -> list[dict[str, object]]:
    return [asdict(issue) for issue in issues.values()]


def test_the_same_seed_makes_the_same_crowd() -> None:
    assert crowd_of(50) == crowd_of(50)
    assert crowd_of(50, seed=2) != crowd_of(50)
    assert plain(filled(50).issues) == plain(filled(50).issues)
    assert plain(filled(50, seed=2).issues) != plain(filled(50).issues)


def test_nobody_is_there_twice_and_every_boss_is_there() -> None:
    crowd = crowd_of(1_000)
    ids = {person.id for person in crowd}
    assert (len(ids), len({person.email for person in crowd}), len({person.slack_id for person in crowd})) == (
        1000,
    ) * 3
    assert {person.manager for person in crowd} - ids == {None}


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 120), st.integers())
def test_a_made_issue_is_one_that_jira_could_hold(number: int, seed: int) -> None:
    jira = filled(number, seed)
    assert len(jira.issues) == number
    for issue in jira.issues.values():
        times = [issue.created, *(entry.created for entry in issue.history)]
        moves = [change for entry in issue.history for change in entry.changes if change.field == "status"]
        assert times == sorted(times)
        assert issue.updated == max([*times, *(comment.created for comment in issue.comments)])
        assert issue.updated <= NOON
        assert (issue.resolution is not None) == (issue.status.category == "done")
        assert issue.status.name == (moves[-1].after_text if moves else issue.project.first_status.name)
        assert all(before.after == after.before for before, after in pairwise(moves))
        assert jira.issue(issue.key) is issue


def test_most_issues_have_a_past_and_some_are_linked() -> None:
    jira = filled(500)
    assert sum(len(issue.history) > 1 for issue in jira.issues.values()) > 400
    assert 5 < len(jira.links) < 60
    assert {link.outward for link in jira.links.values()} <= set(jira.issues)
