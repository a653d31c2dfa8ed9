"""Little noise: what is held back, until when, and how it is told of in the end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.messages import Message
from orchestrator.noise.holding import Held, Listener, held_until, is_urgent
from orchestrator.noise.restraining import digest_message
from rules.model import Line, Person, SlaClock
from rules.noise import NoiseRule
from rules.requests import Call, Request, RequestState
from rules.ruleset import CalendarRule, Ruleset
from tests.fakes.rulings import ruleset
from tests.fakes.written import told, written
from tests.fakes.yard import Yard

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
LISTENER = Listener(now=NOW, next_day=NOW + 20 * HOUR)
NOISE = NoiseRule(messages_a_day=3, quiet_hours=True)
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours(shift: str) -> CalendarRule:
    return msgspec.convert({"time_zone": "UTC", "hours": {day: [shift] for day in EVERY_DAY}}, CalendarRule)


def alone(shift: str = "", **noise: Any) -> Yard:
    """A company whose channel may see nothing, so that Mika, who works at these hours, is written to."""
    rules = ruleset(noise=NoiseRule(**noise), calendars={"hers": hours(shift or "00:00-23:59")})
    mika = msgspec.structs.replace(rules.people["mika"], calendar="hers")
    people = {**rules.people, "mika": mika, "priya": msgspec.structs.replace(rules.people["priya"], roles=())}
    yard = Yard(msgspec.structs.replace(rules, people=people))
    yard.directory.strangers["UWHO"] = Person(id="slack:UWHO", name="Who", slack="UWHO")
    yard.chat.members_of["C0YARD"] = ("UWHO",)
    return yard


def messages(yard: Yard, user: str = "UMIKA") -> list[str]:
    return [written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == f"D-{user}"]


def doubt(yard: Yard, number: int, **more: Any) -> Request:
    """Have one more issue repeat issue 1, and give the question about it."""
    yard.report(number, **more)
    yard.settle()
    return yard.all_requests(RequestState.PENDING)[-1]


@pytest.mark.parametrize(
    ("listener", "urgent", "expected"),
    [
        ({}, False, None),
        ({"muted_until": NOW + HOUR}, False, (NOW + HOUR, "muted")),
        ({"muted_until": NOW + HOUR}, True, (NOW + HOUR, "muted")),
        ({"muted_until": NOW}, False, None),
        ({"opens_at": NOW + 2 * HOUR}, False, (NOW + 2 * HOUR, "quiet")),
        ({"opens_at": NOW + 2 * HOUR}, True, None),
        ({"sent": 2}, False, None),
        ({"sent": 3}, False, (NOW + 20 * HOUR, "budget")),
        ({"sent": 3}, True, None),
        ({"sent": 3, "opens_at": NOW + HOUR}, False, (NOW + HOUR, "quiet")),
    ],
)
def test_what_is_held_back_and_until_when(listener: dict[str, Any], urgent: bool, expected: object) -> None:
    assert held_until(msgspec.structs.replace(LISTENER, **listener), NOISE, urgent=urgent) == expected


def test_without_rules_nothing_but_a_mute_holds_anything_back() -> None:
    busy = msgspec.structs.replace(LISTENER, opens_at=NOW + HOUR, sent=1000)

    assert held_until(busy, NoiseRule(), urgent=False) is None


@given(st.integers(0, 9), st.none() | st.integers(-5, 50), st.none() | st.integers(-5, 50), st.booleans())
def test_what_is_held_back_is_held_until_a_moment_to_come(
    sent: int, muted: int | None, opens: int | None, urgent: bool
) -> None:
    listener = Listener(
        now=NOW,
        next_day=NOW + 20 * HOUR,
        muted_until=None if muted is None else NOW + muted * HOUR,
        opens_at=None if opens is None else NOW + opens * HOUR,
        sent=sent,
    )

    found = held_until(listener, NOISE, urgent=urgent)

    assert found is None or found[0] > NOW


def test_urgent_is_by_priority_or_sla_or_since_it_was_escalated_to_this_person() -> None:
    yard = Yard()
    request = yard.repeat()
    (item,) = yard.memory.items.items([2])
    sla = SlaClock(name="Time to resolution", breaches_at=NOW + HOUR)
    call = Call(person="mika", at=NOW, kind="escalated")

    def urgent(one: Request = request, person: str = "mika", **changed: Any) -> bool:
        return is_urgent(one, [msgspec.structs.replace(item, **changed)], person, NOISE, NOW)

    assert not urgent()
    assert not urgent(priority="High")
    assert urgent(priority="Highest")
    assert urgent(slas=(sla,))
    assert urgent(msgspec.structs.replace(request, calls=(call,)))
    assert not urgent(msgspec.structs.replace(request, calls=(call,)), person="priya")


def test_over_the_days_budget_a_message_is_held_back_and_told_of_the_next_morning() -> None:
    yard = alone("09:00-17:00", messages_a_day=1)
    yard.report(1, by="j-tom")
    yard.settle()
    doubt(yard, 2)
    doubt(yard, 3)
    assert len(messages(yard)) == 1

    yard.pass_by(hours=20)
    assert len(messages(yard)) == 1
    yard.pass_by(hours=2)

    assert len(messages(yard)) == 2
    assert "A question came meanwhile" in messages(yard)[1]
    assert "(you had your messages for the day)" in messages(yard)[1]


def test_what_is_held_back_stands_in_app_home_with_why_and_can_be_answered_there() -> None:
    yard = alone("09:00-17:00", messages_a_day=1)
    yard.report(1, by="j-tom")
    yard.settle()
    doubt(yard, 2)
    yard.open_home("UMIKA")

    doubt(yard, 3)

    assert "2 questions wait for you" in yard.home("UMIKA")
    assert "Held back (1)" in yard.home("UMIKA")
    assert "you had your messages for the day; I write about it 09:00" in yard.home("UMIKA")


def test_outside_of_working_hours_nothing_is_written_and_in_the_morning_all_of_it_at_once() -> None:
    yard = alone("14:00-17:00", quiet_hours=True)
    yard.report(1, by="j-tom")
    yard.settle()
    doubt(yard, 2)
    doubt(yard, 3)
    assert messages(yard) == []

    yard.pass_by(hours=3)

    (digest,) = messages(yard)
    assert "2 questions came meanwhile" in digest
    assert "it came outside of your working hours" in digest
    assert "They wait for you in App Home" in digest


def test_what_is_urgent_is_written_at_any_hour() -> None:
    yard = alone("14:00-17:00", quiet_hours=True)
    yard.report(1, by="j-tom")
    yard.settle()

    doubt(yard, 2, priority="Highest")

    assert len(messages(yard)) == 1
    assert "Is WEB-2 the same problem as WEB-1?" in messages(yard)[0]


def test_what_was_decided_meanwhile_is_not_told_of() -> None:
    yard = alone("14:00-17:00", quiet_hours=True)
    yard.report(1, by="j-tom")
    yard.settle()
    request = doubt(yard, 2)
    yard.vote("UMIKA", request)
    yard.settle()

    yard.pass_by(hours=4)

    assert messages(yard) == []


def test_a_mute_lasts_until_its_end_and_then_all_comes_at_once() -> None:
    yard = alone()
    yard.ask("UMIKA", "mute", "2h")
    assert yard.said() == (
        "I write nothing to you until 14:00; what I would have told you waits in App Home. `/yard mute off` ends it."
    )
    yard.report(1, by="j-tom")
    yard.settle()
    doubt(yard, 2, priority="Highest")
    assert messages(yard) == []

    yard.pass_by(hours=2)

    assert "A question came meanwhile" in messages(yard)[0]
    assert "mute.told" in yard.kinds()


def test_a_mute_that_is_ended_brings_what_was_held_back() -> None:
    yard = alone()
    yard.ask("UMIKA", "mute", "until 2026-12-24")
    yard.report(1, by="j-tom")
    yard.settle()
    doubt(yard, 2)
    assert messages(yard) == []

    yard.ask("UMIKA", "mute", "off")

    assert "A question came meanwhile" in messages(yard)[0]


def test_a_mute_that_is_made_longer_is_heeded() -> None:
    yard = alone()
    yard.ask("UMIKA", "mute", "2h")
    yard.report(1, by="j-tom")
    yard.settle()
    doubt(yard, 2)
    yard.ask("UMIKA", "mute", "5h")

    yard.pass_by(hours=3)
    assert messages(yard) == []
    yard.pass_by(hours=3)

    assert len(messages(yard)) == 1


def test_a_mute_without_an_end_that_can_be_read_changes_nothing() -> None:
    yard = alone()

    yard.ask("UMIKA", "mute", "for ever")

    assert "I could not read until when" in yard.said()
    assert yard.memory.tables.mutes == {}


def test_a_stranger_cannot_mute() -> None:
    yard = alone()

    yard.ask("UWHO", "mute", "2h")

    assert "people.yml" in yard.said()
    assert yard.memory.tables.mutes == {}


def test_what_was_held_back_is_recorded_once_with_its_reason() -> None:
    yard = alone("14:00-17:00", quiet_hours=True)
    yard.report(1, by="j-tom")
    yard.settle()
    doubt(yard, 2)
    yard.pass_by(minutes=5)

    entries = [entry for entry in yard.memory.tables.ledger if entry.kind == "card.held_back"]

    assert [entry.data["why"] for entry in entries] == ["quiet"]
    assert told(entries[0].text) == "a direct message is held back: it is outside of its reader's working hours"


def test_the_card_in_a_channel_is_never_held_back() -> None:
    rules: Ruleset = ruleset(noise=NoiseRule(messages_a_day=1))
    yard = Yard(rules)
    yard.report(1, by="j-tom")
    yard.settle()
    for number in (2, 3, 4):
        doubt(yard, number)

    assert len([one for (channel, _), one in yard.chat.messages.items() if channel == "C0YARD"]) == 3


def test_of_very_many_a_digest_names_some_and_counts_the_rest() -> None:
    held = Held(card="c", user="U", request="r", until=NOW, why="muted")

    digest: Message = digest_message([(held, Line(text="Is it?"))] * 23)

    assert written(digest).splitlines()[-2:] == ["… and 3 more", "They wait for you in App Home, with their buttons."]


def test_a_question_about_an_issue_is_asked_in_its_projects_own_channel() -> None:
    yard = Yard(ruleset(noise=NoiseRule(channels={"WEB": "#web", "OPS": "#yard"})))
    yard.chat.channels["#web"] = "C0WEB"
    yard.chat.members_of["C0WEB"] = ("UMIKA", "UPRIYA")

    yard.repeat()

    assert [channel for channel, _ in yard.chat.messages] == ["C0WEB"]


def test_where_the_bot_is_not_in_a_projects_channel_the_workflows_is_used() -> None:
    yard = Yard(ruleset(noise=NoiseRule(channels={"WEB": "#nowhere"})))

    yard.repeat()

    assert [channel for channel, _ in yard.chat.messages] == ["C0YARD"]


def test_a_message_that_waits_for_its_turn_is_counted_once() -> None:
    yard = alone(messages_a_day=2)
    yard.report(1, by="j-tom")
    yard.settle()
    yard.chat.turns = 5

    doubt(yard, 2)
    for _ in range(6):
        yard.pass_by(seconds=2)

    assert len(messages(yard)) == 1
    assert sum(yard.memory.tables.messages.values()) == 1
