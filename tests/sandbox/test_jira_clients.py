"""The clients that people use, on the sandbox's Jira: `jira` in versions 2 and 3, Atlassian's in both forms."""

from collections.abc import Iterator
from typing import Any

import pytest
from atlassian import Jira
from atlassian.jira import JiraCloud
from jira import JIRA, JIRAError

from sandbox.running import Sandbox

MAIL, TOKEN = "yardmaster@example.com", "sandbox"
INSIDE = [{"type": "paragraph", "content": [{"type": "text", "text": "hi"}]}]
DOCUMENT = {"type": "doc", "version": 1, "content": INSIDE}
NEW = {"project": {"key": "PAY"}, "issuetype": {"name": "Bug"}, "summary": "Payment hangs"}


@pytest.fixture
def third(sandbox: Sandbox) -> Iterator[JIRA]:
    options: dict[str, str | bool | Any] = {"rest_api_version": "3"}
    place = sandbox.world.places.jira
    made = JIRA(server=place, options=options, basic_auth=(MAIL, TOKEN), timeout=5, max_retries=0)
    yield made
    made.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def atlassian(sandbox: Sandbox) -> Iterator[Any]:
    made = Jira(url=sandbox.world.places.jira, username=MAIL, password=TOKEN, cloud=True, timeout=5)
    yield made
    made.close()


@pytest.fixture
def cloud(sandbox: Sandbox) -> Iterator[Any]:
    made = JiraCloud(url=sandbox.world.places.jira, username=MAIL, password=TOKEN, timeout=5)
    yield made
    made.close()


def test_jira_in_version_2_lives_through_an_issue(client: JIRA) -> None:
    issue = client.create_issue(fields=NEW)
    client.add_comment(issue, "a word")
    client.assign_issue(issue, "sbx-tom")
    issue.update(fields={"labels": ["x"]})
    client.transition_issue(issue, "Start work")

    seen = client.issue(issue.key, expand="changelog,names")
    assert (seen.fields.status.name, seen.fields.labels) == ("In progress", ["x"])
    assert [comment.body for comment in client.comments(issue)] == ["a word"]
    assert [one.key for one in client.enhanced_search_issues("labels = x AND status CHANGED")] == [issue.key]


def test_jira_in_version_3_sends_strings_and_is_refused(third: JIRA) -> None:
    issue = third.create_issue(fields=NEW | {"description": DOCUMENT})
    assert issue.raw["fields"]["description"] == DOCUMENT
    with pytest.raises(JIRAError) as caught:
        third.add_comment(issue, "a word")
    assert caught.value.status_code == 400


def test_atlassians_client_lives_through_an_issue(atlassian: Any) -> None:
    key = atlassian.issue_create(fields=NEW)["key"]
    atlassian.issue_add_comment(key, "a word")
    atlassian.assign_issue(key, "sbx-tom")
    atlassian.set_issue_status(key, "In progress")
    atlassian.issue_add_watcher(key, "sbx-mika")

    assert atlassian.get_issue_status(key) == "In progress"
    assert atlassian.issue_get_comments(key)["comments"][0]["body"] == "a word"
    found = atlassian.enhanced_jql(f"key = {key}", fields="description,summary")
    assert [issue["key"] for issue in found["issues"]] == [key]
    assert atlassian.get_project("PAY")["key"] == "PAY"
    assert "Administrators" in atlassian.get_project_roles("PAY")


def test_an_unknown_status_of_atlassians_client_is_refused(atlassian: Any) -> None:
    with pytest.raises(Exception, match="transition"):
        atlassian.set_issue_status("PAY-2", "Asleep")
    assert atlassian.get_issue_status("PAY-2") == "Open"


def test_the_cloud_client_speaks_documents(cloud: Any) -> None:
    made = cloud.create_issue(data={"fields": NEW | {"description": DOCUMENT}})
    assert cloud.get_issue(made["key"])["fields"]["description"] == DOCUMENT
    assert cloud.get_current_user()["accountId"] == "sbx-bot"
