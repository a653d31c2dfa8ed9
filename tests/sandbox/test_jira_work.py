"""Watchers, worklogs, roles, groups, screens and people of the sandbox's Jira."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jira import JIRA

from sandbox.running import Sandbox
from tests.sandbox.ear import Ear, Rest, control, eventually, new_issue, rest


def test_who_reports_or_comments_watches(dana: Rest, bot: Rest) -> None:
    key = new_issue(dana)
    bot("POST", f"issue/{key}/comment", json={"body": "hi"})

    told = dana("GET", f"issue/{key}/watchers").json()

    assert [person["accountId"] for person in told["watchers"]] == ["sbx-bot", "sbx-dana"]
    assert (told["watchCount"], told["isWatching"]) == (2, True)
    assert rest_watches(bot, key) == {"watchCount": 2, "isWatching": True}


def rest_watches(call: Rest, key: str) -> dict[str, object]:
    said = call("GET", f"issue/{key}").json()["fields"]["watches"]
    return {name: said[name] for name in ("watchCount", "isWatching")}


def test_the_client_adds_and_removes_watchers(client: JIRA) -> None:
    client.add_watcher("PAY-1", "sbx-mika")
    assert [person.accountId for person in client.watchers("PAY-1").watchers] == ["sbx-mika"]

    client.remove_watcher("PAY-1", "sbx-mika")
    assert client.watchers("PAY-1").watchers == []


@pytest.mark.parametrize(("person", "status"), [("sbx-nobody", 404), (["x"], 400), (None, 204)])
def test_a_watcher_must_be_somebody(dana: Rest, person: object, status: int) -> None:
    body: dict[str, Any] = {} if person is None else {"json": person}
    assert dana("POST", "issue/PAY-1/watchers", **body).status_code == status


def test_who_may_not_see_an_issue_cannot_watch_it(sandbox: Sandbox, bot: Rest) -> None:
    assert bot("POST", "issue/SEC-1/watchers", json="sbx-dana").status_code == 400


def test_time_is_logged_changed_and_removed_by_its_author(client: JIRA, dana: Rest) -> None:
    log = client.add_worklog("PAY-1", timeSpent="1d 2h", comment="looked")
    assert (log.timeSpentSeconds, log.comment) == (36_000, "looked")
    assert client.issue("PAY-1").fields.timespent == 36_000

    log.update(timeSpent="30m")
    assert [one.timeSpent for one in client.worklogs("PAY-1")] == ["30m"]
    assert dana("DELETE", f"issue/PAY-1/worklog/{log.id}").status_code == 403
    log.delete()
    assert client.worklogs("PAY-1") == []


def test_logged_time_is_in_the_changelog_and_told(sandbox: Sandbox, ears: Callable[[], Ear], dana: Rest) -> None:
    ear = ears()
    sandbox.world.webhooks.register(name="work", url=ear.url, events=("worklog_created", "jira:issue_updated"))
    dana("POST", "issue/PAY-1/worklog", json={"timeSpentSeconds": 5400})

    [entry] = dana("GET", "issue/PAY-1/changelog").json()["values"]
    assert [(item["field"], item["to"], item["toString"]) for item in entry["items"]] == [
        ("timespent", "5400", "1h 30m")
    ]
    eventually(lambda: len(ear.heard) >= 2)
    events = sorted(json.loads(heard.raw)["webhookEvent"] for heard in ear.heard)
    assert events == ["jira:issue_updated", "worklog_created"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"timeSpent": "soon"},
        {"timeSpentSeconds": 5},
        {"timeSpentSeconds": "60"},
        {"timeSpent": "1h", "started": "x"},
        {"timeSpent": "1h", "comment": 7},
    ],
)
def test_what_is_no_worklog_is_refused_and_nothing_kept(dana: Rest, body: dict[str, object]) -> None:
    assert dana("POST", "issue/PAY-1/worklog", json=body).status_code == 400
    assert dana("GET", "issue/PAY-1/worklog").json()["total"] == 0


def test_worklogs_are_found_by_when_they_started(dana: Rest) -> None:
    started = "2026-01-02T03:04:05.000+0000"
    dana("POST", "issue/PAY-1/worklog", json={"timeSpent": "1h", "started": started})
    moment = 1_767_323_045_000

    totals = [
        dana("GET", "issue/PAY-1/worklog", params=params).json()["total"]
        for params in ({"startedAfter": moment}, {"startedAfter": moment + 1}, {"startedBefore": moment})
    ]
    assert totals == [1, 0, 0]


def test_a_permission_may_be_a_roles_and_follows_the_role(sandbox: Sandbox, dana: Rest, bot: Rest) -> None:
    sandbox.world.jira.projects["PAY"].permissions["edit"] = frozenset({"role:Developers"})
    place = dana("GET", "project/PAY").json()["roles"]["Developers"].partition("/rest/api/2/")[2]
    words = {"fields": {"summary": "other words"}}

    before = dana("PUT", "issue/PAY-1", json=words).status_code
    removed = bot("DELETE", place, params={"group": "jira-software-users"}).status_code
    without = dana("PUT", "issue/PAY-1", json=words).status_code
    added = bot("POST", place, json={"user": ["sbx-dana"]}).json()["actors"]
    after = dana("PUT", "issue/PAY-1", json=words).status_code

    assert (before, removed, without, after) == (204, 204, 403, 204)
    assert [actor["actorUser"] for actor in added] == [{"accountId": "sbx-dana"}]


def test_only_administrators_change_roles(dana: Rest) -> None:
    assert dana("POST", "project/PAY/role/10001", json={"user": ["sbx-dana"]}).status_code == 403
    assert dana("GET", "project/PAY/role/7").status_code == 404
    assert dana("GET", "project/SEC/role").status_code == 404


def test_the_client_reads_roles_and_groups(client: JIRA) -> None:
    roles = client.project_roles("PAY")
    assert set(roles) == {"Administrators", "Developers", "Users"}
    assert client.project_role("PAY", roles["Administrators"]["id"]).actors[0].displayName == "site-admins"
    assert set(client.groups()) == {"jira-software-users", "site-admins"}
    assert len(client.group_members("site-admins")) == 2


def test_a_screen_tells_what_may_be_written(dana: Rest, sandbox: Sandbox) -> None:
    fields = dana("GET", "issue/OPS-1/editmeta").json()["fields"]
    assert fields["summary"]["required"] is True
    assert [value["name"] for value in fields["components"]["allowedValues"]] == ["vpn", "mail", "ci", "databases"]
    assert fields["customfield_10003"]["name"] == "Approvers"

    sandbox.world.jira.projects["OPS"].permissions["edit"] = frozenset()
    assert dana("GET", "issue/OPS-1/editmeta").json() == {"fields": {}}


def test_the_client_reads_how_to_create(client: JIRA) -> None:
    [project] = client.createmeta(projectKeys="PAY", expand="projects.issuetypes.fields")["projects"]
    assert [kind["name"] for kind in project["issuetypes"]] == ["Bug", "Task", "Story", "Incident", "Sub-task"]
    fields = project["issuetypes"][0]["fields"]
    assert {name for name, field in fields.items() if field["required"]} == {"summary", "issuetype", "project"}


def test_old_createmeta_shows_only_where_one_may_create(sandbox: Sandbox, dana: Rest) -> None:
    sandbox.world.jira.projects["WEB"].permissions["create"] = frozenset()
    told = dana("GET", "issue/createmeta", params={"issuetypeNames": "Bug"}).json()["projects"]
    assert [project["key"] for project in told] == ["PAY", "OPS", "MOB"]
    assert [kind["name"] for kind in told[0]["issuetypes"]] == ["Bug"]
    assert dana("GET", "issue/createmeta/WEB/issuetypes").status_code == 403


def test_many_issues_are_fetched_in_order_and_what_is_hidden_is_an_error(dana: Rest) -> None:
    asked = {"issueIdsOrKeys": ["PAY-2", "pay-1", "SEC-1", "NO-7"], "fields": ["summary"]}
    told = dana("POST", "issue/bulkfetch", json=asked).json()

    assert [issue["key"] for issue in told["issues"]] == ["PAY-1", "PAY-2"]
    assert [list(issue["fields"]) for issue in told["issues"]] == [["summary"]] * 2
    assert [error["id"] for error in told["issueErrors"]] == ["SEC-1", "NO-7"]


@pytest.mark.parametrize("names", [None, [], [7], [f"PAY-{n}" for n in range(101)]])
def test_a_bulk_fetch_is_of_one_to_a_hundred(dana: Rest, names: object) -> None:
    assert dana("POST", "issue/bulkfetch", json={"issueIdsOrKeys": names}).status_code == 400


def test_dynamic_webhooks_are_for_apps(bot: Rest) -> None:
    body = {"url": "http://127.0.0.1:1/", "webhooks": [{"events": ["comment_created"], "jqlFilter": "project = PAY"}]}
    answers = [bot("GET", "webhook"), bot("POST", "webhook", json=body), bot("PUT", "webhook/refresh", json={})]
    answers += [bot("DELETE", "webhook", json={"webhookIds": [1]}), bot("GET", "webhook/failed")]
    assert {answer.status_code for answer in answers} == {403}
    assert answers[0].json()["errorMessages"]


def test_people_come_in_pages(dana: Rest) -> None:
    pages = [dana("GET", "users/search", params={"startAt": start, "maxResults": 3}).json() for start in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({person["accountId"] for page in pages for person in page}) == 7


def test_viewers_are_who_may_browse(bot: Rest) -> None:
    told = bot("GET", "user/viewissue/search", params={"issueKey": "SEC-1"}).json()
    assert {person["accountId"] for person in told} == {"sbx-bot", "sbx-priya", "sbx-lena"}


def test_watchers_are_effects(sandbox: Sandbox) -> None:
    call = rest(sandbox, "dana")
    call("POST", "issue/PAY-1/watchers")
    call("POST", "issue/PAY-1/watchers")
    assert [effect["kind"] for effect in control(sandbox, "GET", "effects")] == ["watcher.added"]
    call.session.close()
