"""Limits on autonomy: each by itself, and the laws of all of them together."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.actions import (
    Action,
    CommentAction,
    CreateAction,
    LinkAction,
    Payload,
    TransitionAction,
    UncommentAction,
    UnlinkAction,
)
from rules.conditions import view_of_proposal
from rules.decisions import Proposal, Ruling, Verdict
from rules.guardrails import GUARDRAILS, Circumstances, Guardrail, heard, judge, stopping
from rules.model import Item, Line, Status, Switch, Tainted
from rules.ruleset import AutonomyLevel, GuardrailRule, Ruleset
from tests.fakes.rulings import ruleset

OPEN, CLOSED = Status(id="1", name="Open", category="new"), Status(id="6", name="Closed", category="done")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LINK = LinkAction(item=2, other=1, type="Duplicate")
COMMENT = CommentAction(item=2, text=Line(text="known"))
CLOSE = TransitionAction(item=2, transition="21", name="Close", before=OPEN, after=CLOSED)
UNLINK = UnlinkAction(item=2, other=1, type="Duplicate")
UNCOMMENT = UncommentAction(item=2, comment="9", text=Line(text="known"))
FREE = Circumstances(workflow="repeats", projects=("WEB",), askable=2, budget_left=10)


def proposal(*actions: Action, **more: Any) -> Proposal:
    payload = Payload(item=2, actions=actions or (LINK, COMMENT))
    sure = Proposal(agent="duplicates", kind="couple", payload=payload, confidence=990)
    return msgspec.structs.replace(sure, **more)


def at_level(level: AutonomyLevel) -> Ruleset:
    rules = ruleset()
    autonomy = dict.fromkeys(("link", "comment", "transition"), level)
    agent = msgspec.structs.replace(rules.agents["duplicates"], autonomy=autonomy)
    return msgspec.structs.replace(rules, agents={"duplicates": agent})


ACTING = at_level("act_with_undo")


def ruled(one: Proposal, circumstances: Circumstances = FREE, rules: Ruleset = ACTING) -> dict[str, Verdict]:
    return {ruling.guardrail: ruling.verdict for ruling in judge(one, circumstances, rules)[1]}


def test_what_no_guardrail_objects_to_is_allowed() -> None:
    assert judge(proposal(), FREE, ACTING) == (Verdict.ALLOW, ())


@pytest.mark.parametrize(
    ("one", "circumstances", "rules", "guardrail", "verdict"),
    [
        (proposal(), {"switches": (Switch(scope="everything"),)}, ACTING, "obey_the_switch", Verdict.DENY),
        (proposal(), {"switches": (Switch(scope="project", name="WEB"),)}, ACTING, "obey_the_switch", Verdict.DENY),
        (proposal(), {"switches": (Switch(scope="action", name="link"),)}, ACTING, "obey_the_switch", Verdict.DENY),
        (proposal(agent="x"), {}, ACTING, "use_only_own_tools", Verdict.DENY),
        (proposal(), {"budget_left": 1}, ACTING, "stay_within_budget", Verdict.DENY),
        (proposal(), {}, at_level("shadow"), "keep_to_the_autonomy_level", Verdict.DENY),
        (proposal(), {}, at_level("ask"), "keep_to_the_autonomy_level", Verdict.ASK),
        (proposal(confidence=949), {}, ACTING, "ask_when_unsure", Verdict.ASK),
        (proposal(CLOSE), {}, ACTING, "ask_for_what_cannot_be_undone", Verdict.ASK),
        (proposal(requester="tom"), {}, ACTING, "ask_when_a_person_proposed_it", Verdict.ASK),
        (proposal(), {"askable": 0}, ACTING, "find_somebody_to_ask", Verdict.DENY),
    ],
)
def test_each_guardrail_makes_one_thing_stricter(
    one: Proposal, circumstances: dict[str, Any], rules: Ruleset, guardrail: str, verdict: Verdict
) -> None:
    assert ruled(one, msgspec.structs.replace(FREE, **circumstances), rules) == {guardrail: verdict}


@pytest.mark.parametrize(
    "switch",
    [
        Switch(scope="project", name="PAY"),
        Switch(scope="workflow", name="other"),
        Switch(scope="agent", name="other"),
        Switch(scope="action", name="unlink"),
        Switch(scope="everything", name="else"),
    ],
)
def test_a_switch_for_something_else_stops_nothing_here(switch: Switch) -> None:
    assert stopping(msgspec.structs.replace(FREE, switches=(switch,)), "duplicates", {"link", "comment"}) == ()


def test_only_allowed_projects_are_touched_or_named() -> None:
    limits = msgspec.structs.replace(ACTING.limits, projects=("WEB",))
    rules = msgspec.structs.replace(ACTING, limits=limits)
    both = msgspec.structs.replace(FREE, projects=("PAY", "WEB"))

    assert ruled(proposal(), FREE, rules) == {}
    assert ruled(proposal(), both, rules) == {"stay_in_the_allowed_projects": Verdict.DENY}


def test_confidence_at_the_limit_is_enough() -> None:
    assert ruled(proposal(confidence=950)) == {}


def test_an_action_that_the_limits_do_not_name_needs_all_confidence() -> None:
    rules = msgspec.structs.replace(ACTING, limits=msgspec.structs.replace(ACTING.limits, confidence={}))

    assert ruled(proposal(confidence=999), FREE, rules) == {"ask_when_unsure": Verdict.ASK}


def test_an_action_that_the_rules_do_not_name_is_at_level_ask() -> None:
    agent = msgspec.structs.replace(ACTING.agents["duplicates"], autonomy={"link": "act_with_undo"})
    rules = msgspec.structs.replace(ACTING, agents={"duplicates": agent})

    assert ruled(proposal(), FREE, rules) == {"keep_to_the_autonomy_level": Verdict.ASK}


def test_an_undo_that_a_person_commanded_needs_no_level_no_confidence_and_no_second_person() -> None:
    undo = proposal(UNLINK, UNCOMMENT, CLOSE, kind="undo", requester="mika", confidence=0)
    alone = msgspec.structs.replace(FREE, askable=0)

    assert judge(undo, alone, at_level("shadow")) == (Verdict.ALLOW, ())


@pytest.mark.parametrize("guardrail", ["obey_the_switch", "use_only_own_tools", "stay_within_budget"])
def test_an_undo_obeys_switches_tools_and_budget(guardrail: str) -> None:
    agent = msgspec.structs.replace(ACTING.agents["duplicates"], tools=("link",))
    rules = msgspec.structs.replace(ACTING, agents={"duplicates": agent})
    tight = msgspec.structs.replace(FREE, switches=(Switch(scope="everything"),), budget_left=0)

    assert guardrail in ruled(proposal(UNLINK, kind="undo", requester="mika"), tight, rules)


def test_all_that_was_said_is_kept_with_its_reason() -> None:
    rulings = judge(proposal(CLOSE, confidence=812), FREE, at_level("ask"))[1]

    assert [ruling.reason for ruling in rulings] == [
        "the rules let it transition only where a person agrees",
        "confidence 81% is under the 95% that this needs",
        "there is no sure way back from a change of status",
    ]


def declaring(when: str, answer: Literal["ask", "deny"] = "ask") -> Ruleset:
    return msgspec.structs.replace(
        ACTING, guardrails={"own": GuardrailRule(when=when, answer=answer, reason="so we said")}
    )


ITEM = Item(
    id=2,
    key="WEB-2",
    project="WEB",
    summary=Tainted(text="x"),
    type="Bug",
    status=OPEN,
    created=NOON,
    updated=NOON,
    priority="Highest",
)


def seen(one: Proposal, other: Item | None = None) -> Circumstances:
    return msgspec.structs.replace(FREE, view=view_of_proposal(one, "repeats", ITEM, other, NOON))


@pytest.mark.parametrize(
    "when",
    [
        'item.priority == "Highest"',
        '"link" in proposal.actions && !("transition" in proposal.actions)',
        "proposal.confidence == 990 && !proposal.by_person",
        'proposal.workflow == "repeats" && proposal.agent == "duplicates"',
        'other.key == "" && other.age_hours == 0 && size(other.labels) == 0',
        'now.weekday == "monday" && now.hour == 12',
    ],
)
@pytest.mark.parametrize(("answer", "verdict"), [("ask", Verdict.ASK), ("deny", Verdict.DENY)])
def test_a_declared_guardrail_answers_where_its_condition_holds(
    when: str, answer: Literal["ask", "deny"], verdict: Verdict
) -> None:
    given, rulings = judge(proposal(), seen(proposal()), declaring(when, answer))

    assert (given, rulings) == (verdict, (Ruling(guardrail="own", verdict=verdict, reason="so we said"),))


def test_a_declared_guardrail_says_nothing_where_its_condition_does_not_hold() -> None:
    assert judge(proposal(), seen(proposal()), declaring('item.priority == "Low"')) == (Verdict.ALLOW, ())


def test_a_declared_guardrail_sees_the_known_item_too() -> None:
    known = msgspec.structs.replace(ITEM, key="PAY-1", project="PAY")

    assert ruled(proposal(), seen(proposal(), known), declaring('other.project == "PAY"')) == {"own": Verdict.ASK}


@pytest.mark.parametrize("when", ["1 / item.age_hours == 1", "item.nonsense == 1", "item.key"])
def test_a_declared_guardrail_that_breaks_counts_against_the_action(when: str) -> None:
    assert ruled(proposal(), seen(proposal()), declaring(when)) == {"own": Verdict.DENY}


def test_a_declared_guardrail_that_sees_nothing_counts_against_the_action() -> None:
    assert ruled(proposal(), FREE, declaring("item.is_open")) == {"own": Verdict.DENY}


CREATE = CreateAction(project="WEB", type="Bug", summary=Tainted(text="x"), description=Line(text="x"))


def reported(*actions: Action) -> Proposal:
    """Give what a person wants created in their own name."""
    return proposal(*actions, agent="reporter", kind="report", requester="dana", confidence=0)


def test_what_a_person_reports_needs_no_confidence_no_way_back_and_nobody_else() -> None:
    nobody = msgspec.structs.replace(FREE, askable=0)

    assert ruled(reported(CREATE, LINK), nobody, ruleset()) == {}


@pytest.mark.parametrize(("answer", "verdict"), [("ask", Verdict.ASK), ("deny", Verdict.DENY)], ids=["ask", "deny"])
def test_what_a_person_reports_meets_declared_guardrails(answer: Literal["ask", "deny"], verdict: Verdict) -> None:
    quiet = GuardrailRule(when='"create" in proposal.actions', answer=answer, reason="quiet")
    rules = ruleset(guardrails={"quiet": quiet})
    one = reported(CREATE)
    view = view_of_proposal(one, "repeats", None, None, NOON)

    assert ruled(one, msgspec.structs.replace(FREE, view=view), rules) == {"quiet": verdict}


def test_an_issue_that_an_agent_would_create_by_itself_is_asked_about() -> None:
    by_itself = msgspec.structs.replace(reported(CREATE), kind="couple", requester=None, confidence=1000)

    assert ruled(by_itself, FREE, ruleset()) == {"ask_for_what_cannot_be_undone": Verdict.ASK}


def test_an_undo_that_a_person_commanded_meets_no_declared_guardrail() -> None:
    undo = proposal(UNLINK, kind="undo", requester="mika")

    assert judge(undo, seen(undo), declaring("true", "deny")) == (Verdict.ALLOW, ())


@given(st.text(max_size=40), st.sampled_from(["ask", "deny"]))
def test_no_condition_of_a_declared_guardrail_allows_more(when: str, answer: Literal["ask", "deny"]) -> None:
    plain, declared = at_level("ask"), msgspec.structs.replace(declaring(when, answer), agents=at_level("ask").agents)

    assert judge(proposal(), seen(proposal()), plain)[0] <= judge(proposal(), seen(proposal()), declared)[0]


ACTIONS = st.lists(st.sampled_from([LINK, COMMENT, CLOSE, UNLINK, UNCOMMENT]), min_size=1, max_size=4)
PROPOSALS = st.builds(
    lambda actions, **more: proposal(*actions, **more),
    ACTIONS,
    agent=st.sampled_from(["duplicates", "unknown"]),
    kind=st.sampled_from(["couple", "undo"]),
    confidence=st.integers(0, 1000),
    requester=st.sampled_from([None, "tom"]),
)
SWITCHES = st.builds(
    Switch,
    scope=st.sampled_from(["everything", "project", "workflow", "agent", "action"]),
    name=st.sampled_from(["", "WEB", "repeats", "duplicates", "link"]),
)
AROUND = st.builds(
    Circumstances,
    workflow=st.just("repeats"),
    projects=st.sampled_from([(), ("WEB",), ("PAY", "WEB")]),
    switches=st.lists(SWITCHES, max_size=3).map(tuple),
    askable=st.integers(0, 2),
    budget_left=st.integers(0, 5),
)
RULES = st.sampled_from([at_level("shadow"), at_level("ask"), ACTING])


@given(PROPOSALS, AROUND, RULES, st.permutations(GUARDRAILS))
def test_the_order_of_guardrails_does_not_matter(
    one: Proposal, around: Circumstances, rules: Ruleset, order: Sequence[Guardrail]
) -> None:
    verdict, rulings = judge(one, around, rules)
    other_verdict, other_rulings = judge(one, around, rules, order)

    assert verdict is other_verdict
    assert sorted(rulings, key=str) == sorted(other_rulings, key=str)


@given(PROPOSALS, AROUND, RULES, st.sets(st.sampled_from(GUARDRAILS), min_size=1))
def test_a_guardrail_can_only_make_stricter(
    one: Proposal, around: Circumstances, rules: Ruleset, fewer: set[Guardrail]
) -> None:
    assert judge(one, around, rules, tuple(fewer))[0] <= judge(one, around, rules)[0]


@given(PROPOSALS, AROUND, RULES, SWITCHES)
def test_a_further_switch_never_allows_more(
    one: Proposal, around: Circumstances, rules: Ruleset, switch: Switch
) -> None:
    stopped = msgspec.structs.replace(around, switches=(*around.switches, switch))

    assert judge(one, around, rules)[0] <= judge(one, stopped, rules)[0]


@given(PROPOSALS, AROUND, RULES)
def test_every_ruling_gives_a_reason_in_words(one: Proposal, around: Circumstances, rules: Ruleset) -> None:
    assert all(" " in ruling.reason for ruling in heard(one, around, rules))
