"""What the agent for repetitions proposes, and how it would close an issue: as the rules say and Jira allows."""

import msgspec
import pytest

from orchestrator.agents import duplicates
from orchestrator.facts import Facts
from rules.actions import OpenTransition, ScreenField, TransitionAction
from rules.canonical import revive
from rules.decisions import Proposal
from tests.fakes.rulings import ruleset
from tests.fakes.tracker import BUSY, CLOSED, OPEN
from tests.fakes.yard import Yard

WORKFLOW = ruleset().workflows["repeats"]
ALL = ScreenField(id="resolution", name="Resolution", allowed=("Done", "Duplicate"))
FEW = ScreenField(id="resolution", name="Resolution", allowed=("Done",))
FREE = ScreenField(id="resolution", name="Resolution")
REASON = ScreenField(id="customfield_1", name="Root cause")


@pytest.fixture(scope="module")
def facts() -> Facts:
    yard = Yard()
    yard.repeat()
    return revive(next(one for one in yard.memory.tables.ledger if one.kind == "decision.made").data["facts"], Facts)


def proposed(facts: Facts, *transitions: OpenTransition) -> Proposal:
    proposal = duplicates.propose_for(msgspec.structs.replace(facts, transitions=transitions), WORKFLOW, 1)
    assert proposal is not None
    return proposal


def closing(facts: Facts, *transitions: OpenTransition) -> TransitionAction | None:
    actions = proposed(facts, *transitions).payload.actions
    return next((action for action in actions if isinstance(action, TransitionAction)), None)


def to_closed(id_: str = "1", **screen: tuple[ScreenField, ...]) -> OpenTransition:
    return OpenTransition(id=id_, name="Close", to=CLOSED, **screen)


@pytest.mark.parametrize(
    ("transition", "fields"),
    [
        (to_closed(), {}),
        (to_closed(required=(ALL,)), {"resolution": {"name": "Duplicate"}}),
        (to_closed(optional=(ALL,)), {"resolution": {"name": "Duplicate"}}),
        (to_closed(required=(FREE,)), {"resolution": {"name": "Duplicate"}}),
        (to_closed(optional=(FEW, REASON)), {}),
    ],
)
def test_what_the_screen_asks_for_is_filled(
    facts: Facts, transition: OpenTransition, fields: dict[str, dict[str, str]]
) -> None:
    action = closing(facts, transition)

    assert action is not None
    assert (action.before, action.after, action.fields) == (OPEN, CLOSED, fields)


@pytest.mark.parametrize(
    "transition",
    [
        OpenTransition(id="1", name="Start", to=BUSY),
        to_closed(required=(REASON,)),
        to_closed(required=(FEW,)),
        to_closed(required=(ALL, REASON)),
    ],
)
def test_where_jira_wants_more_than_the_rules_say_the_status_stays_and_that_is_told(
    facts: Facts, transition: OpenTransition
) -> None:
    proposal = proposed(facts, transition)

    assert [one for one in proposal.payload.actions if isinstance(one, TransitionAction)] == []
    assert [note.text for note in proposal.notes] == [
        "Jira offers no transition that would close it as the rules say, so its status stays."
    ]


def test_a_transition_that_takes_the_resolution_is_preferred(facts: Facts) -> None:
    action = closing(facts, to_closed("1"), to_closed("2", optional=(ALL,)))

    assert action is not None
    assert action.transition == "2"


def test_an_issue_that_is_closed_already_keeps_its_status(facts: Facts) -> None:
    assert facts.item is not None
    closed = msgspec.structs.replace(facts, item=msgspec.structs.replace(facts.item, status=CLOSED))

    assert [note.text for note in proposed(closed, to_closed()).notes] == ["It is closed already, so its status stays."]


@pytest.mark.parametrize("gone", [None, True])
def test_nothing_is_proposed_for_an_issue_that_is_gone(facts: Facts, gone: bool | None) -> None:
    assert facts.item is not None
    item = msgspec.structs.replace(facts.item, deleted=True) if gone else None
    without = msgspec.structs.replace(facts, item=item)

    assert duplicates.propose(without, ruleset().agents["duplicates"], WORKFLOW) == ()
    assert duplicates.propose_for(without, WORKFLOW, 1) is None


def test_only_the_likeliest_is_proposed_and_only_from_the_floor_on(facts: Facts) -> None:
    agent = ruleset().agents["duplicates"]
    first = facts.known[0]
    twin = msgspec.structs.replace(first, confidence=999, item=msgspec.structs.replace(first.item, id=3, key="WEB-3"))
    older = msgspec.structs.replace(twin, item=msgspec.structs.replace(twin.item, created=first.item.created))
    both = msgspec.structs.replace(facts, known=(first, older))
    unsure = msgspec.structs.replace(facts, known=(msgspec.structs.replace(first, confidence=agent.asks_from - 1),))

    assert [one.other for one in duplicates.propose(both, agent, WORKFLOW)] == [3]
    assert duplicates.propose(unsure, agent, WORKFLOW) == ()


def test_braces_in_the_rules_comment_stay_braces(facts: Facts) -> None:
    workflow = msgspec.structs.replace(WORKFLOW, comment="{code}See {key}{code} {{key}} {nothing}")
    proposal = duplicates.propose_for(facts, workflow, 1)

    assert proposal is not None
    text = proposal.payload.actions[1].text  # type: ignore[union-attr]
    assert text.text.format("WEB-1", "") == "{code}See WEB-1{code} {WEB-1} {nothing}"
