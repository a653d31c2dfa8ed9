"""What Jira's state finds quickly is what a look at everything would find."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.crowd import fill
from sandbox.jira.records import Link
from sandbox.jira.seeding import seeded_jira
from sandbox.jira.state import JiraState
from sandbox.running import default_seed

SEED = default_seed()
PLACE = st.integers(0, 5)


def six_issues() -> JiraState:
    jira = seeded_jira(replace(SEED, jira=replace(SEED.jira, issues=())), Clock(datetime(2026, 11, 20, tzinfo=UTC)))
    fill(jira, 6)
    return jira


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(["link", "unlink", "parent", "remove"]), PLACE, PLACE), max_size=25))
def test_links_and_children_are_those_that_are_there(steps: list[tuple[str, int, int]]) -> None:
    jira = six_issues()
    issues = list(jira.issues.values())
    for act, here, there in steps:
        one, other = issues[here], issues[there]
        if one.id not in jira.issues or other.id not in jira.issues:
            continue
        if act == "link":
            jira.add_link(Link(id=jira.next_id(), type=jira.link_types[0], inward=one.id, outward=other.id))
        elif act == "unlink":
            for link in jira.links_of(one)[:1]:
                jira.remove_link(link)
        elif act == "parent":
            one.parent = other.id
            jira.touch(one)
        else:
            jira.remove_issue(one)
    for issue in jira.issues.values():
        scanned = [link for link in jira.links.values() if issue.id in (link.inward, link.outward)]
        assert jira.links_of(issue) == scanned
        assert jira.children_of(issue) == [child for child in jira.issues.values() if child.parent == issue.id]


def test_an_account_is_found_by_the_address_that_it_has_now() -> None:
    jira = six_issues()
    tom = jira.account_by_email("TOM@example.com")
    assert tom is not None
    jira.accounts[tom.account_id] = replace(tom, email="thomas@example.com")
    assert jira.account_by_email("tom@example.com") is None
    assert jira.account_by_email("thomas@example.com") == jira.accounts[tom.account_id]
