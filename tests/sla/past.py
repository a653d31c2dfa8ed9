"""Issues with a past, for tests of SLA clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

from orchestrator.sla.clocks import Clock, Cycle
from orchestrator.sla.timeline import timeline
from rules.model import FieldChange, Item, Status, Tainted
from rules.ruleset import CalendarRule
from rules.slas import GoalRule, SlaRule

#: A Monday.
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
OFFICE = CalendarRule(time_zone="UTC", hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",)))
RESOLUTION = SlaRule(
    when="true",
    starts=("issue created", "resolution cleared"),
    stops=("resolution set",),
    pauses=("status Waiting for customer", "status Waiting for approval"),
    goals=(
        GoalRule(when="item.priority == 'Highest'", within="4h"),
        GoalRule(within="16h", calendar="office"),
    ),
)


def after(hours: float) -> datetime:
    """So many hours after nine on Monday."""
    return NINE + timedelta(hours=hours)


def issue(status: str = "Open", **more: Any) -> Item:
    given: dict[str, Any] = {"created": NINE, "updated": after(900), "summary": Tainted(text="x"), "type": "Bug"}
    named = Status(id=status, name=status, category="new")
    return Item(id=7, key="PAY-7", project="PAY", status=named, **given | more)


def change(hours: float, field: str, before: str | None, after_: str | None, **more: Any) -> FieldChange:
    given = {"before": before, "before_text": before, "after": after_, "after_text": after_}
    entry = {"id": f"{round(hours * 100)}:{field}", "author": None}
    return FieldChange(at=after(hours), field=field, **entry | given | more)


def said(hours: float, by: str, how: str = "public", entry: str = "1") -> FieldChange:
    return FieldChange(id=f"comment:{hours}:{entry}", at=after(hours), author=by, field="comment", after=how)


def moved(hours: float, before: str, after_: str, **more: Any) -> FieldChange:
    return change(hours, "status", before, after_, **more)


def run(rule: SlaRule, item: Item, *changes: FieldChange, until: float, **calendars: CalendarRule) -> tuple[Cycle, ...]:
    clock = Clock(rule, {"office": OFFICE, **calendars})
    return clock.cycles(timeline(item, changes), after(until))
