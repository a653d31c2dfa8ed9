"""What would be done about an item at a gate once people have answered, and what they agree to by it. Pure."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec

from orchestrator.agents.duplicates import leading_to
from orchestrator.approvals.policy import amount_of
from orchestrator.approvals.telling import altered_words
from orchestrator.facts import Facts
from orchestrator.granting.gates import APPROVAL, ARRIVAL, Gate, arrived, asked_at, bound_to
from orchestrator.messages import led_by
from orchestrator.ports import DeskApproval
from orchestrator.wording import filled
from rules.actions import Action, CommentAction, FieldAction, Payload, Precondition, TransitionAction
from rules.canonical import plain
from rules.decisions import Portal, Proposal
from rules.gates import GateEnd
from rules.model import Item, Line, Moment, Part, Tainted
from rules.requests import Request, Vote
from rules.ruleset import Ruleset

_LONGEST = 500
_BY_ITSELF = Line(text="Jira moves it on by itself once they have answered.")
_TOLD = Line(text="A comment then says who answered, when and why.")
_IN_JIRA = Line(
    text="To answer in Jira: move it, or write a comment whose first line is /yard approve or /yard reject and why."
)
_BY_COMMENT = Line(
    text="To answer in Jira: write a comment whose first line is /yard approve or /yard reject and why. "
    "To move it on by hand is no yes to the change."
)
_HOW = Tainted(text="To answer here, write a comment whose first line is /yard approve or /yard reject and why.")


def proposal_for(
    gate: Gate,
    facts: Facts,
    rules: Ruleset,
    about: Request | None = None,
    wishes: Mapping[str, str] = MappingProxyType({}),
) -> Proposal | None:
    """Propose to let the item through, or to tell those whom the service desk asks by itself and waits for.

    What an approver has changed in the question `about`, or else in the last one, stays changed, beside what is wished
    otherwise now (values by fields). None where Jira neither offers us a transition that does nor asks anybody.
    """
    item = facts.item
    move = None if item is None else _move(item, facts, gate.rule.approved)
    asking = asked_by_itself(facts)
    if item is None or (move is None and asking is None):
        return None
    last = about or next(iter(asked_at(gate, facts, rules)[::-1]), None)
    bound = {"status": item.status.name, "project": item.project, "summary": item.summary.text, **facts.named}
    bound[ARRIVAL] = arrived(facts, last)
    if move is None and asking is not None:
        return _at_desk(gate, facts, item, bound, asking)
    changed = _altered(item, bound, last, wishes)
    fields = {**facts.named, **{one.field: one.after for one in changed}}
    actions: tuple[Action, ...] = (*changed, *((move,) if move else ()))
    return Proposal(
        agent=gate.agent,
        kind="approve",
        payload=Payload(item=item.id, actions=actions, preconditions=_preconditions(item, bound)),
        confidence=1000,
        evidence=(*_evidence(item, facts), *_limits(gate, fields, rules)),
        requester=_mover(facts),
        notes=(_otherwise(item, facts, gate), _TOLD, _BY_COMMENT if changed else _IN_JIRA),
        fields=fields,
    )


def _altered(
    item: Item, bound: Mapping[str, str], last: Request | None, wishes: Mapping[str, str]
) -> tuple[FieldAction, ...]:
    """Give what an approver wants otherwise, as long as the item stands where it did and holds what it held then."""
    stays = last is not None and bound_to(last, ARRIVAL) == bound[ARRIVAL]
    former = last.altered if last is not None and stays else ()
    after = {one.field: one.after for one in former if bound.get(one.field) == one.before} | dict(wishes)
    return tuple(
        FieldAction(item=item.id, field=field, before=bound.get(field, ""), after=value)
        for field, value in sorted(after.items())
        if bound.get(field, "") != value
    )


def announcement(gate: Gate, question: Request, facts: Facts) -> Proposal | None:
    """Propose the comment that tells on the item what is asked about it now, since an approver has changed it."""
    item = facts.item
    if item is None or item.deleted:
        return None
    text = Line(text="{0}. That is asked now.\n{1}", parts=(Tainted(text=question.note or ""), _HOW))
    same = (Precondition(item=item.id, field="status", equals=item.status.name),)
    told = CommentAction(item=item.id, text=text, internal=gate.rule.approved.internal)
    payload = Payload(item=item.id, actions=(told,), preconditions=same)
    return Proposal(agent=gate.agent, kind="approve", payload=payload, confidence=1000)


def asked_by_itself(facts: Facts) -> DeskApproval | None:
    """Give the approval that the service desk waits for; an older one that was never answered waits no more."""
    last = next(iter(facts.desk[::-1]), None)
    return last if last is not None and last.decision == "pending" and last.answers else None


def _at_desk(gate: Gate, facts: Facts, item: Item, bound: dict[str, str], asking: DeskApproval) -> Proposal:
    asked = tuple(answer.account for answer in asking.answers)
    bound |= {APPROVAL: asking.id, "approvers": ", ".join(_name(account, facts) for account in asked)}
    return Proposal(
        agent=gate.agent,
        kind="approve",
        payload=Payload(item=item.id, actions=(), preconditions=_preconditions(item, bound)),
        confidence=1000,
        evidence=tuple(_evidence(item, facts)),
        notes=(_BY_ITSELF,),
        portal=Portal(address=asking.address, accounts=asked),
    )


def _preconditions(item: Item, bound: dict[str, str]) -> tuple[Precondition, ...]:
    return tuple(Precondition(item=item.id, field=name, equals=text) for name, text in bound.items())


def answered(gate: Gate, request: Request, facts: Facts, choice: str, *, by_hand: bool = False) -> Proposal | None:
    """Propose what people's answer comes to: the comment, and the move unless somebody made it `by_hand`."""
    item = facts.item
    if item is None or item.deleted:
        return None
    end = gate.rule.approved if choice == "approve" else gate.rule.rejected
    votes = [vote for vote in request.votes if vote.choice == choice]
    move = None if by_hand else _move(item, facts, end)
    if move is not None:
        move = msgspec.structs.replace(move, kept=_kept(request, votes, facts, choice))
    changed = request.altered if choice == "approve" and not by_hand else ()
    return _closing(gate, item, (end.comment, end.internal), _places(votes, facts), move, changed)


def lapsed(gate: Gate, request: Request, facts: Facts) -> Proposal | None:
    """Propose the comment that nobody answered in time; None where the rules want none, or Jira itself still asks."""
    item = facts.item
    if item is None or item.deleted or not gate.rule.expired or request.portal is not None:
        return None
    places: dict[str, Part | None] = {"people": None, "at": Moment(at=facts.now), "reasons": None}
    return _closing(gate, item, (gate.rule.expired, gate.rule.rejected.internal), places, None)


def _closing(
    gate: Gate,
    item: Item,
    comment: tuple[str, bool],
    places: dict[str, Part | None],
    move: TransitionAction | None,
    changed: tuple[FieldAction, ...] = (),
) -> Proposal | None:
    """Propose what ends it: first what was changed with the yes, since nothing else is done where that fails."""
    text = filled(comment[0], places)
    if text is not None and changed:
        before, after = ({one.field: getattr(one, when) for one in changed} for when in ("before", "after"))
        words = Tainted(text=altered_words(before, after))
        text = led_by(f"{text.text}\n", text.parts, Line(text="With a change: {0}.", parts=(words,)))
    told: tuple[Action, ...] = (CommentAction(item=item.id, text=text, internal=comment[1]),) if text else ()
    actions = (*changed, *told, move) if move else (*changed, *told)
    if not actions:
        return None
    same = (Precondition(item=item.id, field="status", equals=item.status.name),)
    return Proposal(
        agent=gate.agent,
        kind="approve",
        payload=Payload(item=item.id, actions=actions, preconditions=same),
        confidence=1000,
    )


def _move(item: Item, facts: Facts, end: GateEnd) -> TransitionAction | None:
    return leading_to(item, facts.transitions, end.statuses, end.resolution)


def _evidence(item: Item, facts: Facts) -> Iterator[Line]:
    yield Line(text="It is in the status {0}, which it leaves only by a decision.", parts=(_quoted(item.status.name),))
    for name, text in facts.named.items():
        yield Line(text="{0}: {1}", parts=(_quoted(name), _quoted(text or "empty")))


def _limits(gate: Gate, fields: Mapping[str, str], rules: Ruleset) -> Iterator[Line]:
    """Say who may not decide about so much."""
    workflow = rules.workflows[gate.workflow]
    amount = amount_of(fields, workflow)
    for step in workflow.approval.steps if workflow.approval is not None else ():
        for role in step.too_much_for(amount):
            what = "is more than" if amount is not None else "cannot be told to be within"
            words = f"{{0}} {what} {step.up_to[role]}, up to which the role {{1}} decides."
            yield Line(text=words, parts=(_quoted(gate.rule.amount or ""), _quoted(role)))


def _otherwise(item: Item, facts: Facts, gate: Gate) -> Line:
    move = _move(item, facts, gate.rule.rejected)
    if move is None:
        return Line(text="A no leaves it where it is: Jira offers no transition for it.")
    return Line(text="A no moves it to {0}.", parts=(_quoted(move.after.name),))


def _mover(facts: Facts) -> str | None:
    """Name who brought the item before the gate: it was they who asked."""
    account = facts.arrival.author if facts.arrival is not None else None
    if account is None:
        return None
    person = facts.person(account)
    return person.id if person is not None else f"jira:{account}"


def _quoted(text: str) -> Tainted:
    return Tainted(text=text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _places(votes: list[Vote], facts: Facts) -> dict[str, Part | None]:
    people = ", ".join(dict.fromkeys(_signed(vote, facts) for vote in votes))
    reasons = "; ".join(vote.reason.text for vote in votes if vote.reason)
    return {
        "people": Tainted(text=people) if people else None,
        "at": Moment(at=max((vote.at for vote in votes), default=facts.now)),
        "reasons": Tainted(text=reasons) if reasons else None,
    }


def _signed(vote: Vote, facts: Facts) -> str:
    return _name(vote.human, facts) + (f" for {_name(vote.instead_of, facts)}" if vote.instead_of else "")


def _name(id_: str, facts: Facts) -> str:
    person = facts.person(id_)
    return person.name if person is not None else id_


def _kept(request: Request, votes: list[Vote], facts: Facts, choice: str) -> dict[str, object]:
    """Give what the issue's property tells of an answer: who gave it, by their Jira accounts, when and why."""
    by = []
    for vote in votes:
        person = facts.person(vote.human)
        told = {"account": person.jira if person else None, "at": plain(vote.at)}
        by.append(told | ({"why": vote.reason.text} if vote.reason else {}))
    return {"question": request.id, "answer": choice, "by": by}
