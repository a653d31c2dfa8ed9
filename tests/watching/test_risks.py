"""What is likely to break, most first, with why, whose it is and what is usual; and the same on people's pages."""

from datetime import timedelta
from typing import Any

import msgspec

from rules.model import FieldChange, SlaClock
from rules.ruleset import Ruleset
from rules.slas import GoalRule, SlaRule
from tests.fakes.tracker import CLOSED, OPEN
from tests.fakes.watch import remembered, watched
from tests.fakes.written import written
from tests.fakes.yard import Yard

#: Ten hours around the clock.
FIX = SlaRule(
    when="item.project == 'WEB'",
    starts=("issue created",),
    stops=("resolution set",),
    goals=(GoalRule(within="10h"),),
)


def promising(rules: Ruleset | None = None) -> Ruleset:
    return msgspec.structs.replace(rules or watched(), slas={"Time to fix": FIX})


def fixed(yard: Yard, number: int, hours: float, who: str) -> None:
    """Have an issue that somebody fixed after so many hours."""
    at = yard.clock.now() + timedelta(hours=hours)
    done: dict[str, Any] = {"status": CLOSED, "resolution": "Done", "resolved_at": at, "updated": at}
    item = remembered(yard, number, assignee=f"j-{who}", **done)
    change = FieldChange(
        id=f"{number}:r", at=item.created + timedelta(hours=hours), author=None, field="resolution", after="10"
    )
    ended = FieldChange(id=f"{number}:s", at=change.at, author=None, field="status", before=OPEN.id, after=CLOSED.id)
    yard.memory.tables.changes.setdefault(number, {}).update({change.id: change, ended.id: ended})


def yard_with_promises(rules: Ruleset | None = None) -> Yard:
    """Forty bugs were fixed: Mika's twenty in three hours each, of Priya's twenty half too late."""
    yard = Yard(promising(rules))
    for number in range(1, 41):
        late = number > 20 and number % 2
        fixed(yard, number, 15 if late else 3, "priya" if number > 20 else "mika")
    yard.pass_by(days=3)
    return yard


def lines(yard: Yard, *about: str) -> list[str]:
    return [line for line in written(yard.ask("UMIKA", "risk", *about)).splitlines() if "% " in line or "WEB-" in line]


def test_the_likeliest_to_break_comes_first_with_the_clock_what_is_usual_and_whose_it_is() -> None:
    yard = yard_with_promises()
    yard.report(50, "the old one", assignee="j-priya", priority="High")
    yard.settle()
    yard.pass_by(hours=6)
    yard.report(51, "the new one", assignee="j-mika")
    yard.settle()

    said = written(yard.ask("UMIKA", "risk", "WEB"))

    assert said.startswith("What is likely to break in WEB\n1. *WEB-50* the old one (High, Open); Priya has it\n")
    assert said.index("WEB-50") < said.index("2. *WEB-51* the new one (Open); Mika has it")
    assert "• *9" in said or "• *8" in said
    assert "that its SLA Time to fix breaks (usual 2" in said
    assert "if nothing pauses it." in said
    assert "• Of " in said


def test_without_a_project_it_tells_of_those_of_ones_teams() -> None:
    yard = yard_with_promises()
    yard.report(50)
    yard.settle()
    assert "WEB-50" in written(yard.ask("UMIKA", "risk"))
    assert "your teams' projects" in written(yard.ask("UTOM", "risk"))


def test_what_is_broken_already_is_no_risk_any_more() -> None:
    yard = yard_with_promises()
    yard.report(50)
    yard.settle()
    yard.pass_by(hours=11)
    assert written(yard.ask("UMIKA", "risk", "WEB")) == "No promise that you may see runs in WEB"


def test_a_clock_of_the_service_desk_is_told_as_well() -> None:
    yard = yard_with_promises(msgspec.structs.replace(watched(), slas={}))
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, slas={})
    yard.report(50, slas=(SlaClock(name="First response", breaches_at=yard.clock.now() + timedelta(hours=1)),))
    yard.settle()
    assert "that its SLA First response breaks" in written(yard.ask("UMIKA", "risk", "WEB"))


def test_nothing_is_told_of_what_the_asker_may_not_browse() -> None:
    yard = yard_with_promises()
    yard.report(50)
    yard.settle()
    yard.tracker.hidden[50] = {"j-mika"}
    hidden, nowhere = (written(yard.ask("UMIKA", "risk", name)).replace(name, "") for name in ("WEB", "NOWHERE"))
    assert hidden == nowhere


def test_app_home_shows_the_promises_about_what_somebody_has_and_the_chance_of_what_breaks_soon() -> None:
    yard = yard_with_promises()
    yard.report(50, "the old one", assignee="j-priya")
    yard.settle()
    yard.pass_by(hours=6)

    page = yard.open_home("UPRIYA")

    assert "Mine, with a promise that runs (1)\nWEB-50 the old one: *" in page
    assert "At risk in my team\nWEB-50 the old one: Time to fix breaks" in page
    assert ", usual " in page.partition("At risk in my team")[2]
    assert "Mine, with a promise" not in yard.open_home("UMIKA")


def test_what_breaks_first_by_the_rules_is_told_however_many_issues_wait() -> None:
    yard = yard_with_promises()
    of_work = msgspec.structs.replace(FIX, when="item.project == 'WEB' && !('wish' in item.labels)")
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, slas={"Time to fix": of_work})
    for number in (*range(1_000, 1_201), *range(1_400, 1_901)):
        remembered(yard, number, assignee="j-mika", labels=("wish",))
    yard.report(1_300, "the next to break", assignee="j-priya")
    yard.settle()
    yard.pass_by(hours=6)

    latest = {one.item.id for one in yard.memory.items.past("WEB", 500)}

    assert 1_300 not in latest
    assert "WEB-1300" in lines(yard, "WEB")[0]
