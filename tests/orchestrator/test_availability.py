"""Who is there when, and that nobody is taken to be there of whom nothing is known."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.calendars import Calendar
from orchestrator.people.availability import Absence, Agenda, Availability, Presence, State, availability, soonest

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
OFFICE = Calendar(ZoneInfo("UTC"), {day: [(540, 1020)] for day in range(5)}, lambda day: False)
HOUR = timedelta(hours=1)


def away(since: datetime, until: datetime, words: str = "") -> Absence:
    return Absence(person="mika", since=since, until=until, source="yard")


def asked(agenda: Agenda, at: datetime = MONDAY, hours: Calendar | None = OFFICE) -> Availability:
    return availability(agenda, hours, at, MONDAY)


def test_somebody_in_their_hours_is_there_until_the_shift_ends() -> None:
    found = asked(Agenda(person="mika"))

    assert (found.state, found.until) == (State.HERE, MONDAY.replace(hour=17))


def test_unknown_hours_are_not_available() -> None:
    assert asked(Agenda(person="mika"), hours=None).state is State.UNKNOWN
    assert not asked(Agenda(person="mika"), hours=None).is_here


def test_out_of_hours_it_is_said_when_they_are_back() -> None:
    found = asked(Agenda(person="mika"), MONDAY.replace(hour=18))

    assert (found.state, found.until) == (State.OFF_HOURS, MONDAY.replace(hour=9) + timedelta(days=1))


def test_an_absence_goes_before_hours_and_turns() -> None:
    agenda = Agenda(
        person="mika", absences=(away(MONDAY - HOUR, MONDAY + HOUR),), on_call=((MONDAY - HOUR, MONDAY + 9 * HOUR),)
    )

    assert asked(agenda).state is State.AWAY
    assert asked(agenda, MONDAY + HOUR).state is State.ON_CALL


def test_who_is_on_call_is_there_at_night_and_need_not_have_declared_hours() -> None:
    agenda = Agenda(person="mika", on_call=((MONDAY, MONDAY + 24 * HOUR),))

    assert asked(agenda, MONDAY + 12 * HOUR, hours=None).state is State.ON_CALL


def test_do_not_disturb_and_a_status_hold_until_they_end() -> None:
    quiet = Presence(person="mika", seen_at=MONDAY, active=True, quiet_until=MONDAY + HOUR)
    ill = Presence(person="mika", seen_at=MONDAY, active=True, away_until=MONDAY + 2 * HOUR)

    assert asked(Agenda(person="mika", presence=quiet)).state is State.QUIET
    assert asked(Agenda(person="mika", presence=quiet), MONDAY + HOUR).state is State.HERE
    assert asked(Agenda(person="mika", presence=ill)).state is State.AWAY


def test_who_was_seen_long_ago_is_not_taken_to_be_active() -> None:
    seen = Presence(person="mika", seen_at=MONDAY - HOUR, active=True)

    assert asked(Agenda(person="mika", presence=seen)).state is State.HERE
    assert not asked(Agenda(person="mika", presence=seen)).active


def test_the_soonest_moment_is_after_the_absence_and_in_hours() -> None:
    agenda = Agenda(person="mika", absences=(away(MONDAY, MONDAY + 30 * HOUR),))

    assert soonest(agenda, OFFICE, MONDAY) == MONDAY + 30 * HOUR
    assert soonest(Agenda(person="mika"), None, MONDAY) is None


spans = st.tuples(st.integers(-50, 300), st.integers(1, 100)).map(
    lambda pair: (MONDAY + pair[0] * HOUR, MONDAY + (pair[0] + pair[1]) * HOUR)
)
agendas = st.builds(
    lambda absent, turns: Agenda(person="mika", absences=tuple(away(*one) for one in absent), on_call=tuple(turns)),
    st.lists(spans, max_size=4),
    st.lists(spans, max_size=2),
)


@given(agendas, st.sampled_from([OFFICE, None]), st.integers(0, 200))
def test_nobody_is_there_while_they_are_away(agenda: Agenda, hours: Calendar | None, later: int) -> None:
    at = MONDAY + later * HOUR

    if any(one.covers(at) for one in agenda.absences):
        assert asked(agenda, at, hours).state is State.AWAY


@given(agendas, st.sampled_from([OFFICE, None]))
def test_nobody_is_there_before_the_soonest_moment(agenda: Agenda, hours: Calendar | None) -> None:
    found = soonest(agenda, hours, MONDAY)

    if found is not None:
        assert asked(agenda, found, hours).is_here
        assert not any(
            asked(agenda, MONDAY + hour * HOUR, hours).is_here for hour in range(400) if MONDAY + hour * HOUR < found
        )
