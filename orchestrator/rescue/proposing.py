"""What would be done to save a promise at risk, once somebody has chosen it: another priority, or a swap. Pure."""

from collections.abc import Iterator

from orchestrator.agents.duplicates import leading_to
from orchestrator.facts import Facts
from orchestrator.forecast.telling import percent
from rules.actions import Action, AssignAction, FieldAction, Payload, Precondition, PriorityAction, TransitionAction
from rules.canonical import Value
from rules.decisions import Proposal
from rules.model import Event, Item, Line, Person, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset
from rules.slas import DUE

__all__ = ["RESCUER", "Wish", "field_wanted", "proposal_for", "swap_of", "wish_in", "wish_of"]

#: The agent in whose name it is proposed.
RESCUER = "rescuer"
_ALIVE = (RequestState.PENDING, RequestState.APPROVED)
_GONE = Line(text="It is closed, or gone.")
_ANOTHER = Line(text="Who has the two issues has changed meanwhile, or one of them is closed.")
_UNSEEN = Line(text="Not both of them may browse what they would have.")


class Wish(Value, frozen=True, kw_only=True):
    """What somebody wants done: another `priority`; or that `whom`, a person's id, takes it and its holder their issue.

    Or what comes of more time: `until`, the day that it is promised by then; `waits`, that its clock stands still.
    `swap`: that issue; `back`: who was to have it when that was offered. `after`: the chance in per mille that the
    promise breaks then, as it was foretold; None where nothing foretold it.
    """

    priority: str | None = None
    until: str | None = None
    waits: bool = False
    whom: str | None = None
    swap: int | None = None
    back: str | None = None
    after: int | None = None


def wish_in(event: Event) -> Wish:
    """Read what somebody wants off the button that they pressed."""
    given = event.payload
    return Wish(**{name: given[name] for name in Wish.__struct_fields__ if given.get(name) is not None})


def wish_of(request: Request, facts: Facts) -> Wish | None:
    """Read what a question is about, so that it can be proposed again; None where the people are not known any more."""
    actions = request.asks[0].payload.actions
    for one in actions:
        if isinstance(one, PriorityAction):
            return Wish(priority=one.after)
        if isinstance(one, FieldAction):
            return Wish(until=one.after)
        if isinstance(one, TransitionAction):
            return Wish(waits=True)
    halves = swap_of(actions)
    taker, holder = (facts.person(one.after) for one in halves) if len(halves) > 1 else (None, None)
    return Wish(whom=taker.id, swap=halves[1].item, back=holder.id) if taker and holder else None


def proposal_for(wish: Wish, facts: Facts, rules: Ruleset) -> Proposal | Line:
    """Propose what somebody wants, or say why that makes no sense (any more)."""
    item = facts.item
    if item is None or item.deleted or not item.is_open:
        return _GONE
    actions = _actions(item, wish, facts, rules)
    if isinstance(actions, Line):
        return actions
    items = [one for action in actions if (one := facts.item_of(action.item)) is not None]
    same = tuple(Precondition(item=one.id, field="project", equals=one.project) for one in items)
    return Proposal(
        agent=RESCUER,
        kind="rescue",
        payload=Payload(item=item.id, actions=actions, preconditions=same),
        confidence=1000 - wish.after if wish.after is not None else 0,
        evidence=tuple(_evidence(wish, facts)),
    )


def swap_of(actions: tuple[Action, ...]) -> tuple[AssignAction, ...]:
    """Give both halves of a swap; nothing where it is none."""
    halves = tuple(one for one in actions if isinstance(one, AssignAction))
    return halves if len(halves) > 1 else ()


def field_wanted(facts: Facts, rules: Ruleset) -> tuple[str, ...]:
    """Give the name of the field that holds until when it is promised, where it has to be known."""
    asked = any(event.payload.get("until") for event in facts.commands)
    ours = {name for name, one in rules.workflows.items() if one.rescues}
    concerned = any(one.state in _ALIVE and one.altered and one.workflow in ours for one in facts.requests)
    field = rules.watch.risk.later.field
    return (field,) if field and (asked or concerned) else ()


def _actions(item: Item, wish: Wish, facts: Facts, rules: Ruleset) -> tuple[Action, ...] | Line:
    if wish.priority is not None:
        return _raising(item, wish.priority, rules)
    if wish.until is not None:
        return _promising(item, wish.until, facts, rules)
    return _pausing(item, facts, rules) if wish.waits else _swapping(item, wish, facts)


def _promising(item: Item, until: str, facts: Facts, rules: Ruleset) -> tuple[Action, ...] | Line:
    field = rules.watch.risk.later.field
    before = facts.named.get(field)
    if before is None or before == until:
        return Line(text="It is promised for then already, or Jira does not tell for when.")
    return (FieldAction(item=item.id, field=field, before=before, after=until),)


def _pausing(item: Item, facts: Facts, rules: Ruleset) -> tuple[Action, ...] | Line:
    move = leading_to(item, facts.transitions, rules.watch.risk.later.statuses, "")
    return (move,) if move is not None else Line(text="Jira offers no transition by which its clock would stand still.")


def _raising(item: Item, priority: str, rules: Ruleset) -> tuple[Action, ...] | Line:
    if item.priority == priority:
        return Line(text="It has that priority already.")
    if priority not in rules.watch.risk.priorities:
        return Line(text="The rules name no such priority for what is at risk.")
    return (PriorityAction(item=item.id, before=item.priority, after=priority),)


def _swapping(item: Item, wish: Wish, facts: Facts) -> tuple[Action, ...] | Line:
    """Give both halves: who takes it, and its holder takes the lesser one; each as it is now."""
    lesser, taker, holder = facts.item_of(wish.swap or 0), facts.person(wish.whom), facts.person(item.assignee)
    if lesser is None or lesser.deleted or not lesser.is_open or taker is None or holder is None:
        return _ANOTHER
    if taker.jira is None or lesser.assignee != taker.jira or taker.id == holder.id or wish.back != holder.id:
        return _ANOTHER
    if not (facts.may_see(taker.id, item.id) and facts.may_see(holder.id, lesser.id)):
        return _UNSEEN
    return (_given(item, holder, taker), _given(lesser, taker, holder))


def _given(item: Item, former: Person, person: Person) -> AssignAction:
    return AssignAction(item=item.id, before=item.assignee, after=person.jira, former=former.name, name=person.name)


def _evidence(wish: Wish, facts: Facts) -> Iterator[Line]:
    if facts.alert is not None:
        then = f"; *{percent(wish.after)}* by this" if wish.after is not None else ""
        what = "it comes late" if facts.alert.sla == DUE else "its SLA {0} breaks"
        words = f"*{percent(facts.alert.latest)}* that {what}, as it is foretold{then}."
        yield Line(text=words, parts=(Tainted(text=facts.alert.sla),))
