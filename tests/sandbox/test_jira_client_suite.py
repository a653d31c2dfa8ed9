"""What the `jira` client's own tests do against a live site, done against the sandbox, in both versions of the API."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from jira import JIRA, JIRAError

from sandbox.running import Sandbox, default_seed, new_world

Session = Callable[..., JIRA]
NEW = {"project": {"key": "PAY"}, "issuetype": {"name": "Bug"}, "summary": "Payment hangs"}


@pytest.fixture(scope="module")
def as_somebody() -> Iterator[Session]:
    seed = default_seed()
    running = Sandbox(new_world(replace(seed, slack=replace(seed.slack, rate_limit=False))))
    running.start()
    made: list[JIRA] = []

    def session(person: str = "yardmaster", version: str = "2") -> JIRA:
        options: dict[str, Any] = {"rest_api_version": version}
        login = (f"{person}@example.com", "sandbox")
        made.append(JIRA(server=running.world.places.jira, options=options, basic_auth=login, timeout=5, max_retries=0))
        return made[-1]

    yield session
    for one in made:
        one.close()  # type: ignore[no-untyped-call]
    running.stop()


@pytest.fixture(scope="module", params=["2", "3"])
def client(as_somebody: Session, request: pytest.FixtureRequest) -> JIRA:
    return as_somebody(version=request.param)


@pytest.fixture(scope="module")
def mika(as_somebody: Session) -> JIRA:
    return as_somebody("mika")


def test_many_issues_are_made_at_once_and_each_mistake_is_told(client: JIRA) -> None:
    made = client.create_issues([NEW | {"summary": "one"}, {**NEW, "summary": ""}, NEW | {"summary": "two"}])
    assert [each["status"] for each in made] == ["Success", "Error", "Success"]
    assert [each["issue"].fields.summary for each in made if each["issue"]] == ["one", "two"]
    assert made[1]["error"] is not None


def test_files_are_added_read_listed_and_removed(client: JIRA) -> None:
    issue = client.create_issue(fields=NEW)
    added = client.add_attachment(issue, io.BytesIO("größe".encode()), filename="größe.txt")
    seen = client.issue(issue.key, expand="changelog")

    held: Any = client.attachment(added.id)
    assert held.get() == "größe".encode()
    assert [(one.filename, one.size) for one in seen.fields.attachment] == [("größe.txt", 7)]
    assert seen.changelog.histories[0].items[0].field == "Attachment"
    assert client.attachment_meta()["enabled"] is True
    client.delete_attachment(added.id)
    with pytest.raises(JIRAError, match="does not exist"):
        client.attachment(added.id)


def test_people_vote_but_not_for_what_they_reported(client: JIRA, mika: JIRA) -> None:
    issue = client.create_issue(fields=NEW)
    mika.add_vote(issue)
    with pytest.raises(JIRAError, match="you have reported"):
        client.add_vote(issue)
    assert (client.votes(issue).votes, [one.accountId for one in client.votes(issue).voters]) == (1, ["sbx-mika"])
    mika.remove_vote(issue)
    assert client.votes(issue).votes == 0


def test_components_are_made_changed_counted_and_removed(client: JIRA) -> None:
    one = client.create_component("Accounting", "PAY", description="books", leadUserName=None)
    issue = client.create_issue(fields=NEW | {"components": [{"name": "Accounting"}]})
    one.update(name="Accounts", description="more books")

    assert client.component(one.id).description == "more books"
    assert [part.name for part in client.issue(issue.key).fields.components] == ["Accounts"]
    assert client.component_count_related_issues(one.id) == 1
    assert "Accounts" in [part.name for part in client.project_components("PAY")]
    with pytest.raises(JIRAError, match="already exists"):
        client.create_component("accounts", "PAY")
    client.delete_component(one.id)
    assert client.issue(issue.key).fields.components == []


def test_versions_are_made_released_ordered_counted_and_merged(client: JIRA) -> None:
    old = client.create_version("7.0", "PAY", releaseDate="2020-01-31", startDate="2020-01-01")
    new = client.create_version("7.1", "PAY", description="next")
    issue = client.create_issue(fields=NEW | {"fixVersions": [{"name": "7.0"}], "versions": [{"name": "7.0"}]})

    assert client.version(old.id).overdue is True
    old.update(released=True)
    client.rename_version("PAY", "7.1", "7.2")
    found = client.get_project_version_by_name("PAY", "7.2")
    assert (found.id if found else None, client.version(old.id).released) == (new.id, True)
    client.move_version(new.id, position="First")
    assert client.project_versions("PAY")[0].id == new.id
    assert client.version_count_related_issues(old.id)["issuesFixedCount"] == 1
    assert client.version_count_unresolved_issues(old.id) == 1
    gone: Any = client.version(old.id)
    gone.delete(moveFixIssuesTo=new.id)
    fields = client.issue(issue.key).fields
    assert ([part.name for part in fields.fixVersions], fields.versions) == (["7.2"], [])
    client._session.delete(client._get_url(f"version/{new.id}"))


def test_filters_are_saved_changed_and_kept_as_favourites(client: JIRA, mika: JIRA) -> None:
    saved = client.create_filter("Open bugs", "all of them", "project = PAY", favourite=True)
    client.update_filter(saved.id, name="Bugs", jql="project = PAY AND type = Bug")

    assert client.filter(saved.id).jql == "project = PAY AND type = Bug"
    assert [one.name for one in client.favourite_filters()] == ["Bugs"]
    with pytest.raises(JIRAError, match="not available"):
        mika.filter(saved.id)
    with pytest.raises(JIRAError):
        client.create_filter("Broken", "", "nonsense ===")
    client.filter(saved.id).delete()
    assert client.favourite_filters() == []


def test_remote_links_are_read_changed_and_removed(client: JIRA) -> None:
    issue = client.create_issue(fields=NEW)
    thing = {"url": "http://example.com/1", "title": "one"}
    made = client.add_remote_link(issue.key, destination=thing, globalId="x=1", relationship="mentions")
    link = client.remote_link(issue, made.id)
    link.update(object={**thing, "title": "two"}, globalId="x=2")

    assert client.remote_link(issue, made.id).object.title == "two"
    client.delete_remote_link(issue, internal_id=made.id)
    assert client.remote_links(issue) == []


def test_issues_are_linked_watched_and_worked_on(client: JIRA) -> None:
    one, two = (client.create_issue(fields=NEW) for _ in range(2))
    client.create_issue_link("Duplicate", one.key, two.key)
    client.add_watcher(one, "sbx-tom")
    if client._options["rest_api_version"] == "2":
        log = client.add_worklog(one, timeSpent="2h", comment="looked")
        assert client.worklog(one.key, log.id).timeSpentSeconds == 7200

    [link] = client.issue(one.key).fields.issuelinks
    assert client.issue_link(link.id).type.name == client.issue_link_type(link.type.id).name == "Duplicate"
    assert sorted(person.accountId for person in client.watchers(one).watchers) == ["sbx-bot", "sbx-tom"]
    client.delete_issue_link(link.id)
    client.remove_watcher(one, "sbx-tom")
    assert (client.issue(one.key).fields.issuelinks, client.watchers(one).watchCount) == ([], 1)


def test_properties_of_an_issue_are_resources(client: JIRA) -> None:
    client.add_issue_property("PAY-1", "plan", {"a": 1})
    assert client.issue_property("PAY-1", "plan").value.a == 1
    assert "plan" in [one.key for one in client.issue_properties("PAY-1")]
    client.issue_property("PAY-1", "plan").delete()
    assert "plan" not in [one.key for one in client.issue_properties("PAY-1")]


def test_texts_come_rendered_too(client: JIRA) -> None:
    [found] = client.enhanced_search_issues("key = PAY-1", fields="description")
    seen = client.issue(found.key, expand="renderedFields")
    assert seen.renderedFields.description.startswith("<p>")


def test_everything_that_a_site_consists_of_is_read_by_id(client: JIRA) -> None:
    assert client.status(client.statuses()[0].id).name == client.statuses()[0].name
    assert client.statuscategory(client.statuscategories()[0].id).key == "new"
    assert client.priority(client.priorities()[0].id).name == client.priorities()[0].name
    assert client.resolution(client.resolutions()[0].id).name == client.resolutions()[0].name
    assert client.issue_type(client.issue_types()[0].id).name == client.issue_types()[0].name
    assert client.issue_type_by_name("Bug").name == "Bug"
    assert client.dashboard(client.dashboards()[0].id).name == "Default dashboard"
    assert client.project("PAY").key in [project.key for project in client.projects()]
    assert client.project_role("PAY", client.project_roles("PAY")["Developers"]["id"]).name == "Developers"
    assert {"votes", "attachment"} <= {one["id"] for one in client.fields()}


def test_what_may_be_written_is_told_in_all_forms(client: JIRA) -> None:
    [project] = client.createmeta("PAY", expand="projects.issuetypes.fields")["projects"]
    types = client._get_json("issue/createmeta/PAY/issuetypes")["issueTypes"]
    fields = client._get_json(f"issue/createmeta/PAY/issuetypes/{types[0]['id']}")["fields"]
    assert "summary" in client.editmeta("PAY-1")["fields"]
    assert len(project["issuetypes"]) == len(types)
    assert "summary" in [field["fieldId"] for field in fields]


def test_people_and_groups_are_found_made_and_filled(client: JIRA) -> None:
    assert client.user(client.myself()["accountId"]).displayName == client.myself()["displayName"]
    assert [person.accountId for person in client.search_users(query="mika")] == ["sbx-mika"]
    assert client.search_assignable_users_for_issues(query="tom", project="PAY")[0].accountId == "sbx-tom"
    assert client.search_allowed_users_for_issue("tom", issueKey="PAY-1") is not None
    assert client.my_permissions(permissions="BROWSE_PROJECTS")["permissions"]["BROWSE_PROJECTS"]["havePermission"]
    assert client.add_group("night-shift") is True
    assert "night-shift" in client.groups("night")
    assert client.remove_group("night-shift") is True
    assert "night-shift" not in client.groups("night")


def test_boards_and_sprints_are_made_and_removed(client: JIRA) -> None:
    board = client.create_board("Nights", "10001", location_type="project", location_id="PAY")
    sprint = client.create_sprint("First night", board.id)
    issue = client.create_issue(fields=NEW)
    client.add_issues_to_sprint(sprint.id, [issue.key])

    assert [one.name for one in client.boards(name="Nights")] == ["Nights"]
    assert [one.id for one in client.sprints(board.id)] == [sprint.id]
    client.move_to_backlog([issue.key])
    sprint.delete()
    board.delete()
    assert client.boards(name="Nights") == []


def test_a_project_is_made_filled_and_removed(client: JIRA) -> None:
    body = {"key": "NIGHT", "name": "Nights", "projectTypeKey": "software", "leadAccountId": "sbx-tom"}
    made = client._session.post(client._get_url("project"), json=body)
    issue = client.create_issue(fields=NEW | {"project": {"key": "NIGHT"}})

    assert made.json()["key"] == "NIGHT"
    assert client.project("NIGHT").lead.accountId == "sbx-tom"
    assert issue.key == "NIGHT-1"
    assert client.delete_project("NIGHT") is True
    with pytest.raises(JIRAError):
        client.issue("NIGHT-1")


def test_a_large_result_comes_in_pages(client: JIRA) -> None:
    everything = client.enhanced_search_issues("project in (PAY, OPS)", maxResults=False, fields="summary")
    page = client.enhanced_search_issues("project in (PAY, OPS)", maxResults=2, fields="summary")
    assert (len(page), len(everything) > 2) == (2, True)
    assert client.approximate_issue_count("project in (PAY, OPS)") == len(everything)
    with pytest.raises(JIRAError) as caught:
        client._get_json("search", params={"jql": "project = PAY"})
    assert caught.value.status_code == 410
