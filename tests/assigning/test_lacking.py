"""Nobody can take an item: who has to know is told once, with why not each, and the message says what became of it."""

from datetime import timedelta
from typing import Any

import pytest

from orchestrator.people.availability import Absence
from rules.assigning import AssignRule
from rules.model import SlaClock, Subject
from rules.requests import RequestState
from rules.ruleset import Ruleset
from tests.fakes.chat import YARD
from tests.fakes.staff import person, staffed, waiting, yard_with_past
from tests.fakes.tracker import CLOSED
from tests.fakes.written import written
from tests.fakes.yard import Yard

FULL = {name: person(name, open_hours=1) for name in ("mika", "priya")}


def notices(yard: Yard, channel: str = YARD) -> list[str]:
    """What tells that nobody can, or could, as it stands."""
    shown = [written(message) for (place, _), (message, _) in yard.chat.messages.items() if place == channel]
    return [one for one in shown if one.startswith("Nobody c")]


def away(yard: Yard, who: str, hours: int) -> None:
    now = yard.clock.now()
    gone = Absence(person=who, since=now, until=now + timedelta(hours=hours), source="calendar")
    yard.memory.tables.absences[who, "calendar"] = gone


def deserted(hours: int = 200, rules: Ruleset | None = None, **more: Any) -> Yard:
    """Everybody who could is away for so long; then issue 9 comes."""
    yard = yard_with_past(rules)
    for who in ("mika", "priya"):
        away(yard, who, hours)
    yard.report(9, "another thing", components=("cart",), **more)
    yard.settle()
    yard.pass_by(minutes=1)
    return yard


def refused_by_all(yard: Yard) -> None:
    for user in ("UMIKA", "UPRIYA"):
        yard.vote(user, yard.only_request(RequestState.PENDING), "reject")
        yard.settle()
        yard.pass_by(minutes=1)
        yard.pass_by(minutes=16)


def test_the_channel_is_told_why_not_each() -> None:
    [told] = notices(deserted())

    assert told.startswith("Nobody can take WEB-9 now")
    assert "*Please find somebody.*" in told
    assert "• Mika: away until" in told
    assert "• Priya: away until" in told
    assert "<@" not in told


def test_it_is_told_once_however_often_it_is_looked_at() -> None:
    yard = deserted()

    for _ in range(5):
        yard.pass_by(minutes=16)
        yard.tracker.tell(9, "j-tom")
        yard.settle()

    assert len(notices(yard)) == 1
    assert yard.kinds().count("item.unclaimed") == 1


def test_once_all_have_refused_people_are_told() -> None:
    yard = waiting()

    refused_by_all(yard)

    [told] = notices(yard)
    assert "• Mika: said no to it" in told
    assert "• Priya: said no to it" in told


def test_where_nobody_does_such_work_it_says_so() -> None:
    yard = Yard(staffed(people={name: person(name, teams=()) for name in ("mika", "priya")}))

    yard.report(9, "another thing")
    yard.settle()
    yard.pass_by(minutes=1)

    assert "• I know nobody who does such work." in notices(yard)[0]


def test_where_somebody_is_back_soon_nobody_is_told() -> None:
    assert notices(deserted(hours=20)) == []


def test_how_soon_is_soon_the_rules_say() -> None:
    rules = staffed(AssignRule(projects=("WEB",), back_within_hours=12))

    assert len(notices(deserted(20, rules))) == 1


def test_what_is_urgent_is_told_though_somebody_is_back_soon() -> None:
    assert len(notices(deserted(20, priority="Highest"))) == 1


@pytest.mark.parametrize(("hours", "count"), [(10, 1), (30, 0), (-5, 0)])
def test_where_its_sla_breaks_before_somebody_is_back_people_are_told(hours: int, count: int) -> None:
    yard = yard_with_past()
    clock = SlaClock(name="Time to fix", breaches_at=yard.clock.now() + timedelta(hours=hours))
    for who in ("mika", "priya"):
        away(yard, who, 20)

    yard.report(9, "another thing", components=("cart",), slas=(clock,))
    yard.settle()
    yard.pass_by(minutes=1)

    assert len(notices(yard)) == count
    assert ("Its SLA Time to fix breaks" in "".join(notices(yard))) == bool(count)


def test_once_somebody_can_they_are_asked_and_the_message_says_so_in_its_place() -> None:
    yard = deserted()

    away(yard, "priya", 0)
    yard.pass_by(minutes=16)

    assert yard.only_request(RequestState.PENDING).candidate == "priya"
    [told] = notices(yard)
    assert told.startswith("Nobody could take WEB-9")
    assert "*Priya is asked whether they take it.*" in told


def test_once_nobody_can_again_the_same_message_says_that() -> None:
    yard = deserted()
    away(yard, "priya", 0)
    yard.pass_by(minutes=16)

    yard.vote("UPRIYA", yard.only_request(RequestState.PENDING), "reject")
    yard.settle()
    yard.pass_by(minutes=16)
    yard.pass_by(minutes=16)

    [told] = notices(yard)
    assert told.startswith("Nobody can take WEB-9 now")
    assert "• Priya: said no to it" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"assignee": "j-tom"}, "*Tom has it.*"),
        ({"status": CLOSED}, "*It is closed.*"),
    ],
)
def test_whoever_settles_it_in_jira_settles_the_message(change: dict[str, Any], told: str) -> None:
    yard = deserted()

    yard.tracker.change(9, "j-tom", **change)
    yard.settle()

    assert told in notices(yard)[0]


def test_who_takes_it_on_the_message_after_all_has_it() -> None:
    yard = deserted()
    assert "[Take it] [Who could take it?]" in notices(yard)[0]

    yard.command("item.wanted", "UPRIYA", Subject(kind="item", id="9"))
    yard.settle()

    assert yard.tracker.issues[9].assignee == "j-priya"
    assert "*Priya has it.*" in notices(yard)[0]


def test_what_waits_by_the_rules_no_more_is_said_so() -> None:
    yard = deserted(rules=staffed(when='!("later" in item.labels)'))

    yard.tracker.change(9, "j-tom", labels=("later",))
    yard.settle()

    assert "*It waits for nobody any more.*" in notices(yard)[0]


def test_where_the_channel_may_not_see_it_those_are_told_who_decide() -> None:
    yard = yard_with_past()
    for who in ("mika", "priya"):
        away(yard, who, 200)
    yard.tracker.hidden[9] = {"j-dana"}

    yard.report(9, "another thing", components=("cart",))
    yard.settle()
    yard.pass_by(minutes=1)

    assert notices(yard) == []
    assert len(notices(yard, "D-UTOM")) == 1


def test_what_may_not_be_shown_any_more_is_hidden() -> None:
    yard = deserted()

    yard.tracker.hidden[9] = {"j-dana"}
    yard.tracker.tell(9, "j-tom")
    yard.settle()

    shown = [written(one) for (place, _), (one, _) in yard.chat.messages.items() if place == YARD]
    assert any("may not be shown here" in one for one in shown)
    assert notices(yard) == []


def test_what_nobody_has_room_for_is_told_once_those_who_could_are_full() -> None:
    yard = yard_with_past(staffed(people=FULL))

    for number in range(20, 40):
        yard.report(number, f"another thing number {number}", components=("cart",))
    yard.settle()
    yard.pass_by(minutes=16)
    yard.pass_by(minutes=16)

    assert any("at capacity" in one for one in notices(yard))


def busy(yard: Yard, *numbers: int, **more: Any) -> None:
    for number in numbers:
        for who in ("mika", "priya"):
            id_ = 10 * number + (who == "mika")
            yard.report(id_, f"work number {id_}", assignee=f"j-{who}", components=("cart",), **more)
    yard.settle()


def test_numbers_alone_that_change_in_why_nobody_can_are_not_told_anew() -> None:
    yard = yard_with_past(staffed(people=FULL))
    busy(yard, 5, 6, 7, type="Task", status=CLOSED, resolved_at=yard.clock.now() + timedelta(minutes=50))
    busy(yard, 10, type="Task")
    yard.report(9, "another thing", components=("cart",))
    yard.settle()
    yard.pass_by(minutes=16)
    before = yard.kinds().count("queue.matched")
    assert "Mika: at capacity: has room for 0.2 h" in notices(yard)[0]

    busy(yard, 11)
    yard.pass_by(minutes=16)

    assert yard.kinds().count("queue.matched") == before


def test_while_somebody_is_asked_nobody_is_told_that_nobody_can() -> None:
    yard = waiting(staffed(people=FULL))
    assert yard.only_request(RequestState.PENDING).candidate == "mika"

    busy(yard, *range(10, 20))
    for _ in range(3):
        yard.pass_by(minutes=16)

    assert yard.only_request(RequestState.PENDING).candidate == "mika"
    assert notices(yard) == []
