"""Our clocks beside those of the sandbox's service desk, which were written apart."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from integrations.jira.translate import snapshot
from integrations.store.merging import Known, item_of, merged
from orchestrator.sla.clocks import Clock, Cycle
from orchestrator.sla.timeline import timeline
from rules.model import FieldChange
from rules.ruleset import CalendarRule
from rules.slas import GoalRule, SlaRule
from sandbox.running import Sandbox, default_seed, new_world
from tests.sandbox.desk_rest import Desk, desk_as, raised
from tests.sandbox.ear import Rest, control, rest

BEGINS = datetime(2026, 12, 17, 8, tzinfo=UTC)
STEPS = 12
HOURS = ("09:00-12:30", "13:30-18:00")
BERLIN = CalendarRule(
    time_zone="Europe/Berlin",
    hours={"mon": HOURS, "tue": HOURS, "wed": HOURS, "thu": HOURS, "fri": ("09:00-12:30", "13:30-16:00")},
    closed=(date(2026, 12, 25), date(2027, 1, 1)),
)
OURS = {
    "Time to first response": SlaRule(
        when="true",
        starts=("issue created",),
        stops=("comment for customers", "resolution set"),
        goals=(
            GoalRule(when="item.priority in ['Highest', 'High']", within="1h"),
            GoalRule(within="8h", calendar="berlin"),
        ),
    ),
    "Time to resolution": SlaRule(
        when="true",
        starts=("issue created", "resolution cleared"),
        pauses=("status Waiting for customer", "status Waiting for approval"),
        stops=("resolution set",),
        goals=(
            GoalRule(when="item.type == 'Incident' && item.priority == 'Highest'", within="4h"),
            GoalRule(when="item.type == 'Incident' && item.priority == 'High'", within="8h"),
            GoalRule(when="item.priority in ['Low', 'Lowest']", within="40h", calendar="berlin"),
            GoalRule(within="16h", calendar="berlin"),
        ),
    ),
}


@pytest.fixture
def desk() -> Iterator[Sandbox]:
    running = Sandbox(new_world(default_seed()))
    running.start()
    control(running, "POST", "clock", {"now": BEGINS.isoformat(), "speed": 0})
    yield running
    running.stop()


class Walk:
    """One request to which things happen by chance."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.sandbox, self.chance = sandbox, Random(seed)
        self.bot, self.agent = rest(sandbox, "yardmaster"), desk_as(sandbox, "yardmaster@example.com")
        self.customer = desk_as(sandbox, "mika@example.com")
        self.key = raised(self.customer)
        self.now = BEGINS

    def go_on(self) -> None:
        hours = self.chance.choice([0.25, 1, 3, 9, 15, 30, 70])
        control(self.sandbox, "POST", "clock", {"advance_seconds": hours * 3600})
        self.now += timedelta(hours=hours)

    def step(self) -> None:
        ways: Sequence[Callable[[], Any]] = (self._move, self._move, self._move, self._priority, self._say)
        self.chance.choice(ways)()

    def _move(self) -> None:
        params = {"expand": "transitions.fields"}
        found = self.bot("GET", f"issue/{self.key}/transitions", params=params).json()["transitions"]
        chosen = self.chance.choice(found)
        fields = {"resolution": {"name": "Done"}} if "resolution" in chosen["fields"] else {}
        body = {"transition": {"id": chosen["id"]}, "fields": fields}
        assert self.bot("POST", f"issue/{self.key}/transitions", json=body).ok

    def _priority(self) -> None:
        name = self.chance.choice(["Highest", "High", "Medium", "Low"])
        assert self.bot("PUT", f"issue/{self.key}", json={"fields": {"priority": {"name": name}}}).ok

    def _say(self) -> None:
        who: Desk = self.chance.choice([self.agent, self.customer])
        public = who is self.customer or self.chance.random() < 0.5
        assert who("POST", f"request/{self.key}/comment", json={"body": "Well", "public": public}).ok

    def theirs(self) -> dict[str, list[Any]]:
        found = self.agent.get(f"request/{self.key}/sla")["values"]
        return {
            one["name"]: [
                *map(_told, one["completedCycles"]),
                *([_told(one["ongoingCycle"])] if "ongoingCycle" in one else []),
            ]
            for one in found
        }

    def ours(self) -> dict[str, list[Any]]:
        issue = self.bot("GET", f"issue/{self.key}", params={"expand": "changelog"}).json()
        read = snapshot(issue)
        item = item_of(read.id, merged(Known(), read))
        assert item is not None
        past = timeline(item, [*read.changes, *_comments(self.bot, self.agent, self.key)])
        clocks = {name: Clock(rule, {"berlin": BERLIN}) for name, rule in OURS.items()}
        return {name: [_plain(one) for one in clock.cycles(past, self.now)] for name, clock in clocks.items()}


def _comments(bot: Rest, agent: Desk, key: str) -> Iterator[FieldChange]:
    public = {one["id"]: one["public"] for one in agent.get(f"request/{key}/comment", limit="100")["values"]}
    for one in bot("GET", f"issue/{key}/comment").json()["comments"]:
        after = "public" if public[one["id"]] else "internal"
        author, at = one["author"]["accountId"], datetime.fromisoformat(one["created"])
        yield FieldChange(id=f"comment:{one['id']}", at=at, author=author, field="comment", after=after)


def _told(cycle: Any) -> tuple[Any, ...]:
    """What both sides say of a cycle, in milliseconds."""
    running = "stopTime" not in cycle
    return (
        cycle["startTime"]["epochMillis"],
        None if running else cycle["stopTime"]["epochMillis"],
        cycle["goalDuration"]["millis"],
        cycle["elapsedTime"]["millis"],
        cycle["remainingTime"]["millis"],
        cycle["breached"],
        cycle.get("breachTime", {}).get("epochMillis"),
        (cycle["paused"], cycle["withinCalendarHours"]) if running else None,
    )


def _plain(cycle: Cycle) -> tuple[Any, ...]:
    def millis(time: timedelta) -> int:
        return round(time / timedelta(milliseconds=1))

    def at(moment: datetime | None) -> int | None:
        return None if moment is None else round(moment.timestamp() * 1000)

    return (
        at(cycle.started),
        at(cycle.stopped),
        millis(cycle.within),
        millis(cycle.elapsed),
        millis(cycle.remaining),
        cycle.breached,
        at(cycle.breaches_at),
        None if cycle.stopped else (cycle.paused_by is not None, cycle.in_hours),
    )


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_a_request_both_clocks_say_the_same(desk: Sandbox, seed: int) -> None:
    walk = Walk(desk, seed)
    for _ in range(STEPS):
        walk.go_on()
        walk.step()
        assert walk.ours() == walk.theirs()
