"""The calls of Atlassian's Python client for Jira that people make most, each answered as the client wants it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from atlassian import Jira
from requests import HTTPError

from sandbox.running import Sandbox, default_seed, new_world

NEW = {"project": {"key": "PAY"}, "issuetype": {"name": "Bug"}, "summary": "Payment hangs"}


@pytest.fixture(scope="module")
def jira() -> Iterator[Any]:
    seed = default_seed()
    running = Sandbox(new_world(replace(seed, slack=replace(seed.slack, rate_limit=False))))
    running.start()
    made = Jira(
        url=running.world.places.jira, username="yardmaster@example.com", password="sandbox", cloud=True, timeout=5
    )
    yield made
    made.close()
    running.stop()


READS: list[tuple[str, Callable[[Any], Any], Callable[[Any], bool]]] = [
    ("the project", lambda j: j.project("PAY"), lambda said: said["key"] == "PAY"),
    ("projects", lambda j: j.projects(), lambda said: "PAY" in [one["key"] for one in said]),
    ("components", lambda j: j.get_project_components("PAY"), lambda said: len(said) >= 1),
    ("versions", lambda j: j.get_project_versions("PAY"), lambda said: isinstance(said, list)),
    ("versions in pages", lambda j: j.get_project_versions_paginated("PAY"), lambda said: said["isLast"]),
    ("actors of a role", lambda j: j.get_project_actors_for_role_project("PAY", "10002"), lambda said: len(said) >= 1),
    ("statuses", lambda j: j.get_all_statuses(), lambda said: "Open" in [one["name"] for one in said]),
    ("statuses of a project", lambda j: j.get_status_for_project("PAY"), lambda said: len(said) >= 1),
    ("priorities", lambda j: j.get_all_priorities(), lambda said: len(said) >= 3),
    ("a priority", lambda j: j.get_priority_by_id("3"), lambda said: said["id"] == "3"),
    ("resolutions", lambda j: j.get_all_resolutions(), lambda said: len(said) >= 1),
    ("fields", lambda j: j.get_all_fields(), lambda said: len(said) >= 20),
    ("issue types", lambda j: j.get_issue_types(), lambda said: len(said) >= 1),
    ("link types", lambda j: j.get_issue_link_types(), lambda said: len(said) >= 1),
    ("a status id", lambda j: j.get_status_id_from_name("Open"), bool),
    ("an issue", lambda j: j.issue("PAY-1"), lambda said: said["key"] == "PAY-1"),
    ("one field of it", lambda j: j.issue_field_value("PAY-1", "summary"), lambda said: isinstance(said, str)),
    ("whether it exists", lambda j: j.issue_exists("PAY-1"), lambda said: said is True),
    ("its transitions", lambda j: j.get_issue_transitions("PAY-1"), lambda said: len(said) >= 1),
    ("its changelog", lambda j: j.get_issue_changelog("PAY-1"), lambda said: "histories" in said or "values" in said),
    ("its edit screen", lambda j: j.issue_editmeta("PAY-1"), lambda said: "summary" in said["fields"]),
    ("its watchers", lambda j: j.issue_get_watchers("PAY-1"), lambda said: "watchers" in said),
    ("its worklog", lambda j: j.issue_get_worklog("PAY-1"), lambda said: "worklogs" in said),
    ("its remote links", lambda j: j.get_issue_remote_links("PAY-1"), lambda said: said == []),
    ("its files", lambda j: j.get_attachments_ids_from_issue("PAY-1"), lambda said: said == []),
    ("me", lambda j: j.myself(), lambda said: said["accountId"] == "sbx-bot"),
    ("somebody", lambda j: j.user(account_id="sbx-tom"), lambda said: said["accountId"] == "sbx-tom"),
    ("people", lambda j: j.user_find_by_user_string(query="mika"), lambda said: said[0]["accountId"] == "sbx-mika"),
    ("who may be assigned", lambda j: j.get_assignable_users_for_issue("PAY-1"), lambda said: len(said) >= 1),
    ("permissions", lambda j: j.get_permissions("BROWSE_PROJECTS"), lambda said: "permissions" in said),
    ("groups", lambda j: j.get_groups("site"), lambda said: said["groups"][0]["name"] == "site-admins"),
    ("members", lambda j: j.get_all_users_from_group("site-admins"), lambda said: said["total"] >= 1),
    ("boards", lambda j: j.get_all_agile_boards(project_key="PAY"), lambda said: len(said["values"]) == 1),
    ("a board", lambda j: j.get_agile_board(1), lambda said: said["id"] == 1),
    ("columns", lambda j: j.get_agile_board_configuration(1), lambda said: len(said["columnConfig"]["columns"]) == 3),
    ("a backlog", lambda j: j.get_issues_for_backlog(1), lambda said: "issues" in said),
    ("dashboards", lambda j: j.get_dashboards(), lambda said: said["total"] == 1),
    ("the server", lambda j: j.get_server_info(), lambda said: said["deploymentType"] == "Cloud"),
    ("permission schemes", lambda j: j.get_all_permissionschemes(), lambda said: len(said) == 1),
    ("categories", lambda j: j.get_all_project_categories(), lambda said: said == []),
]


@pytest.mark.parametrize(("read", "fits"), [each[1:] for each in READS], ids=[each[0] for each in READS])
def test_what_is_asked_most_is_answered(jira: Any, read: Callable[[Any], Any], fits: Callable[[Any], bool]) -> None:
    said = read(jira)
    assert fits(said), said


def test_an_issue_is_made_changed_linked_and_removed(jira: Any) -> None:
    key, other = (jira.create_issue(fields=NEW)["key"] for _ in range(2))
    jira.update_issue_field(key, {"labels": ["a"]})
    jira.issue_add_comment(key, "a word")
    jira.create_issue_link({"type": {"name": "Duplicate"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": other}})
    jira.create_or_update_issue_remote_links(key, "http://example.com", "a page", global_id="x=1")
    jira.issue_worklog(key, "2026-11-02T10:00:00.000+0000", 3600, comment="looked")

    seen = jira.issue(key, expand="renderedFields")
    assert (seen["fields"]["labels"], len(seen["fields"]["issuelinks"])) == (["a"], 1)
    assert seen["renderedFields"]["comment"]["comments"][0]["body"] == "<p>a word</p>"
    assert [link["globalId"] for link in jira.get_issue_remote_links(key)] == ["x=1"]
    assert jira.issue_get_worklog(key)["worklogs"][0]["timeSpentSeconds"] == 3600
    jira.delete_issue(key)
    assert jira.issue_exists(key) is False


def test_many_issues_are_made_at_once(jira: Any) -> None:
    made = jira.create_issues([{"fields": NEW}, {"fields": NEW}])
    assert len(made["issues"]) == 2


def test_a_file_is_added_read_and_removed(jira: Any, tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    file.write_bytes(b"what happened")
    [added] = jira.add_attachment("PAY-2", str(file))

    assert jira.get_attachment(added["id"])["filename"] == "log.txt"
    assert jira.get_attachment_content(added["id"]) == b"what happened"
    jira.remove_attachment(added["id"])
    with pytest.raises(HTTPError):
        jira.get_attachment(added["id"])


def test_versions_components_and_filters_are_kept(jira: Any) -> None:
    project = jira.get_project("PAY")
    version = jira.add_version("PAY", project["id"], "9.0")
    component = jira.create_component({"name": "Vault", "project": "PAY"})
    saved = jira.create_filter("Mine", "project = PAY", favourite=True)

    jira.update_version(version["id"], name="9.1", is_released=True)
    assert jira.get_version(version["id"])["released"] is True
    assert jira.component(component["id"])["name"] == "Vault"
    assert jira.get_filter(saved["id"])["jql"] == "project = PAY"
    jira.delete_component(component["id"])
    jira.delete_filter(saved["id"])
    jira.delete_version(version["id"])
    assert "9.1" not in [one["name"] for one in jira.get_project_versions("PAY")]


def test_an_issue_moves_with_its_sprint(jira: Any) -> None:
    sprint = jira.create_sprint("Sprint 9", 1)
    key = jira.create_issue(fields=NEW)["key"]
    jira.add_issues_to_sprint(sprint["id"], [key])

    assert [one["key"] for one in jira.get_sprint_issues(sprint["id"], 0, 10)["issues"]] == [key]
    jira.update_partially_sprint(sprint["id"], {"name": "Sprint nine"})
    assert jira.get_sprint(sprint["id"])["name"] == "Sprint nine"
    jira.delete_sprint(sprint["id"])
