"""What Jira sends, in our words."""

from __future__ import annotations

import json
import lzma
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.jira.answers import account, accounts_with, browsable, comment_page, comment_text, new_id
from integrations.jira.translate import NotUnderstood, delivery_id, event, open_transitions, snapshot
from rules.canonical import canonical, plain, revive
from rules.model import SYSTEM, Event, Item, ItemLink, Snapshot, Status, Subject
from tests.integrations.jira.payloads import CLOSED, OPEN, comment_webhook, issue, issue_webhook, link, link_webhook

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SHARED = Path(os.environ.get("YARDMASTER_SHARED") or Path(__file__).parents[4] / "shared")


def item_of(seen: Snapshot) -> Item:
    return revive({"id": seen.id, "key": seen.key, **seen.fields}, Item)


def take(body: object) -> Event:
    return event(body, "delivery", NOW)


def test_a_whole_issue_revives_to_an_item() -> None:
    seen = snapshot(issue(issuelinks=[link("5", "outward", 10022, "PAY-9")]))

    item = item_of(seen)

    assert (item.id, item.key, item.project, item.type) == (10021, "PAY-12", "PAY", "Bug")
    assert item.status == Status(id="1", name="Open", category="new")
    assert (item.reporter, item.assignee, item.priority) == ("acc-dana", None, "Major")
    assert (item.components, item.versions, item.labels) == (("checkout",), ("1.4",), ("cards",))
    assert item.links == (ItemLink(id="5", type="Duplicate", direction="outward", other=10022, other_key="PAY-9"),)


def test_what_it_is_to_be_fixed_in_and_when_it_is_due_are_kept() -> None:
    item = item_of(snapshot(issue(fixVersions=[{"id": "9", "name": "8.3.1"}], duedate="2026-12-01")))

    assert (item.fix_versions, item.due) == (("8.3.1",), date(2026, 12, 1))
    assert item_of(snapshot(issue(fixVersions=None, duedate=None))).due is None


def test_text_from_outside_is_tainted() -> None:
    seen = snapshot(issue(summary="Pay [~admin]"))

    assert seen.fields["summary"] == {"as": "tainted", "text": "Pay [~admin]"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2009-09-01T08:45:11.000-0700", datetime(2009, 9, 1, 15, 45, 11, tzinfo=UTC)),
        ("2009-09-01T08:45:11.250+0000", datetime(2009, 9, 1, 8, 45, 11, 250000, tzinfo=UTC)),
        ("2009-09-01T08:45:11Z", datetime(2009, 9, 1, 8, 45, 11, tzinfo=UTC)),
    ],
)
def test_times_become_utc(written: str, meant: datetime) -> None:
    seen = snapshot(issue(updated=written, resolutiondate=written))

    assert seen.updated == meant
    assert item_of(seen).resolved_at == meant


@pytest.mark.parametrize("written", ["2009-09-01T08:45:11", "yesterday", "", "0001-01-01T00:00:00+2300", 5])
def test_a_time_that_is_none_is_not_understood(written: object) -> None:
    with pytest.raises(NotUnderstood):
        snapshot(issue(updated=written))


def test_only_the_fields_that_are_present_are_told() -> None:
    seen = snapshot({"id": 1, "key": "A-1", "fields": {"assignee": None, "labels": []}})

    assert seen.fields == {"assignee": None, "labels": []}
    assert seen.updated is None


@pytest.mark.parametrize(
    ("person", "account"),
    [
        ({"accountId": "5b10", "key": "jo", "name": "jo.name"}, "5b10"),
        ({"key": "jo", "name": "jo.name"}, "jo"),
        ({"name": "jo.name"}, "jo.name"),
        (None, None),
    ],
)
def test_a_person_is_known_by_account_else_key_else_name(person: object, account: str | None) -> None:
    assert snapshot(issue(assignee=person)).fields["assignee"] == account


@pytest.mark.parametrize(
    ("security", "level"), [({"id": "10001", "name": "Staff"}, "10001"), ("10001", "10001"), (None, None)]
)
def test_a_security_level_is_its_id_from_rest_and_from_webhooks_alike(security: object, level: str | None) -> None:
    assert snapshot(issue(security=security)).fields["security_level"] == level


def test_a_status_category_that_jira_does_not_document_is_undefined() -> None:
    seen = snapshot(issue(status={"id": 3, "name": "Odd", "statusCategory": {"key": "mystery"}}))

    assert item_of(seen).status == Status(id="3", name="Odd", category="undefined")


def test_a_description_in_the_document_format_becomes_plain_text() -> None:
    def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
        return {"type": "paragraph", "content": list(content)}

    card = {"type": "inlineCard", "attrs": {"url": "https://example.test/x"}}
    day = {"type": "date", "attrs": {"timestamp": "1795219200000"}}
    bullet = {"type": "listItem", "content": [paragraph({"type": "text", "text": "first"})]}
    mention = {"type": "mention", "attrs": {"id": "acc-1", "text": "@Dana"}}
    content = [
        paragraph({"type": "text", "text": "Ask "}, mention, {"type": "hardBreak"}, card),
        {"type": "bulletList", "content": [bullet]},
        paragraph(day, {"type": "emoji", "attrs": {"shortName": ":fire:"}}),
    ]

    seen = snapshot(issue(description={"type": "doc", "version": 1, "content": content}))

    assert item_of(seen).description.text == "Ask @Dana\nhttps://example.test/x\nfirst\n2026-11-21:fire:"


def test_a_document_of_any_depth_is_read() -> None:
    node: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(150):
        node = {"type": "paragraph", "content": [node]}

    assert item_of(snapshot(issue(description=node))).description.text == "deep"


def test_no_description_is_an_empty_one() -> None:
    assert item_of(snapshot(issue(description=None))).description.text == ""


def test_what_postgresql_cannot_store_is_taken_out() -> None:
    seen = snapshot(issue(summary="nul\0l and \ud83d", labels=["a\0"]))

    assert item_of(seen).summary.text == "null and ?"
    assert item_of(seen).labels == ("a",)


def test_a_link_whose_other_end_is_hidden_is_left_out() -> None:
    seen = snapshot(issue(issuelinks=[{"id": "5", "type": {"name": "Duplicate"}}]))

    assert item_of(seen).links == ()


def test_histories_become_changes_with_a_place_in_their_entry() -> None:
    items = [
        {"field": "status", "fieldtype": "jira", "from": "1", "fromString": "Open", "to": "6", "toString": "Closed"},
        {"field": "Team Name", "fieldtype": "custom", "from": None, "to": "x"},
    ]
    entry = {"id": "900", "created": "2026-11-20T08:00:00.000+0000", "author": {"name": "jo"}, "items": items}

    seen = snapshot(issue() | {"changelog": {"histories": [entry]}})

    assert [(one.id, one.field, one.before, one.after_text, one.author) for one in seen.changes] == [
        ("900:0", "status", "1", "Closed", "jo"),
        ("900:1", "Team Name", None, None, "jo"),
    ]


def test_a_webhook_and_a_read_name_the_same_change_alike() -> None:
    told = revive(take(issue_webhook()).payload["snapshot"], Snapshot)

    assert [(one.id, one.field) for one in told.changes] == [("900:0", "status")]


@pytest.mark.parametrize("happened", ["issue_created", "issue_updated"])
def test_an_issue_that_changed_is_a_signal_with_its_snapshot(happened: str) -> None:
    taken = take(issue_webhook(f"jira:{happened}", status=CLOSED))

    assert (taken.name, taken.kind, taken.source, taken.needs_look) == (f"jira.{happened}", "signal", "jira", True)
    assert taken.subject == Subject(kind="item", id="10021")
    assert taken.payload["actor"] == "acc-dana"
    assert taken.payload["changed"] == ["status"]
    assert revive(taken.payload["snapshot"], Snapshot).fields["status"]["name"] == "Closed"


def test_a_deleted_issue_is_told_as_deleted() -> None:
    taken = take(issue_webhook("jira:issue_deleted"))

    assert taken.name == "jira.issue_deleted"
    assert revive(taken.payload["snapshot"], Snapshot).deleted


def test_an_issue_without_its_time_is_looked_at_but_not_merged() -> None:
    body = issue_webhook()
    del body["issue"]["fields"]["updated"]

    taken = take(body)

    assert taken.needs_look
    assert "snapshot" not in taken.payload


@pytest.mark.parametrize(
    ("happened", "actor"), [("comment_created", "acc-dana"), ("comment_updated", "acc-tom"), ("comment_deleted", None)]
)
def test_a_comment_tells_who_acted_as_far_as_jira_does(happened: str, actor: str | None) -> None:
    written = "2026-03-02T10:00:00.000+0100"
    taken = take(comment_webhook(happened, updateAuthor={"accountId": "acc-tom"}, created=written))

    assert taken.name == f"jira.{happened}"
    assert taken.subject == Subject(kind="item", id="10021")
    assert taken.payload["actor"] == actor
    assert taken.payload["comment"] == {
        "id": "77",
        "author": "acc-dana",
        "text": {"as": "tainted", "text": "Same here"},
        "public": True,
        "at": "2026-03-02T09:00:00Z",
    }
    assert "snapshot" not in taken.payload


@pytest.mark.parametrize("hidden", [{"jsdPublic": False}, {"visibility": {"type": "role", "value": "Developers"}}])
def test_a_comment_that_not_everybody_may_read_is_told_to_be_so(hidden: dict[str, Any]) -> None:
    taken = take(comment_webhook("comment_created", **hidden))

    assert taken.payload["comment"]["public"] is False


def test_a_comment_of_which_jira_does_not_say_who_may_read_it_is_taken_for_hidden() -> None:
    assert take(without(comment_webhook(), "comment", "jsdPublic")).payload["comment"]["public"] is False


@pytest.mark.parametrize("happened", ["issuelink_created", "issuelink_deleted"])
def test_a_link_is_about_its_source_and_names_the_other_end(happened: str) -> None:
    taken = take(link_webhook(happened))

    assert (taken.name, taken.subject.id, taken.payload["other"]) == (f"jira.{happened}", "10021", 10022)
    assert taken.needs_look


@pytest.mark.parametrize(
    ("body", "name", "subject"),
    [
        ({"webhookEvent": "jira:worklog_updated", "issue": {"id": "7"}}, "jira.worklog_updated", "item:7"),
        ({"webhookEvent": "Sprint Started!", "issue": {"id": "x"}}, "jira.sprint_started", str(SYSTEM)),
        ({"webhookEvent": "💥"}, "jira.unknown", str(SYSTEM)),
        ({"webhookEvent": 5, "user": 7}, "jira.unknown", str(SYSTEM)),
        ({}, "jira.unknown", str(SYSTEM)),
    ],
)
def test_any_other_event_is_kept_for_the_record_alone(body: object, name: str, subject: str) -> None:
    taken = take(body)

    assert (taken.name, str(taken.subject), taken.needs_look) == (name, subject, False)


def without(body: dict[str, Any], *path: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(body))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return copy


@pytest.mark.parametrize(
    "body",
    [
        without(issue_webhook(), "issue"),
        without(issue_webhook(), "issue", "id"),
        without(issue_webhook(), "issue", "key"),
        without(issue_webhook(), "issue", "fields"),
        without(comment_webhook(), "issue"),
        without(comment_webhook(), "comment"),
        without(comment_webhook(), "comment", "id"),
        without(link_webhook(), "issueLink"),
        without(link_webhook(), "issueLink", "destinationIssueId"),
        issue_webhook(project=None),
        issue_webhook(status="Open"),
        issue_webhook() | {"timestamp": 10**30},
        link_webhook() | {"issueLink": {"sourceIssueId": "10021", "destinationIssueId": "1" * 30}},
        issue_webhook() | {"issue": issue() | {"id": 10**5000}},
        [],
        None,
        "jira:issue_created",
    ],
)
def test_a_part_that_is_missing_or_wrong_is_not_understood(body: object) -> None:
    with pytest.raises(NotUnderstood):
        take(body)


def test_what_is_nested_too_deeply_is_not_understood() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(NotUnderstood, match="deeply"):
        take(issue_webhook(labels=deep))


def test_a_refusal_names_the_place_and_not_the_text() -> None:
    with pytest.raises(NotUnderstood) as refused:
        take(issue_webhook(status="my secret"))

    assert "status" in str(refused.value)
    assert "my secret" not in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
BODIES = [issue_webhook(), comment_webhook(), link_webhook()]


def paths(body: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [path, *(deeper for step, inner in steps for deeper in paths(inner, (*path, step)))]


@given(st.sampled_from([(body, path) for body in BODIES for path in paths(body)]), JSON)
def test_a_payload_spoilt_anywhere_is_an_event_or_not_understood(
    place: tuple[Any, tuple[Any, ...]], spoilt: Any
) -> None:
    body, path = place
    holder = {"body": json.loads(json.dumps(body))}
    inner: Any = holder
    for step in ("body", *path)[:-1]:
        inner = inner[step]
    inner[("body", *path)[-1]] = spoilt

    try:
        taken = take(holder["body"])
    except NotUnderstood:
        return

    assert revive(plain(taken), Event) == taken
    assert b"\\u0000" not in canonical(taken)


ANSWERS = (account, lambda body: accounts_with(body, "a@b"), browsable, comment_page, comment_text, new_id)


@given(JSON)
def test_any_json_at_all_is_translated_or_not_understood(body: object) -> None:
    for translate in (take, snapshot, open_transitions, *ANSWERS):
        try:
            translate(body)
        except NotUnderstood:
            continue


def test_transitions_tell_what_their_screens_require_and_may_take() -> None:
    resolution = {"name": "Resolution", "required": True, "allowedValues": [{"id": "1", "name": "Fixed"}, {"id": "2"}]}
    impact = {"name": "Impact", "required": False, "allowedValues": [{"value": "High"}]}
    close = {"id": "31", "name": "Close", "to": CLOSED, "fields": {"resolution": resolution, "cf_1": impact}}
    gone = {"id": "41", "name": "Gone", "to": OPEN, "isAvailable": False}

    (offered,) = open_transitions({"transitions": [close, gone]})

    assert (offered.id, offered.name, offered.to) == ("31", "Close", Status(id="6", name="Closed", category="done"))
    assert [(field.id, field.name, field.allowed) for field in offered.required] == [
        ("resolution", "Resolution", ("Fixed",))
    ]
    assert [(field.id, field.allowed) for field in offered.optional] == [("cf_1", ("High",))]


@given(st.text(st.characters(codec=None)) | st.none(), st.binary())
def test_a_retry_has_the_id_of_the_first_delivery_and_another_body_has_not(identifier: str | None, raw: bytes) -> None:
    assert delivery_id(identifier, raw) == delivery_id(identifier, raw)
    assert delivery_id(identifier, raw) != delivery_id(identifier, raw + b" ")
    assert len(delivery_id(identifier, raw)) <= 129


def test_two_deliveries_of_the_same_body_are_told_apart_by_their_identifiers() -> None:
    ids = {delivery_id(identifier, b"{}") for identifier in (None, "a", "b", "a" * 65, "a" * 66, "ä")}

    assert len(ids) == 6


def fixtures() -> list[Path]:
    return sorted((SHARED / "fixtures" / "jira").rglob("*.json"))


@pytest.mark.skipif(not fixtures(), reason="no captured payloads: set YARDMASTER_SHARED to the folder that has them")
def test_every_captured_payload_is_understood() -> None:
    taken = [take(json.loads(path.read_bytes())) for path in fixtures()]

    assert all(one.needs_look and one.subject != SYSTEM for one in taken)
    whole = [revive(one.payload["snapshot"], Snapshot) for one in taken if one.name == "jira.issue_created"]
    assert whole
    assert all(item_of(one).project for one in whole)


APACHE = SHARED / "datasets" / "jira_issues_apache.jsonl.xz"


@pytest.mark.skipif(not APACHE.exists(), reason="no real issues: set YARDMASTER_SHARED to the folder that has them")
def test_every_real_issue_becomes_an_item_and_survives_storing() -> None:
    with lzma.open(APACHE) as lines:
        seen = [snapshot(json.loads(line)) for line in lines]

    assert len(seen) == 501
    assert all(revive(json.loads(canonical(one)), Snapshot) == one for one in seen)
    assert sum(len(item_of(one).links) for one in seen) > 100
