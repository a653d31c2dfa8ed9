"""New issues: the same is asked of the fake tracker and of a Jira that keeps state."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from integrations.jira.gateway import JiraTracker
from orchestrator.ports import GatewayError, Tracker
from rules.actions import CreateAction, IssueForm, LinkAction
from rules.canonical import revive
from rules.model import Item, Line, Snapshot, Tainted
from tests.fakes.tracker import FakeTracker, forms_of
from tests.integrations.jira.conftest import Site


def wanted(project: str = "PAY", **changed: object) -> CreateAction:
    given: dict[str, object] = {
        "type": "Bug",
        "summary": Tainted(text="The receipt is blank", source="slack"),
        "description": Line(text="{0}", parts=(Tainted(text="Since noon.\nEvery time.", source="slack"),)),
    }
    return revive({"act": "create", "item": 0, "project": project, **given | changed}, CreateAction)


def item_of(seen: Snapshot | None) -> Item:
    assert seen is not None
    return revive({"id": seen.id, "key": seen.key, **seen.fields}, Item)


@pytest.fixture(params=["fake", "sandbox"])
def jira(request: pytest.FixtureRequest) -> Tracker:
    """Two trackers in which Dana may not create in OPS, and in which nobody but an admin is named there as reporter."""
    if request.param == "sandbox":
        tracker: Tracker = request.getfixturevalue("tracker")
        return tracker
    fake = FakeTracker(now=lambda: datetime.now(UTC))
    plain = {name: IssueForm(project="OPS", type=name) for name in forms_of("OPS")["OPS"]}
    fake.forms = {"OPS": plain, **forms_of("PAY")}
    fake.barred = {"OPS": {"acc-dana"}}
    return fake


def test_an_issue_is_created_as_it_was_asked_for(jira: Tracker) -> None:
    receipt = jira.perform(wanted(reporter="acc-dana"), "mark-1")

    made = item_of(jira.item(int(receipt.id)))
    assert (made.key, made.project, made.type) == (receipt.note, "PAY", "Bug")
    assert (made.summary.text, made.description.text) == ("The receipt is blank", "Since noon.\nEvery time.")
    assert made.reporter == "acc-dana"


def test_an_issue_is_found_by_its_mark_and_by_no_other(jira: Tracker) -> None:
    receipt = jira.perform(wanted(), "mark-2")

    assert jira.find(wanted(), "mark-2") == receipt
    assert jira.find(wanted(), "mark-of-nobody") is None


def test_a_new_issue_can_be_linked(jira: Tracker) -> None:
    new, known = (int(jira.perform(wanted(), mark).id) for mark in ("mark-3", "mark-4"))

    jira.perform(LinkAction(item=new, other=known, type="Duplicate"), "mark-5")

    assert item_of(jira.item(new)).is_linked_to(known)


def test_a_person_is_offered_the_projects_in_which_they_may_create(jira: Tracker) -> None:
    assert [one.key for one in jira.projects("acc-dana")] == ["PAY"]
    assert {"OPS", "PAY"} <= {one.key for one in jira.projects("acc-lena")}


@pytest.mark.parametrize(
    ("account", "project", "may"),
    [("acc-dana", "PAY", True), ("acc-dana", "OPS", False), ("acc-lena", "OPS", True), ("acc-lena", "NONE", False)],
)
def test_who_may_create_where_is_told(jira: Tracker, account: str, project: str, may: bool) -> None:
    assert jira.may_create(account, project) is may


def test_the_types_of_a_project_are_told(jira: Tracker) -> None:
    assert "Bug" in jira.types("PAY")
    assert jira.types("NONE") == ()


def test_whether_somebody_else_can_be_named_as_the_reporter_is_told(jira: Tracker) -> None:
    free, strict = jira.form("PAY", "Bug"), jira.form("OPS", "Bug")

    assert free is not None
    assert strict is not None
    assert "reporter" in {field.id for field in (*free.required, *free.optional)}
    assert "reporter" not in {field.id for field in (*strict.required, *strict.optional)}


def test_what_does_not_exist_has_no_form(jira: Tracker) -> None:
    assert jira.form("PAY", "Poem") is None
    assert jira.form("NONE", "Bug") is None


# What only the gateway does.


def test_no_word_from_outside_is_live_in_a_new_issue(site: Site, tracker: JiraTracker) -> None:
    line = Line(text="{0}", parts=(Tainted(text="h1. Hi\n[~accountid:acc-lena] {panic}", source="slack"),))

    receipt = tracker.perform(wanted(description=line, summary=Tainted(text=" A\n\u202eb " * 200)), "mark-6")

    told = site.ask("GET", f"/rest/api/2/issue/{receipt.id}")["fields"]
    assert told["description"] == "h1\u2060. Hi\n\\[\\~accountid:acc-lena\\] \\{panic\\}"
    assert told["summary"].startswith("A b A b")
    assert len(told["summary"]) <= 255


def test_the_mark_is_a_property_of_the_issue(site: Site, tracker: JiraTracker) -> None:
    receipt = tracker.perform(wanted(), "m" * 32)

    carried = site.ask("GET", f"/rest/api/2/issue/{receipt.id}/properties/yardmaster")
    assert carried["value"] == {"mark": "m" * 32}


def test_a_reporter_who_cannot_be_named_is_refused_in_jiras_words(tracker: JiraTracker) -> None:
    with pytest.raises(GatewayError, match="reporter") as refused:
        tracker.perform(wanted("OPS", reporter="acc-dana"), "mark-7")

    assert (refused.value.retryable, refused.value.in_doubt) == (False, False)


def test_an_issue_whose_answer_was_lost_is_found_once_the_search_shows_it(site: Site, tracker: JiraTracker) -> None:
    site.ask("POST", "/_sandbox/jira", {"search_lag_s": 3600})
    site.break_off("/rest/api/2/issue$")
    try:
        with pytest.raises(GatewayError) as lost:
            tracker.perform(wanted(), "mark-8")
        unseen = tracker.find(wanted(), "mark-8")
    finally:
        site.ask("POST", "/_sandbox/jira", {"search_lag_s": 0})
    seen = tracker.find(wanted(), "mark-8") is not None

    assert (lost.value.retryable, lost.value.in_doubt) == (True, True)
    assert (unseen, seen) == (None, True)
