"""Who is asked about a batch directly: they get its one card as a message of their own."""

import msgspec

from rules.ruleset import WEEKDAYS, CalendarRule
from tests.batching.bad_morning import batching_rules, tell
from tests.batching.crowd import DEFECT
from tests.fakes.clock import NOON
from tests.fakes.written import written
from tests.fakes.yard import Yard


def office(shift: str) -> CalendarRule:
    return CalendarRule(time_zone="UTC", hours=dict.fromkeys(WEEKDAYS, (shift,)))


def test_whoever_is_there_alone_gets_the_batchs_card_and_reads_why() -> None:
    rules = batching_rules()
    hours = {"mika": "late", "priya": "early"}
    people = {name: msgspec.structs.replace(one, calendar=hours.get(name)) for name, one in rules.people.items()}
    calendars = {"early": office("06:00-14:00"), "late": office("10:00-18:00")}
    yard = Yard(msgspec.structs.replace(rules, people=people, calendars=calendars))
    for number in range(1000, 1060):
        yard.report(number, f"old{number} thing{number}", by="j-tom")
    yard.settle()
    yard.clock.at = NOON.replace(day=5, hour=15)

    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text)

    (place,) = [place for place in yard.chat.messages if place[0] == "D-UMIKA"]
    card = written(yard.chat.messages[place][0])
    assert card.startswith("5 reports look like one problem")
    assert "Asked Mika directly" in card
    assert "because Priya is not there" in card
