"""A small team whose work is given out: Mika knows carts best, Priya somewhat, Tom decides and knows none of it."""

from __future__ import annotations

from typing import Any

import msgspec

from rules.assigning import AssignRule
from rules.ruleset import WEEKDAYS, AgentRule, CalendarRule, PersonRule, Ruleset, TeamRule, WorkflowRule
from tests.fakes.rulings import ruleset
from tests.fakes.tracker import CLOSED
from tests.fakes.yard import Yard

ALWAYS = CalendarRule(time_zone="UTC", hours=dict.fromkeys(WEEKDAYS, ("00:00-24:00",)))
#: Yards begin on a Monday at noon.
EARLY = CalendarRule(time_zone="UTC", hours={"tue": ("06:00-12:00",)})
LATE = CalendarRule(time_zone="UTC", hours={"mon": ("15:00-20:00",)})


def person(name: str, **more: Any) -> PersonRule:
    given = {"name": name.title(), "jira": f"j-{name}", "slack": f"U{name.upper()}", "calendar": "always"}
    return PersonRule(**given | {"teams": ("web",)} | more)


def staffed(rule: AssignRule | None = None, people: dict[str, PersonRule] | None = None, **more: Any) -> Ruleset:
    """Rules by which the work of WEB is given out; Tom, who is in no team, decides about it, as Lena may."""
    known = {
        "dana": person("dana", calendar=None, teams=()),
        "mika": person("mika"),
        "priya": person("priya"),
        "tom": person("tom", teams=(), roles=("triager",)),
        "lena": person("lena", teams=(), roles=("triager",)),
    }
    agent = AgentRule(role="Gives out work.", owner="operator", tools=("assign",), asks_from=0, actions_per_day=50)
    workflow = WorkflowRule(
        outcome="What waits is taken.",
        owner="operator",
        agent="dispatcher",
        when="item.is_open",
        approvers="triager",
        channel="#yard",
        expires_after_hours=8,
        assign=rule or AssignRule(projects=("WEB",)),
    )
    workflow = msgspec.structs.replace(workflow, **more)
    rules = ruleset(
        calendars={"always": ALWAYS, "early": EARLY, "late": LATE},
        teams={"web": TeamRule(purpose="The web shop.", projects=("WEB",))},
        people={**known, **(people or {})},
    )
    return msgspec.structs.replace(
        rules, workflows={**rules.workflows, "assigning": workflow}, agents={**rules.agents, "dispatcher": agent}
    )


def yard_with_past(rules: Ruleset | None = None) -> Yard:
    """Mika resolved four issues in component cart, Priya one of five."""
    yard = Yard(rules or staffed())
    for number, who in enumerate(("mika", "mika", "priya", "mika", "mika"), start=1):
        done: dict[str, Any] = {"status": CLOSED, "resolved_at": yard.clock.now()}
        yard.report(number, f"thing number {number}", components=("cart",), assignee=f"j-{who}", **done)
    yard.settle()
    return yard


def waiting(rules: Ruleset | None = None, **more: Any) -> Yard:
    """Issue 9, about carts, has come, nobody has it, and a minute has passed."""
    yard = yard_with_past(rules)
    yard.report(9, "another thing", components=("cart",), **more)
    yard.settle()
    yard.pass_by(minutes=1)
    return yard
