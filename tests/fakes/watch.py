"""A team whose work is watched: Mika and Priya share WEB, in office hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from orchestrator.watching.looking import WATCHED
from rules.model import Event, FieldChange, Item, Subject, Tainted
from rules.ruleset import WEEKDAYS, AgentRule, CalendarRule, Ruleset, WorkflowRule
from rules.watching import StrandingRule, WatchRule
from tests.fakes.staff import person, staffed
from tests.fakes.tracker import CLOSED, OPEN
from tests.fakes.yard import Yard

WEB = Subject(kind="queue", id=f"{WATCHED}web")
OFFICE = CalendarRule(time_zone="UTC", hours=dict.fromkeys(WEEKDAYS[:5], ("09:00-17:00",)))


def watched(rule: WatchRule | None = None, /, **people: Any) -> Ruleset:
    """Rules by which WEB is watched, and given out."""
    team = {"mika": person("mika", calendar="office"), "priya": person("priya", calendar="office")} | people
    rules = staffed(people=team)
    rescue = WorkflowRule(
        outcome="A promise at risk is kept.",
        owner="operator",
        agent="rescuer",
        when="item.is_open",
        approvers="triager",
        channel="#yard",
        expires_after_hours=8,
        rescues=True,
    )
    rescuer = AgentRule(
        role="Saves promises.",
        owner="operator",
        tools=("ask", "assign", "field", "priority", "transition"),
        asks_from=1000,
        actions_per_day=50,
        autonomy={"ask": "act_with_undo"},
    )
    return msgspec.structs.replace(
        rules,
        workflows={**rules.workflows, "rescue": rescue},
        agents={**rules.agents, "rescuer": rescuer},
        calendars={**rules.calendars, "office": OFFICE},
        watch=rule or WatchRule(stranding=StrandingRule(projects=("WEB",))),
    )


def look(yard: Yard) -> None:
    """Have the team's work looked at now."""
    due = Event(
        id=f"watch:{len(yard.memory.tables.events)}",
        kind="signal",
        name="watch.due",
        source="clock",
        subject=WEB,
        received_at=yard.clock.now(),
    )
    yard.memory.put(due)
    yard.settle()


def remembered(yard: Yard, number: int, **more: Any) -> Item:
    """Have an issue of WEB known as a backfill leaves it: nobody was told of it, and no look was taken at it."""
    yard.clock.pass_by(minutes=1)
    given: dict[str, Any] = {
        "key": f"WEB-{number}",
        "project": "WEB",
        "summary": Tainted(text=f"matter number {number}"),
        "type": "Bug",
        "status": OPEN,
        "created": yard.clock.now(),
        "updated": yard.clock.now(),
        "reporter": "j-dana",
    }
    item = Item(id=number, **given | more)
    yard.tracker.issues[number] = item
    snapshot = yard.tracker.item(number)
    assert snapshot is not None
    yard.memory.items.merge([snapshot])
    return item


def moved(yard: Yard, number: int, **after: float) -> None:
    """Have an issue closed so long after it was opened."""
    item = yard.memory.items.item(number)
    assert item is not None
    change = FieldChange(
        id=f"{number}:0",
        at=item.created + timedelta(**after),
        author="j-mika",
        field="status",
        before=OPEN.id,
        after=CLOSED.id,
    )
    yard.memory.tables.changes.setdefault(number, {})[change.id] = change
