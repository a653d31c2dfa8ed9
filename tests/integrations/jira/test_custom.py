"""Whose an issue is, as what it was requested, and its SLA clocks, out of custom fields that may hold anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from integrations.jira.client import Connection
from integrations.jira.custom import CustomFields, told_by
from integrations.jira.history import JiraHistory
from integrations.jira.patient import Patient
from integrations.jira.reads import JiraReads
from integrations.jira.site_fields import SiteFields
from integrations.jira.translate import event, snapshot
from orchestrator.ports import GatewayError
from rules.canonical import revive
from rules.model import TEAM, Item, SlaClock
from sandbox.running import Sandbox, default_seed, new_world
from tests.integrations.jira.payloads import issue, issue_webhook

FIELD = "https://jira.test/rest/api/2/field"
BREAKS = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
CUSTOMER = "customfield_10050"
SQUAD = "customfield_10001"
SITE = CustomFields(
    customer=CUSTOMER,
    team=SQUAD,
    organisations=("customfield_10002",),
    requests=("customfield_10010",),
    clocks=("customfield_10030",),
)
PARTS = st.sampled_from(
    ["id", "name", "_links", "completedCycles", "ongoingCycle", "breachTime", "epochMillis", "iso8601", "value"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | PARTS, inner, max_size=5),
    max_leaves=20,
)


def organisation(name: str) -> dict[str, Any]:
    links = {"self": "https://jira.test/rest/servicedeskapi/organization/1"}
    return {"id": "1", "name": name, "scimManaged": False, "_links": links}


def request(name: object) -> dict[str, Any]:
    return {"_links": {}, "requestType": {"id": "13", "name": name}, "currentStatus": {"status": "Needs triage"}}


def clock(name: str, ended: tuple[bool, ...] = (), **ongoing: Any) -> dict[str, Any]:
    cycles = [{"breached": breached, "elapsedTime": {"millis": 5}} for breached in ended]
    shape = {"id": "1", "name": name, "_links": {}, "completedCycles": cycles, "slaDisplayFormat": "NEW_SLA_FORMAT"}
    return shape | ({"ongoingCycle": ongoing} if ongoing else {})


def breach(at: datetime = BREAKS) -> dict[str, Any]:
    return {"iso8601": at.isoformat(), "friendly": "Today 5:30 PM", "epochMillis": int(at.timestamp() * 1000)}


def told(custom: CustomFields = SITE, **fields: Any) -> Item:
    seen = snapshot(issue(**fields), custom)
    return revive({"id": seen.id, "key": seen.key, **seen.fields}, Item)


def test_a_webhook_that_says_nothing_of_its_fields_tells_organisations_and_clocks_by_their_form() -> None:
    body = issue_webhook(customfield_1=[organisation("Acme"), organisation("Beta")], customfield_2=clock("First reply"))

    fields = event(body, "delivery", BREAKS).payload["snapshot"]["fields"]

    assert fields["organisations"] == ["Acme", "Beta"]
    assert fields["slas"] == [{"name": "First reply"}]


@pytest.mark.parametrize("empty", [None, []])
def test_a_webhook_whose_changelog_tells_that_organisations_were_taken_off_clears_them(empty: object) -> None:
    body = issue_webhook(customfield_1=empty)
    gone = {"field": "Organizations", "fieldId": "customfield_1", "fieldtype": "custom", "fromString": "Acme"}
    body["changelog"]["items"] = [gone | {"from": "1", "to": "", "toString": ""}]

    assert event(body, "delivery", BREAKS).payload["snapshot"]["fields"]["organisations"] == []


def test_an_empty_field_of_another_name_clears_nothing() -> None:
    body = issue_webhook(customfield_1=None)
    body["changelog"]["items"] = [{"field": "Severity", "fieldId": "customfield_1", "fieldtype": "custom"}]

    assert "organisations" not in event(body, "delivery", BREAKS).payload["snapshot"]["fields"]


def test_of_a_clock_that_ended_it_is_told_how_much_of_its_time_was_used() -> None:
    ended = {"breached": True, "elapsedTime": {"millis": 9_000}, "goalDuration": {"millis": 6_000}}
    odd = ended | {"goalDuration": {"millis": 0}}

    assert [one.took for one in told(customfield_2=clock("Reply") | {"completedCycles": [ended]}).slas] == [1500]
    assert [one.took for one in told(customfield_2=clock("Reply") | {"completedCycles": [odd]}).slas] == [None]


def test_as_what_an_issue_was_requested_is_told_by_the_form_of_its_field() -> None:
    assert told(CustomFields(), customfield_7=request("Buy  something")).request_type == "Buy something"


@pytest.mark.parametrize(
    "value",
    [
        "desk/13",
        {"name": "Buy"},
        request(5),
        {"requestType": {"name": "Buy"}},
        {"requestType": "B", "currentStatus": {}},
    ],
)
def test_what_only_resembles_a_request_type_is_none(value: object) -> None:
    assert told(CustomFields(), customfield_7=value).request_type is None


def test_a_running_clock_is_kept_with_the_moment_at_which_it_breaks() -> None:
    item = told(customfield_10030=clock("Resolution", breachTime=breach(), breached=False, paused=False))

    assert item.slas == (SlaClock(name="Resolution", breaches_at=BREAKS),)


def test_a_moment_without_milliseconds_is_read_as_it_is_written() -> None:
    written = {"iso8601": "2026-11-20T18:30:00+0100"}

    assert told(customfield_10030=clock("Resolution", breachTime=written)).slas[0].breaches_at == BREAKS


def test_a_paused_clock_breaks_at_no_known_moment() -> None:
    item = told(customfield_10030=clock("Resolution", breachTime=breach(), paused=True))

    assert item.slas == (SlaClock(name="Resolution", paused=True),)


def test_a_clock_that_ended_keeps_whether_it_was_broken_at_last() -> None:
    item = told(customfield_10030=clock("Reply", ended=(True, False)), customfield_2=clock("Resolution", ended=(True,)))

    assert [(one.name, one.breached) for one in item.slas] == [("Reply", False), ("Resolution", True)]


@pytest.mark.parametrize(
    ("value", "customers"),
    [
        ("  Acme  Ltd ", ("Acme Ltd",)),
        ({"id": "1", "value": "Acme"}, ("Acme",)),
        ([{"value": "Acme"}, {"name": "Beta"}, "Acme", None, True, {"accountId": "x"}], ("Acme", "Beta")),
        (4711, ("4711",)),
        (None, ()),
        ("x" * 999, ("x" * 255,)),
    ],
)
def test_the_field_that_the_settings_name_tells_the_customers(value: object, customers: tuple[str, ...]) -> None:
    assert told(SITE, **{CUSTOMER: value}).customers == customers


@pytest.mark.parametrize(
    ("value", "team"),
    [({"id": "ab-1", "name": "Second  line"}, "Second line"), ({"value": "Second line"}, "Second line"), (None, None)],
)
def test_the_field_that_the_settings_name_tells_the_team(value: object, team: str | None) -> None:
    assert told(SITE, **{SQUAD: value}).team == team
    assert told(CustomFields(), **{SQUAD: value}).team is None


def test_a_change_of_the_team_is_known_however_the_site_calls_the_field() -> None:
    item = {"field": "Squad", "fieldId": SQUAD, "from": "1", "fromString": "First", "to": "2", "toString": "Second"}
    body = issue_webhook() | {"changelog": {"id": "9", "items": [item]}}

    (known,), (unknown,) = (
        event(body, "d1", BREAKS, custom).payload["snapshot"]["changes"] for custom in (SITE, CustomFields())
    )

    assert (known["field"], known["before_text"], unknown["field"]) == (TEAM, "First", "Squad")


def test_no_other_field_is_taken_for_the_customers() -> None:
    assert told(CustomFields(), **{CUSTOMER: "Acme"}).customers == ()


def test_a_known_field_that_is_empty_says_that_there_are_none() -> None:
    fields: dict[str, Any] = {"customfield_10002": [], "customfield_10010": None, "customfield_10030": None}

    assert dict(told_by(fields, SITE)) == {"organisations": [], "request_type": None, "slas": []}
    assert dict(told_by(fields, CustomFields())) == {}


@pytest.mark.parametrize(
    "value",
    [
        [{"id": "1", "name": "No link"}],
        [organisation("Acme"), "and a text"],
        {"name": "no runs"},
        clock("odd moment", breachTime={"iso8601": "soon"}),
        clock("no moment", breachTime={"epochMillis": 10**18}),
        {"name": 5, "completedCycles": []},
    ],
)
def test_what_has_another_form_is_passed_over(value: object) -> None:
    assert dict(told_by({"customfield_7": value}, CustomFields())) == {}


def test_no_more_is_kept_than_somebody_would_read() -> None:
    many = [organisation(f"{number} " + "x" * 999) for number in range(999)]

    names = told(customfield_10002=many).organisations

    assert (len(names), max(map(len, names))) == (50, 255)


@given(fields=st.dictionaries(st.sampled_from(["customfield_1", "customfield_10002", "customfield_10030"]), JSON))
def test_whatever_custom_fields_hold_the_issue_is_read(fields: dict[str, Any]) -> None:
    assert told(SITE, **fields, **{CUSTOMER: fields.get("customfield_1")}).key == "PAY-12"


def test_a_site_is_asked_once_an_hour_which_fields_hold_them(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    answer = [
        {"id": "thumbnail", "name": "Images"},
        {"id": "customfield_9", "schema": {"custom": "com.atlassian.servicedesk:sd-customer-organizations"}},
        {"id": "customfield_7", "schema": {"custom": "com.atlassian.servicedesk:vp-origin"}},
        {"id": "customfield_8", "schema": {"type": "sd-servicelevelagreement"}},
    ]
    with responses.RequestsMock() as jira:
        jira.get(FIELD, json=answer)
        fields = SiteFields(
            Connection("https://jira.test", "bot@example.test", "made-up"),
            CustomFields(customer=CUSTOMER),
            lambda: now[0],
        )
        asked = fields.known()
        now[0] = 3599.0
        assert fields.known() == asked
        assert len(jira.calls) == 1
        now[0] = 3600.0
        fields.known()
        assert len(jira.calls) == 2

    assert asked.ids == ("customfield_9", "customfield_7", "customfield_8", CUSTOMER)
    assert f"names {CUSTOMER}, which is no field of this Jira" in caplog.text


def test_fields_that_make_no_sense_are_told_so() -> None:
    with responses.RequestsMock() as jira:
        jira.get(FIELD, json={"fields": []})
        with pytest.raises(GatewayError, match="asking which fields there are"):
            SiteFields(Connection("https://jira.test", "bot@example.test", "made-up")).known()


def test_a_request_is_read_with_its_type_its_organisation_and_its_clocks() -> None:
    jira = Sandbox(new_world(default_seed()))
    jira.start()
    connection = Connection(jira.world.places.jira, "yardmaster@example.com", "sandbox")
    seen = JiraReads(connection).item_by_key("OPS-1")
    found = next(page.snapshots for page in JiraHistory(connection, Patient()).pages(project="OPS"))
    jira.stop()

    assert seen is not None
    assert len(seen.fields["organisations"]) == 1
    assert seen.fields["request_type"] == "Report a problem"
    assert {one["name"] for one in seen.fields["slas"]} == {"Time to first response", "Time to resolution"}
    assert next(one for one in found if one.id == seen.id).fields["slas"] == seen.fields["slas"]
