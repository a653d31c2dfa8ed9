"""Cases: what rules must decide of given facts, written beside the rules by their authors. No I/O.

A case is judged by the same conditions and guardrails as a real proposal; only its circumstances are given.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from rules.actions import (
    Action,
    ActionKind,
    AnswerAction,
    AssignAction,
    CommentAction,
    CreateAction,
    FieldAction,
    LinkAction,
    Payload,
    PriorityAction,
    RewordAction,
    RiskAction,
    TransitionAction,
    UncommentAction,
    UnlinkAction,
    UnwatchAction,
    WatchAction,
)
from rules.canonical import Value
from rules.conditions import ITEMS, check, view_of, view_of_proposal
from rules.decisions import Proposal, Ruling, Verdict
from rules.guardrails import GUARDRAILS, Circumstances, judge
from rules.loader import made
from rules.model import Item, Line, Status, Switch, Tainted
from rules.ruleset import Name, PerMille, Rule, Ruleset, WorkflowRule
from rules.shapes import departures
from rules.sources import Path, Wrong
from rules.spelling import nearest

Key = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_]*-[1-9][0-9]*$")]
Answer = Literal["allow", "ask", "deny"]
MONDAY_NOON = "2026-03-02 12:00"


class GivenItem(Rule, frozen=True, kw_only=True):
    """An item of a case. What is not said is as with an ordinary open one of an hour ago."""

    key: Key
    type: str = "Bug"
    request_type: str = ""
    status: str = "Open"
    status_category: Literal["new", "indeterminate", "done"] = "new"
    age_hours: int = 1
    priority: str = ""
    resolution: str = ""
    components: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""

    def item(self, number: int, now: datetime) -> Item:
        """Give it as the item that conditions and guardrails see."""
        created = now - timedelta(hours=self.age_hours)
        return Item(
            id=number,
            key=self.key,
            project=self.key.rpartition("-")[0],
            summary=Tainted(text=self.summary),
            description=Tainted(text=self.description),
            type=self.type,
            request_type=self.request_type or None,
            status=Status(id="1", name=self.status, category=self.status_category),
            created=created,
            updated=created,
            priority=self.priority or None,
            resolution=self.resolution or None,
            components=self.components,
            labels=self.labels,
            versions=self.versions,
        )


class Given(Rule, frozen=True, kw_only=True):
    """The facts of a case. `now`: in the rules' time zone; `may_answer`: how many people; `stopped`: by switches.

    `follows`: it is linked to the other one already, which has moved.
    """

    workflow: str
    item: GivenItem
    other: GivenItem | None = None
    actions: tuple[ActionKind, ...] = ("link", "comment", "transition")
    confidence: PerMille = 1000
    by_person: bool = False
    follows: bool = False
    now: str = MONDAY_NOON
    may_answer: int = 1
    budget_left: int | None = None
    stopped: tuple[Literal["everything", "project", "workflow", "agent"], ...] = ()


class Expected(Rule, frozen=True, kw_only=True):
    """What must come of it; what is not said is not looked at. `because`: guardrails that must object."""

    about: bool | None = None
    verdict: Answer | None = None
    because: tuple[str, ...] = ()


class Case(Rule, frozen=True, kw_only=True):
    """Given facts and the expected decision."""

    given: Given
    expect: Expected


class Cases(Rule, frozen=True, kw_only=True):
    """A file of cases, by name."""

    cases: dict[Name, Case]


class Result(Value, frozen=True, kw_only=True):
    """What came of one case: what differs from what was expected, in words, and what the guardrails said."""

    name: str
    differs: tuple[str, ...]
    verdict: Verdict
    rulings: tuple[Ruling, ...]
    about: bool
    why: str


def load_cases(texts: Iterable[tuple[str, str]], rules: Ruleset) -> Cases:
    """Read (name, YAML text) pairs; raises RulesError with every mistake at once."""
    return made(texts, Cases, [lambda data: departures(data, schema()), lambda data: _meaning_mistakes(data, rules)])


@cache
def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a file of cases."""
    return msgspec.json.schema(Cases)


def tried(name: str, case: Case, rules: Ruleset) -> Result:
    """Judge one case under these rules."""
    given = case.given
    workflow = rules.workflows[given.workflow]
    now = datetime.fromisoformat(given.now).replace(tzinfo=ZoneInfo(rules.limits.time_zone))
    item = given.item.item(2, now.astimezone(UTC))
    other = given.other.item(1, now.astimezone(UTC)) if given.other else None
    about = check(ITEMS, workflow.when, ITEMS.seen(view_of(item, now.astimezone(UTC))))
    proposal = _proposal(given, workflow, item)
    verdict, rulings = judge(proposal, _circumstances(given, proposal, rules, item, other, now), rules)
    result = Result(name=name, differs=(), verdict=verdict, rulings=rulings, about=about.holds, why=about.reason)
    return msgspec.structs.replace(result, differs=tuple(_differences(case.expect, result)))


def _proposal(given: Given, workflow: WorkflowRule, item: Item) -> Proposal:
    follow = workflow.follow if given.follows else None
    actions = tuple(_action(kind, workflow, item) for kind in given.actions if kind != "ask")
    return Proposal(
        agent=follow.agent if follow else workflow.agent,
        kind="follow" if follow else "plead" if "ask" in given.actions else "couple",
        payload=Payload(item=item.id, actions=actions),
        confidence=given.confidence,
        other=1 if given.other and not follow else None,
        follows=1 if follow else None,
        requester="somebody" if given.by_person else None,
    )


def _action(kind: ActionKind, workflow: WorkflowRule, item: Item) -> Action:
    text = Line(text=workflow.comment.replace("{", "{{").replace("}", "}}"))
    done = Status(id="2", name=next(iter(workflow.close_as.statuses), "Done"), category="done")
    actions: dict[ActionKind, Action] = {
        "create": CreateAction(project=item.project, type=item.type, summary=item.summary, description=text),
        "link": LinkAction(item=item.id, other=1, type=workflow.link_type),
        "unlink": UnlinkAction(item=item.id, other=1, type=workflow.link_type),
        "comment": CommentAction(item=item.id, text=text),
        "reword": RewordAction(item=item.id, comment="1", before=text, text=text),
        "uncomment": UncommentAction(item=item.id, comment="1", text=text),
        "transition": TransitionAction(item=item.id, transition="1", name="close", before=item.status, after=done),
        "watch": WatchAction(item=item.id, account="somebody"),
        "unwatch": UnwatchAction(item=item.id, account="somebody"),
        "answer": AnswerAction(item=item.id, approval="1", account="somebody", choice="approve"),
        "priority": PriorityAction(item=item.id, before=item.priority, after="Highest"),
        "field": FieldAction(item=item.id, field="Amount", before="1000", after="800"),
        "risk": RiskAction(item=item.id, before=None, after={"chance": 62}),
        "assign": AssignAction(item=item.id, before=item.assignee, after="somebody"),
    }
    return actions[kind]


def _circumstances(
    given: Given, proposal: Proposal, rules: Ruleset, item: Item, other: Item | None, now: datetime
) -> Circumstances:
    agent = rules.agents[proposal.agent]
    named = {"everything": "", "project": item.project, "workflow": given.workflow, "agent": proposal.agent}
    return Circumstances(
        workflow=given.workflow,
        projects=tuple(sorted({one.project for one in (item, other) if one is not None})),
        switches=tuple(Switch(scope=scope, name=named[scope]) for scope in given.stopped),
        askable=given.may_answer,
        budget_left=agent.actions_per_day if given.budget_left is None else given.budget_left,
        view=view_of_proposal(proposal, given.workflow, item, other, now),
    )


def _differences(expected: Expected, result: Result) -> Iterator[str]:
    if expected.about is not None and expected.about != result.about:
        yes, no = "the workflow is about it", "the workflow is not about it"
        yield f"expected that {yes if expected.about else no}, but {result.why}"
    got = result.verdict.name.lower()
    if expected.verdict is not None and expected.verdict != got:
        said = "; ".join(f"{one.guardrail}: {one.reason}" for one in result.rulings if one.verdict is result.verdict)
        yield f"expected {expected.verdict}, got {got} ({said or 'no guardrail objects'})"
    objecting = {one.guardrail for one in result.rulings}
    for name in expected.because:
        if name not in objecting:
            yield f"expected {name} to object, but it does not; those that do: {', '.join(sorted(objecting)) or 'none'}"


def _meaning_mistakes(data: Mapping[str, Any], rules: Ruleset) -> Iterator[Wrong]:
    for name, case in _mapping(data.get("cases")).items():
        given, at = _mapping(_mapping(case).get("given")), ("cases", name, "given")
        workflow, now = given.get("workflow"), given.get("now")
        if isinstance(workflow, str) and workflow not in rules.workflows:
            yield (*at, "workflow"), f"there is no workflow {workflow!r}{nearest(workflow, rules.workflows)}"
        elif isinstance(workflow, str) and given.get("follows") and rules.workflows[workflow].follow is None:
            yield (*at, "follows"), f"the workflow {workflow!r} has nothing follow"
        if isinstance(now, str) and not _is_moment(now):
            yield (*at, "now"), f"{now[:40]!r} is no time: write it like {MONDAY_NOON!r}"
        because = _mapping(_mapping(case).get("expect")).get("because")
        yield from _guardrails(("cases", name, "expect", "because"), because, rules)


def _guardrails(at: Path, because: object, rules: Ruleset) -> Iterator[Wrong]:
    known = {*rules.guardrails, *(ours.__name__ for ours in GUARDRAILS)}
    for number, guardrail in enumerate(because if isinstance(because, list) else ()):
        if isinstance(guardrail, str) and guardrail not in known:
            yield (*at, number), f"there is no guardrail {guardrail!r}{nearest(guardrail, known)}"


def _is_moment(text: str) -> bool:
    try:
        return len(text) == len(MONDAY_NOON) and bool(datetime.strptime(text, "%Y-%m-%d %H:%M"))  # noqa: DTZ007 - the zone is the rules'
    except ValueError:
        return False


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
