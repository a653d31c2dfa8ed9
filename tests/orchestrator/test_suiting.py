"""`/yard who`: the five who could take an issue, why, why not the others, and nothing that the asker may not know."""

from datetime import timedelta
from typing import Any

import msgspec

from orchestrator.people.availability import Absence
from orchestrator.people.past import Gone, resolved, traits_of
from rules.model import FieldChange
from rules.ruleset import WEEKDAYS, CalendarRule, PersonRule, Ruleset, TeamRule
from rules.slas import GoalRule, SlaRule
from tests.fakes.rulings import ruleset
from tests.fakes.tracker import CLOSED, OPEN
from tests.fakes.written import written
from tests.fakes.yard import Yard

ALWAYS = CalendarRule(time_zone="UTC", hours=dict.fromkeys(WEEKDAYS, ("00:00-24:00",)))


def person(name: str, **more: Any) -> PersonRule:
    given = {"name": name.title(), "jira": f"j-{name}", "slack": f"U{name.upper()}", "calendar": "always"}
    return PersonRule(**given | more)


def rules(**people: PersonRule) -> Ruleset:
    known = {name: person(name, teams=("web",)) for name in ("mika", "priya", "tom")}
    return ruleset(
        calendars={"always": ALWAYS},
        teams={"web": TeamRule(purpose="The web shop.", projects=("WEB",))},
        people={**known, **people},
    )


def yard_of(**people: PersonRule) -> Yard:
    """Mika resolved four issues in component cart, Priya one of five; issue 9 is about it."""
    yard = Yard(rules(**people))
    for number, who in enumerate(("mika", "mika", "priya", "mika", "mika"), start=1):
        yard.report(
            number,
            f"thing number {number}",
            components=("cart",),
            assignee=f"j-{who}",
            status=CLOSED,
            resolved_at=yard.clock.now(),
        )
    yard.report(9, "another thing", components=("cart",))
    yard.settle()
    return yard


def asked(yard: Yard, user: str = "UTOM", key: str = "WEB-9") -> str:
    return written(yard.ask(user, "who", key))


def test_who_did_most_work_like_it_comes_first_and_says_why() -> None:
    told = asked(yard_of()).splitlines()

    first = next(line for line in told if line.startswith("1. "))
    assert first.startswith("1. *Mika*, ")
    assert first.endswith("resolved 4 of 5 like it in component cart, none reopened")
    assert any("points behind, most for" in line for line in told)


def test_who_is_not_there_is_named_with_the_reason() -> None:
    yard = yard_of(mika=person("mika", teams=("web",), calendar=None))

    told = asked(yard)

    assert "Mika: nobody declared their working hours" in told
    assert "1. *Priya*" in told


def test_who_has_taken_enough_is_not_given_more() -> None:
    yard = yard_of(mika=person("mika", teams=("web",), open_hours=1))
    for number in range(10, 14):
        yard.report(number, f"short one number {number}", assignee="j-mika", status=OPEN)
    yard.settle()

    assert "Mika: at capacity: has room for" in asked(yard)


def test_who_may_not_browse_the_issue_is_not_asked_to_do_it() -> None:
    yard = yard_of()
    yard.tracker.hidden[9] = {"j-mika"}

    assert "Mika: may not browse it in Jira" in asked(yard)


def test_what_the_asker_may_not_browse_is_not_counted() -> None:
    yard = yard_of()
    yard.tracker.hidden.update({1: {"j-tom"}, 2: {"j-tom"}})

    assert "resolved 2 of 3 like it" in asked(yard)


def test_an_issue_that_the_asker_may_not_browse_is_not_told_of() -> None:
    yard = yard_of()
    yard.tracker.hidden[9] = {"j-tom"}

    assert "I know no issue WEB-9 that you may browse" in asked(yard)


def test_what_somebody_declares_is_told_where_they_have_no_history() -> None:
    yard = yard_of(priya=person("priya"), nora=person("nora", skills=("Cart",)))

    assert "declares to know cart" in asked(yard)


def test_nobody_is_mentioned_who_is_only_talked_about() -> None:
    assert "<@" not in asked(yard_of())


def waiting(yard: Yard, user: str = "UTOM") -> str:
    return written(yard.ask(user, "who", "WEB"))


def test_all_that_waits_in_a_project_is_given_out_at_once() -> None:
    told = waiting(yard_of())

    assert "WEB-9 another thing: *Mika*, resolved 4 of 5 like it in component cart" in told


def test_what_somebody_holds_who_is_away_waits_again() -> None:
    yard = yard_of()
    yard.report(10, "a thing of mika", assignee="j-mika", components=("cart",), status=OPEN)
    yard.report(11, "a thing of priya", assignee="j-priya", components=("cart",), status=OPEN)
    yard.settle()
    assert "WEB-10" not in waiting(yard)

    away = Absence(person="mika", since=yard.clock.now(), until=yard.clock.now() + timedelta(days=2), source="yard")
    yard.memory.tables.absences["mika", "yard"] = away

    told = waiting(yard)
    assert "WEB-10 a thing of mika: *Priya* (now with Mika, who is away)" in told
    assert "WEB-11" not in told


def test_what_nobody_has_room_for_is_said_with_the_hours() -> None:
    busy = {name: person(name, teams=("web",), open_hours=1) for name in ("mika", "priya", "tom")}
    yard = yard_of(**busy)
    for number in range(20, 35):
        yard.report(number, f"small thing number {number}")
    yard.settle()

    told = waiting(yard)

    assert "those who could have more to do already" in told
    assert "What waits is 1 h more than those who are there take." in told


def test_a_project_of_which_the_asker_may_browse_nothing_tells_nothing() -> None:
    yard = yard_of()
    yard.tracker.hidden.update({number: {"j-tom"} for number in range(1, 10)})

    assert "Nothing that you may browse waits" in waiting(yard)


def test_an_issue_tells_who_had_it_how_long_it_took_and_whether_it_came_back() -> None:
    yard = yard_of()
    item = yard.memory.items.item(1)
    assert item is not None
    moves = [("1", "Open", OPEN.id, CLOSED.id), ("2", "again", CLOSED.id, OPEN.id), ("3", "done", OPEN.id, CLOSED.id)]
    changes = tuple(
        FieldChange(
            id=id_, at=item.created + timedelta(hours=int(id_)), author=None, field="status", before=before, after=after
        )
        for id_, _, before, after in moves
    )
    opened = Gone(item=yard.report(20, status=OPEN))

    (one,) = resolved([Gone(item=item, changes=changes), opened], lambda account: f"who:{account}")

    assert (one.person, one.reopened, one.took) == ("who:j-mika", True, timedelta(hours=3))
    assert ("component", "cart") in one.traits == traits_of(item)


FIX = SlaRule(when="true", starts=("issue created",), stops=("resolution set",), goals=(GoalRule(within="10h"),))


def test_who_is_likelier_to_meet_the_sla_comes_before_who_is_not() -> None:
    made = msgspec.structs.replace(rules(), slas={"Time to fix": FIX})
    yard = Yard(made)
    for number in range(1, 41):
        who, hours = ("mika", 20) if number % 2 else ("priya", 2)
        resolved_at = yard.clock.now() + timedelta(hours=hours)
        yard.report(number, "a thing", assignee=f"j-{who}", status=CLOSED, resolution="Done", resolved_at=resolved_at)
    yard.clock.pass_by(hours=100)
    yard.report(50, "a thing")
    yard.settle()

    told = asked(yard, key="WEB-50")

    assert "1. *Priya*" in told
    assert "most for the chance to meet the SLA" in told
