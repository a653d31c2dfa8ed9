"""What people say of their own time: that they are away, and who answers in their place."""

from datetime import timedelta

import msgspec

from rules.model import Person, Subject
from rules.requests import Delegation
from rules.ruleset import CalendarRule, Ruleset
from tests.fakes.rulings import ruleset
from tests.fakes.yard import Yard


def with_hours() -> Ruleset:
    """The people of `ruleset`, of whom Mika tells her times in Helsinki."""
    rules = ruleset(calendars={"finland": CalendarRule(time_zone="Europe/Helsinki", hours={"mon": ("09:00-17:30",)})})
    mika = msgspec.structs.replace(rules.people["mika"], calendar="finland")
    return msgspec.structs.replace(rules, people=rules.people | {"mika": mika})


def only_delegation(yard: Yard) -> Delegation:
    (found,) = yard.memory.tables.delegations.values()
    return found


def test_who_is_away_says_until_when_in_their_own_zone() -> None:
    yard = Yard(with_hours())

    yard.ask("UMIKA", "away", "until friday at a wedding")

    (away,) = yard.memory.absences(["mika"], yard.clock.now())
    assert f"{away.until:%a %H:%M}" == "Thu 22:00"
    assert away.words.text == "at a wedding"
    assert "You are away until" in yard.said()


def test_being_away_is_recorded_without_the_reason() -> None:
    yard = Yard(with_hours())

    yard.ask("UMIKA", "away", "until friday at a wedding")

    told = yard.memory.tables.ledger[-1]
    assert told.kind == "absence.told"
    assert "wedding" not in msgspec.json.encode(told).decode()


def test_who_is_back_is_away_no_more() -> None:
    yard = Yard()
    yard.ask("UMIKA", "away", "3 days")

    yard.ask("UMIKA", "away", "off")

    assert yard.memory.absences(["mika"], yard.clock.now()) == ()
    assert "Welcome back" in yard.said()


def test_a_time_that_cannot_be_read_changes_nothing() -> None:
    yard = Yard()

    yard.ask("UMIKA", "away", "until the cows come home")

    assert not yard.memory.tables.absences
    assert "could not read until when" in yard.said()


def test_a_stranger_tells_nothing() -> None:
    yard = Yard()
    yard.directory.strangers["UEVE"] = Person(id="slack:UEVE", name="Eve", slack="UEVE")

    yard.ask("UEVE", "away", "3 days")

    assert not yard.memory.tables.absences


def test_somebody_answers_in_anothers_place_as_long_as_that_one_said() -> None:
    yard = Yard()

    yard.ask("UMIKA", "delegate", "@dana 3 days")

    given = only_delegation(yard)
    assert (given.giver, given.to, given.until - given.since) == ("mika", "dana", timedelta(days=3))
    assert "Dana answers in your place" in yard.said()
    assert yard.kinds()[-1] == "delegation.given"


def test_a_delegate_is_named_by_slack_id_or_by_name_as_well() -> None:
    yard = Yard()

    yard.ask("UMIKA", "delegate", "<@UDANA|dana> 3 days triager")

    assert (only_delegation(yard).to, only_delegation(yard).roles) == ("dana", ("triager",))


def test_nothing_is_handed_on_to_oneself_to_guests_or_to_who_is_not_linked() -> None:
    yard = Yard()
    yard.directory.guests = {"tom"}
    yard.directory.strangers["UEVE"] = Person(id="slack:UEVE", name="Eve", slack="UEVE")

    for whom in ("@mika", "@tom", "<@UEVE>", "<@UNOBODY>"):
        yard.ask("UMIKA", "delegate", f"{whom} 3 days")

    assert not yard.memory.tables.delegations
    assert yard.kinds() == ["command.refused"] * 4


def test_nobody_hands_on_what_they_do_not_decide() -> None:
    yard = Yard()

    yard.ask("UDANA", "delegate", "@tom 3 days")
    yard.ask("UMIKA", "delegate", "@tom 3 days operator")

    assert not yard.memory.tables.delegations


def test_what_was_handed_on_is_taken_back() -> None:
    yard = Yard()
    yard.ask("UMIKA", "delegate", "@dana 3 days")

    yard.ask("UMIKA", "delegate", "off")

    assert yard.memory.delegations(["mika"], yard.clock.now()) == ()


def test_a_delegate_answers_a_question_and_is_shown_as_standing_in() -> None:
    yard = Yard()
    request = yard.repeat(by="j-priya")
    yard.ask("UMIKA", "delegate", "@tom 3 days")
    yard.settle()

    yard.vote("UTOM", request)
    yard.settle()

    vote = yard.request(request.id).votes
    assert [(one.human, one.instead_of) for one in vote] == [("tom", "mika")]
    assert "Tom for Mika" in yard.card()


def test_an_open_question_is_looked_at_when_who_could_answer_it_leaves() -> None:
    yard = Yard()
    request = yard.repeat()

    yard.command("command.given", "UMIKA", Subject(kind="person", id="UMIKA"), word="away", argument="3 days")
    yard.look(Subject(kind="person", id="UMIKA"))

    assert request.subject in yard.memory.tables.wanted
