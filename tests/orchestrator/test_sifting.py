"""Whatever an event carries, a look at it ends well; what cannot be read is recorded and does nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.sifting import is_issue, sift
from rules.canonical import canonical
from rules.model import SYSTEM, Event, Subject
from tests.fakes.tracker import OPEN
from tests.fakes.yard import Yard

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ITEM = Subject(kind="item", id="2")
COMMANDS = [
    "vote.cast",
    "undo.asked",
    "retry.asked",
    "couple.proposed",
    "details.asked",
    "command.given",
    "dance.asked",
]
SIGNALS = ["jira.issue_updated", "item.named_together", "jira.issuelink_created", "message.posted"]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary().map(repr),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "user",
    "request",
    "choice",
    "reason",
    "other",
    "quote",
    "keys",
    "text",
    "channel",
    "word",
    "argument",
    "actor",
]
NAMES = st.sampled_from([*FIELDS, "snapshot"])


def event(name: str, payload: dict[str, Any], subject: Subject = ITEM, number: int = 1) -> Event:
    kind = "signal" if name in SIGNALS or name.startswith("jira") else "command"
    given = {"id": f"e{number}", "kind": kind, "name": name, "source": "jira", "received_at": NOON}
    return Event(subject=subject, payload=payload, **given)  # type: ignore[arg-type]


def ignored(*events: Event) -> list[str]:
    _, changes = sift(events[0].subject, events, NOON)
    return [entry.data["why"] for entry in changes.entries]


@pytest.mark.parametrize(
    ("name", "payload", "why"),
    [
        ("vote.cast", {"request": "r", "choice": "approve"}, "missing required field `user`"),
        ("vote.cast", {"user": "", "request": "r", "choice": "approve"}, "length >= 1"),
        ("vote.cast", {"user": "U", "request": ["r"], "choice": "approve"}, "Expected `str`, got `array`"),
        ("vote.cast", {"user": "U", "request": "r", "choice": "maybe"}, "Invalid enum value"),
        ("vote.cast", {"user": "U", "request": "r", "choice": "reject", "reason": "plain"}, "got `str`"),
        ("vote.cast", {"user": "\ud800", "request": "r", "choice": "reject"}, "surrogates not allowed"),
        ("couple.proposed", {"user": "U", "other": "1"}, "Expected `int`, got `str`"),
        ("couple.proposed", {"user": "U", "other": 2**63}, "<= 9223372036854775807"),
        ("couple.proposed", {"user": "U", "other": 0}, ">= 1"),
        ("couple.proposed", {"user": "U", "other": 1.5}, "got `float`"),
        ("undo.asked", {"user": ["U"]}, "got `array`"),
        ("dance.asked", {"user": "U"}, "items take no such command"),
        ("item.named_together", {"other": None}, "got `null`"),
        ("jira.issue_updated", {"actor": 7}, "got `int`"),
        ("jira.issue_updated", {"snapshot": "all"}, "got `str`"),
        ("jira.issue_updated", {"snapshot": {"id": 3, "key": "WEB-3"}}, "another issue's"),
        ("jira.issue_updated", {"snapshot": {"id": 2**80, "key": "WEB-3"}}, "<= 9223372036854775807"),
        ("jira.issue_updated", {"snapshot": {"id": 2, "key": "W-2", "updated": "2026-01-01T00:00:00"}}, "timezone"),
        ("jira.issue_updated", {"snapshot": {"id": 2, "key": "W-2", "fields": {"status": "Open"}}}, "$.status"),
        ("jira.issue_updated", {"snapshot": {"id": 2, "key": "W-2", "fields": {"links": [{}]}}}, "$.links[0]"),
        ("jira.issue_updated", {"snapshot": {"id": 2, "key": "W-2", "fields": {"labels": "a"}}}, "$.labels"),
    ],
)
def test_what_cannot_be_read_is_ignored_with_a_reason(name: str, payload: dict[str, Any], why: str) -> None:
    assert [why in one for one in ignored(event(name, payload))] == [True]


def test_a_damaged_message_or_its_keys_are_ignored() -> None:
    conversation = Subject(kind="conversation", id="C1/1.1")
    said = {"channel": "C1", "user": "U1", "text": {"as": "tainted", "text": "x"}}

    assert "keys" in ignored(event("message.posted", {**said, "keys": "WEB-1"}, conversation))[0]
    assert "user" in ignored(event("bot.mentioned", {**said, "user": None}, conversation))[0]


def test_what_can_be_read_goes_on_without_what_nobody_asked_for() -> None:
    given = {"user": "U", "request": "r", "choice": "approve", "secret": 1.5, "ts": "1.1"}

    (sound,), changes = sift(ITEM, [event("vote.cast", given)], NOON)

    assert sound.payload == {"user": "U", "request": "r", "choice": "approve"}
    assert changes.entries == ()


def test_fields_of_a_snapshot_that_no_item_has_are_left_out() -> None:
    snapshot = {"id": 2, "key": "W-2", "fields": {"resolution": None, "weather": 1.5}}

    (sound,), _ = sift(ITEM, [event("jira.issue_updated", {"snapshot": snapshot})], NOON)

    assert sound.payload["snapshot"]["fields"] == {"resolution": None}


@pytest.mark.parametrize("id_", ["0", "-1", "1.5", "abc", "٣", "9" * 19, "9" * 5000, "9223372036854775808"])
def test_an_issue_id_that_jira_could_not_have_given_is_no_issue(id_: str) -> None:
    subject = Subject(kind="item", id=id_)
    yard = Yard()
    yard.memory.put(event("jira.issue_updated", {"actor": "x"}, subject))

    yard.settle()

    assert not is_issue(subject)
    assert yard.kinds() == ["event.ignored"]


def test_the_largest_id_of_a_database_is_an_issue() -> None:
    assert is_issue(Subject(kind="item", id=str(2**63 - 1)))


def test_a_switch_that_the_door_has_thrown_already_is_nothing_to_be_ignored() -> None:
    yard = Yard()
    stop = {"user": "UPRIYA", "word": "stop", "argument": "everything", "scope": "everything"}
    yard.memory.put(event("command.given", stop, SYSTEM))

    yard.settle()

    assert yard.memory.tables.waiting == []
    assert yard.kinds() == []


def test_a_damaged_event_is_handled_and_those_beside_it_are_heard() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.command("vote.cast", "UPRIYA", request.subject, request=request.id)
    yard.vote("UMIKA", request)

    yard.settle()

    assert yard.request(request.id).state == "approved"
    assert yard.memory.tables.waiting == []
    assert yard.kinds().count("event.ignored") == 1


@given(
    st.sampled_from([*COMMANDS, *SIGNALS]), st.dictionaries(NAMES, JUNK), st.sampled_from(["item", "person", "card"])
)
def test_no_payload_breaks_a_look(name: str, payload: dict[str, Any], kind: Any) -> None:
    yard = Yard()
    yard.report(1)
    yard.settle()
    yard.memory.put(event(name, payload, Subject(kind=kind, id="1")))

    yard.settle()

    assert yard.memory.tables.waiting == []
    assert yard.tracker.performed == []


@given(st.dictionaries(st.sampled_from(["summary", "status", "created", "links", "labels", "key", "updated"]), JUNK))
def test_no_snapshot_breaks_a_look(fields: dict[str, Any]) -> None:
    yard = Yard()
    item = yard.report(1)
    snapshot = {"id": 1, "key": "WEB-1", "updated": "2026-03-02T12:05:00Z", "fields": fields}
    yard.memory.put(event("jira.issue_updated", {"snapshot": snapshot}, Subject(kind="item", id="1")))

    yard.settle()

    assert yard.memory.tables.waiting == []
    assert item.status == OPEN


@given(st.dictionaries(NAMES, JUNK))
def test_what_goes_on_always_has_a_canonical_form(payload: dict[str, Any]) -> None:
    for number, name in enumerate([*COMMANDS, *SIGNALS]):
        sound, changes = sift(ITEM, [event(name, payload, number=number)], NOON)
        assert canonical([sound, changes.entries])
