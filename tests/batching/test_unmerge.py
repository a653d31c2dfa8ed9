"""What was done to a batch is taken back exactly; what somebody else changed since stays, and is named."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, TypeAlias

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.model import Tainted
from rules.requests import RequestState
from rules.ruleset import PriorityStep
from tests.batching.bad_morning import linked, questions, yard_with
from tests.batching.crowd import DEFECT
from tests.batching.test_following_together import CHILDREN, coupled
from tests.fakes.tracker import CLOSED, Comment
from tests.fakes.yard import Yard
from tests.orchestrator.test_following import move

REPORTERS = ("j-tom", "j-dana", "j-gus", "j-ada")
PRIORITIES = ("Lowest", "Low", "Medium", "High", "Highest", None)
STEPS = (PriorityStep(from_points=3, name="High"), PriorityStep(from_points=9, name="Highest"))
#: What somebody else does afterwards: its name and the issue that it is done to.
Deed: TypeAlias = tuple[str, int]
State: TypeAlias = dict[str, Any]


def state(yard: Yard) -> State:
    """Everything that a batch may change, in plain words."""
    issues = {number: yard.tracker.issues[number] for number in range(1, 7) if number in yard.tracker.issues}
    return {
        "links": {(number, one.other, one.type) for number, item in issues.items() for one in item.links},
        "status": {number: item.status.name for number, item in issues.items()},
        "priority": {number: item.priority for number, item in issues.items()},
        "comments": sorted((one.item, one.text) for one in yard.tracker.comments),
        "watching": {(number, who) for number in issues for who in yard.tracker.watching.get(number, ())},
    }


@cache
def four_reported(steps: tuple[PriorityStep, ...]) -> Yard:
    """A yard in which a question is one report away. It is not to be changed, but to be copied."""
    yard = yard_with(watch=True, priority=steps)
    for number, by in enumerate(REPORTERS, 1):
        report(yard, number, by, "Low")
    return yard


def reported(last: str, priority: str | None, watching: set[str], steps: tuple[PriorityStep, ...] = STEPS) -> Yard:
    """Have a question asked about four that repeat the first, whose priority and watchers these are."""
    yard = deepcopy(four_reported(steps))
    yard.tracker.change(1, "j-tom", priority=priority)
    yard.tracker.watching[1] = set(watching)
    report(yard, 5, last, "Low")
    yard.tracker.comments.append(Comment("own", 2, "Me too"))
    return yard


def report(yard: Yard, number: int, by: str, priority: str | None) -> None:
    summary, said = DEFECT[number - 1]
    yard.report(number, summary, by=by, description=Tainted(text=said), priority=priority)
    yard.settle()


def agree(yard: Yard, lost: int) -> None:
    yard.tracker.lost = lost
    (question,) = [one for one in questions(yard) if one.state is RequestState.PENDING]
    yard.vote("UMIKA", question)
    rest(yard)


def rest(yard: Yard) -> None:
    """Let pass what has to be waited for, as where an answer was lost."""
    yard.settle()
    while yard.waits:
        yard.pass_by(seconds=20)


def unlink(yard: Yard, number: int, after: State) -> None:
    yard.tracker.unlink(number, 1, "j-ada", "Duplicate")


def relate(yard: Yard, number: int, after: State) -> None:
    yard.tracker.link(number, 1, "Relates", "j-ada")
    after["links"] |= {(number, 1, "Relates"), (1, number, "Relates")}


def comment(yard: Yard, number: int, after: State) -> None:
    yard.tracker.comments.append(Comment(f"by hand {len(yard.tracker.comments)}", number, "Any news?"))
    after["comments"] = sorted([*after["comments"], (number, "Any news?")])


def edit(yard: Yard, number: int, after: State) -> None:
    ours = [one for one in yard.tracker.comments if one.item == number and one.mark]
    for one in ours:
        one.text = f"{one.text} And more."
        after["comments"] = sorted([*after["comments"], (number, one.text)])
        one.mark = ""


def watch(yard: Yard, number: int, after: State) -> None:
    yard.tracker.watching.setdefault(number, set()).add("j-eve")
    after["watching"] |= {(number, "j-eve")}


def leave(yard: Yard, number: int, after: State) -> None:
    for who in REPORTERS[:2]:
        yard.tracker.watching.get(number, set()).discard(who)
        after["watching"] -= {(number, who)}


def lower(yard: Yard, number: int, after: State) -> None:
    yard.tracker.change(number, "j-ada", priority="Nobody minds")
    after["priority"][number] = "Nobody minds"


DEEDS: dict[str, Callable[[Yard, int, State], None]] = {
    "unlink": unlink,
    "relate": relate,
    "comment": comment,
    "edit": edit,
    "watch": watch,
    "leave": leave,
    "lower": lower,
}


@given(
    reporters=st.tuples(st.sampled_from(REPORTERS), st.sampled_from(REPORTERS)),
    priority=st.sampled_from(PRIORITIES),
    watching=st.sets(st.sampled_from(REPORTERS)),
    one_joins=st.booleans(),
    lost=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    deeds=st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(1, 5)), max_size=4),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_unmerging_restores_all_but_what_others_changed_since(
    reporters: tuple[str, str],
    priority: str | None,
    watching: set[str],
    one_joins: bool,
    lost: tuple[int, int],
    deeds: list[Deed],
) -> None:
    yard = reported(reporters[0], priority, watching)
    after = state(yard)
    agree(yard, lost[0])
    if one_joins:
        report(yard, 6, reporters[1], priority)
        after["status"][6], after["priority"][6] = "Open", priority
        yard.pass_by(minutes=61)
        agree(yard, lost[0])
    for name, number in deeds:
        DEEDS[name](yard, number, after)

    yard.tracker.lost = lost[1]
    yard.undo("UMIKA", [one for one in questions(yard) if one.undoes is None][-1])
    rest(yard)

    assert state(yard) == after


def test_what_somebody_changed_since_is_named() -> None:
    yard = reported("j-tom", "Low", set())
    agree(yard, 0)
    for deed, number in (("lower", 1), ("unlink", 2)):
        DEEDS[deed](yard, number, state(yard))

    yard.undo("UMIKA", questions(yard)[0])
    yard.settle()

    assert "The priority was changed since by somebody else, so it stays." in yard.said()
    assert "The link was removed since by somebody else." in yard.said()


def test_two_raises_are_taken_back_at_once() -> None:
    first, second = PriorityStep(from_points=3, name="High"), PriorityStep(from_points=4, name="Highest")
    yard = reported("j-tom", "Low", set(), (first,))
    agree(yard, 0)
    assert yard.tracker.issues[1].priority == "High"
    report(yard, 6, "j-tom", "Low")
    workflow = yard.memory.rules.workflows["repeats"]
    assert workflow.batches is not None
    rule = msgspec.structs.replace(workflow.batches, priority=(first, second))
    changed = msgspec.structs.replace(workflow, batches=rule)
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, workflows={"repeats": changed})
    yard.pass_by(minutes=61)
    agree(yard, 0)
    assert yard.tracker.issues[1].priority == "Highest"

    yard.undo("UMIKA", questions(yard)[-1])
    yard.settle()

    assert yard.tracker.issues[1].priority == "Low"


def test_unmerging_takes_back_too_how_the_issues_followed() -> None:
    yard = coupled()
    move(yard, CLOSED)
    yard.undo("UMIKA", next(one for one in questions(yard) if one.follows is None))
    yard.settle()
    assert {yard.tracker.issues[number].status.name for number in CHILDREN} == {"Open"}
    assert yard.tracker.comments == []
    assert linked(yard) == set()
