"""Approval requests and votes: a question to people, bound to exact payloads. No I/O."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

import msgspec

from rules.actions import NEW, FieldAction, Payload
from rules.canonical import Value
from rules.model import Line, Subject, Tainted

#: In whose name somebody answers who is asked whether they take an issue: a role for one question, which no rules name.
CANDIDATE: Final = "who is to do it"


class RequestState(StrEnum):
    """Where a question stands. Expired is not rejected."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Ask(Value, frozen=True, kw_only=True):
    """One payload of a request, with the decision that asks for it. A payload that drifted has left the request.

    `other`: the issue that the payload's one is coupled with, if it is. `count`: how many reports there were of the
    problem when it was asked about.
    """

    decision: str
    payload: Payload
    hash: str
    other: int | None = None
    confidence: int = 0
    drifted: bool = False
    count: int = 0


class Step(Value, frozen=True, kw_only=True):
    """One thing that people have to agree on, as the rules had it when they were asked.

    `roles`: whose holders may answer; `holders`: who held each of them then (people's ids), of whom `percent` is a
    share. `people`: how many have to approve; with `each`, so many of each role. `weight`: what the heaviest roles of
    those who approve have to sum up to, by `weights`, where a role weighs 1 that is not named.
    """

    name: str
    roles: tuple[str, ...]
    people: int | None = None
    each: bool = False
    percent: int | None = None
    weight: int | None = None
    weights: dict[str, int] = msgspec.field(default_factory=dict)
    holders: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)

    @property
    def electorate(self) -> frozenset[str]:
        """Everybody who could answer when it was asked."""
        return frozenset(one for role in self.roles for one in self.holders.get(role, ()))


class Changeable(Value, frozen=True, kw_only=True):
    """A field that who says yes may change by that, as the rules had it when they were asked; as in `ChangeRule`."""

    field: str
    kind: Literal["number", "date", "choice", "text"]
    choices: tuple[str, ...] = ()
    keeps_yes_if: Literal["lower", "higher"] | None = None


class Delegation(Value, frozen=True, kw_only=True):
    """While it lasts, `to` may answer in the place of `giver` (people's ids), for all roles of theirs or these `roles`.

    It hands on only what the giver holds by the rules: nobody hands on what was handed to them.
    """

    id: str
    giver: str
    to: str
    since: datetime
    until: datetime
    roles: tuple[str, ...] = ()

    def covers(self, at: datetime) -> bool:
        """Tell whether it lasts at a moment; its very end is over."""
        return self.since <= at < self.until


class Vote(Value, frozen=True, kw_only=True):
    """What one human said. `at` is when it was received. A vote that does not count says why.

    `roles`: what they held when it was counted. `instead_of`: in whose place they answered, a person's id.
    `together`: so many were approved at once. `kept_from`: it was given to this earlier request, and the rules say that
    it holds for this one too. `further`: they said it of those too that come to the same problem later.
    """

    request: str
    human: str
    choice: Literal["approve", "reject"]
    at: datetime
    event: str
    reason: Tainted | None = None
    counts: bool = True
    why_not: str | None = None
    roles: tuple[str, ...] = ()
    instead_of: str | None = None
    kept_from: str | None = None
    further: bool = False
    together: int = 0


class Call(Value, frozen=True, kw_only=True):
    """Somebody was asked about an open question directly: as soon as it was asked, as a reminder, or by escalation.

    `why`: nothing for a reminder. `instead_of`: in whose place they may answer it, for this question alone, who holds
    none of its roles themselves.
    """

    person: str
    at: datetime
    kind: Literal["asked", "reminded", "escalated"]
    why: Line = Line(text="")
    instead_of: str | None = None


class Snooze(Value, frozen=True, kw_only=True):
    """Somebody who was asked directly wants to be reminded then."""

    person: str
    until: datetime


class Answer(Value, frozen=True, kw_only=True):
    """What somebody said to what was asked back: a person's id, when, and their words.

    `public`: everybody who may browse the issue may read it; else nothing but that it was said is told.
    """

    by: str
    at: datetime
    text: Tainted
    public: bool = True


class Draw(Value, frozen=True, kw_only=True):
    """How it was drawn who is asked to take an issue: of a thousand such, somebody else than the best is in `others`.

    `explored`: so it was here, to learn from it.
    """

    others: int
    explored: bool = False


class Question(Value, frozen=True, kw_only=True):
    """What somebody who may answer a request (`by`, a person's id) wants to know before they do.

    `to`: who is asked, a person's id; None for anybody who reads it. `account` is theirs in Jira. Until `until`, or the
    first answer, its asker is not waited for.
    """

    id: str
    by: str
    at: datetime
    text: Tainted
    until: datetime
    to: str | None = None
    account: str | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def ends(self) -> datetime:
        """When its asker is waited for again."""
        return min([self.until, *(one.at for one in self.answers[:1])])


class Request(Value, frozen=True, kw_only=True):
    """A question to people, bound to exact payloads. `version` is how often it was written, for compare-and-swap.

    The votes of `excluded` humans do not count. `replaces`: the request that this one asks anew; `undoes`: the one that
    it takes back, `only` for these issues of it where any are named. `follows`: the issue whose move its items
    follow, which they are coupled with. `steps`: what has to be agreed to; without any, one holder of `role` has to
    approve. `in_order` and `refusal` as in `rules.agreement.ApprovalRule`. `calls`: who was asked about it directly,
    `snoozes`: who wants to be reminded; `look_at`: when somebody may have to be called, None while that was never
    thought of. `finished`: its answer leaves nothing to be done. `portal`: Jira asks by itself and takes the answer
    there alone; its address, `at_desk`: whom it asks, by their accounts. `bundle`: what it has in common with
    others that share its card. `changeable`: what may be changed with a yes. `questions`: what people asked back.
    `wording`: what people decide, in the words of the rules. `draw`: how the one who is asked to take an issue was
    drawn; None where there was no choice. `further_until`: those who agreed said it of those too that come to the same
    problem until then.
    """

    id: str
    subject: Subject
    state: RequestState
    asks: tuple[Ask, ...]
    workflow: str
    role: str
    asked_at: datetime
    expires_at: datetime
    ruleset: str
    version: int = 0
    requester: str | None = None
    excluded: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    item_updated: datetime | None = None
    replaces: str | None = None
    undoes: str | None = None
    only: tuple[int, ...] = ()
    follows: int | None = None
    closed_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    in_order: bool = False
    refusal: Literal["any", "majority", "unreachable"] = "any"
    note: str | None = None
    finished: bool = False
    portal: str | None = None
    at_desk: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    snoozes: tuple[Snooze, ...] = ()
    look_at: datetime | None = None
    changeable: tuple[Changeable, ...] = ()
    questions: tuple[Question, ...] = ()
    bundle: str | None = None
    wording: str = ""
    draw: Draw | None = None
    further_until: datetime | None = None

    def called(self, person: str) -> bool:
        """Tell whether somebody was asked about it directly."""
        return any(one.person == person for one in self.calls)

    def takes_back(self, other: str) -> bool:
        """Tell whether it takes back all of the other request."""
        return self.undoes == other and not self.only

    @property
    def couplings(self) -> tuple[Ask, ...]:
        """Give what is asked about issues that are to be coupled with another, of which nothing changed since."""
        return tuple(ask for ask in self.asks if ask.other is not None and not ask.drifted)

    @property
    def card(self) -> str:
        """Name what its card shows: its batch, the bundle that it shares a card with, or itself."""
        return str(self.subject) if self.subject.kind == "batch" else self.bundle or self.id

    @property
    def altered(self) -> tuple[FieldAction, ...]:
        """Give what an approver has changed of what was asked first."""
        return tuple(one for ask in self.asks for one in ask.payload.actions if isinstance(one, FieldAction))

    @property
    def creates(self) -> bool:
        """Tell whether it has a new issue made."""
        return any(ask.payload.item == NEW for ask in self.asks)

    @property
    def agreement(self) -> tuple[Step, ...]:
        """Give what has to be agreed to."""
        return self.steps or (Step(name=self.role, roles=(self.role,)),)

    @property
    def candidate(self) -> str | None:
        """Give the person who is asked whether they take the issue; None where it is about something else."""
        return next((one for step in self.steps for one in step.holders.get(CANDIDATE, ())), None)

    @property
    def roles(self) -> frozenset[str]:
        """Give the roles whose holders are asked."""
        return frozenset(role for step in self.agreement for role in step.roles)

    @property
    def items(self) -> tuple[int, ...]:
        """Give the ids of all items that it touches or names."""
        named = {id_ for ask in self.asks for id_ in (ask.payload.item, ask.other)} | {self.follows}
        named |= {action.item for ask in self.asks for action in ask.payload.actions}
        return tuple(sorted(id_ for id_ in named if id_))
