"""Transitions and links of the sandbox's Jira."""

import pytest
from jira import JIRA, JIRAError

from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control


def test_closing_as_duplicate_needs_the_resolution_that_its_screen_requires(client: JIRA) -> None:
    with pytest.raises(JIRAError) as caught:
        client.transition_issue("PAY-2", "61")
    assert (caught.value.status_code, caught.value.text) == (400, "Resolution is required.")

    client.transition_issue("PAY-2", "Close as duplicate", fields={"resolution": {"name": "Duplicate"}})
    fields = client.issue("PAY-2").raw["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Closed", "Duplicate")
    assert fields["resolutiondate"] is not None


def test_reopening_clears_the_resolution(client: JIRA) -> None:
    client.transition_issue("PAY-8", "Reopen")
    issue = client.issue("PAY-8")
    assert (issue.fields.status.name, issue.fields.resolution, issue.fields.resolutiondate) == ("Open", None, None)


def test_the_screen_is_told_when_asked_for(bot: Rest) -> None:
    plain = bot("GET", "issue/PAY-2/transitions").json()["transitions"]
    told = bot("GET", "issue/PAY-2/transitions", params={"expand": "transitions.fields"}).json()["transitions"]
    close = next(move for move in told if move["name"] == "Close as duplicate")

    assert all("fields" not in move for move in plain)
    assert close["fields"]["resolution"]["required"] is True
    assert "Duplicate" in [value["name"] for value in close["fields"]["resolution"]["allowedValues"]]


@pytest.mark.parametrize("wanted", [None, {}, {"id": None}, {"id": "71"}, {"id": "999"}])
def test_a_move_that_is_not_open_is_refused(bot: Rest, wanted: object) -> None:
    assert bot("POST", "issue/PAY-2/transitions", json={"transition": wanted}).status_code == 400
    assert bot("GET", "issue/PAY-2").json()["fields"]["status"]["name"] == "Open"


def test_a_transition_sets_properties_and_adds_its_comment(sandbox: Sandbox, bot: Rest) -> None:
    body = {
        "transition": {"id": "61"},
        "fields": {"resolution": {"id": "10002"}},
        "update": {"comment": [{"add": {"body": "see PAY-1", "properties": [{"key": "m", "value": 2}]}}]},
        "properties": [{"key": "mark", "value": {"action": "a7"}}],
    }
    assert bot("POST", "issue/PAY-2/transitions", json=body).status_code == 204

    state = control(sandbox, "GET", "jira/issues/PAY-2")
    assert state["properties"] == {"mark": {"action": "a7"}}
    assert state["comments"][-1]["properties"] == [{"key": "m", "value": 2}]
    assert [item["field"] for item in state["changelog"][-1]["items"]] == ["status", "resolution"]


def test_a_wrong_comment_keeps_the_whole_transition_from_happening(bot: Rest) -> None:
    body = {
        "transition": {"id": "61"},
        "fields": {"resolution": {"id": "10002"}},
        "update": {"comment": [{"add": {"body": ""}}]},
    }
    assert bot("POST", "issue/PAY-2/transitions", json=body).status_code == 400
    assert bot("GET", "issue/PAY-2").json()["fields"]["status"]["name"] == "Open"


def test_the_inward_issue_shows_the_other_as_outward(client: JIRA) -> None:
    client.create_issue_link("Duplicate", inwardIssue="PAY-2", outwardIssue="PAY-1")
    [here], [there] = client.issue("PAY-2").fields.issuelinks, client.issue("PAY-1").fields.issuelinks

    assert (here.outwardIssue.key, here.type.outward) == ("PAY-1", "duplicates")
    assert (there.inwardIssue.key, there.type.inward) == ("PAY-2", "is duplicated by")
    assert not hasattr(here, "inwardIssue")


def test_a_second_link_of_the_same_type_is_accepted_and_not_kept(sandbox: Sandbox, bot: Rest) -> None:
    ends = {"inwardIssue": {"key": "PAY-2"}, "outwardIssue": {"key": "PAY-1"}}
    answers = [bot("POST", "issueLink", json={"type": {"name": "Duplicate"}, **ends}) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(201, b""), (201, b"")]
    assert len(bot("GET", "issue/PAY-2").json()["fields"]["issuelinks"]) == 1
    assert [effect["kind"] for effect in control(sandbox, "GET", "effects")] == ["link.created"]


def test_a_link_is_in_the_changelog_of_both_and_can_be_removed(bot: Rest) -> None:
    ends = {"inwardIssue": {"key": "PAY-2"}, "outwardIssue": {"key": "PAY-1"}}
    bot("POST", "issueLink", json={"type": {"name": "Duplicate"}, **ends})
    [link] = bot("GET", "issue/PAY-2").json()["fields"]["issuelinks"]
    assert bot("DELETE", f"issueLink/{link['id']}").status_code == 204

    assert bot("GET", "issue/PAY-1").json()["fields"]["issuelinks"] == []
    items = [e["items"][0] for e in bot("GET", "issue/PAY-1/changelog").json()["values"]]
    assert [(item["to"], item["from"]) for item in items] == [("PAY-2", None), (None, "PAY-2")]


@pytest.mark.parametrize(
    ("kind", "inward", "outward", "status"),
    [
        ("Duplicate", "PAY-2", "SEC-1", 404),
        ("Duplicate", "PAY-2", "PAY-999", 404),
        ("Soulmates", "PAY-2", "PAY-1", 404),
        ("Duplicate", "PAY-2", "PAY-2", 400),
    ],
)
def test_a_link_that_cannot_be_is_refused(dana: Rest, kind: str, inward: str, outward: str, status: int) -> None:
    ends = {"inwardIssue": {"key": inward}, "outwardIssue": {"key": outward}}
    assert dana("POST", "issueLink", json={"type": {"name": kind}, **ends}).status_code == status
