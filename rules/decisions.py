"""What somebody suggests, what the guardrails say of it, and the decision that comes of both. No I/O."""

from datetime import datetime
from enum import IntEnum
from typing import Literal

import msgspec

from rules.actions import Payload
from rules.canonical import Value
from rules.model import Line, Subject


class Verdict(IntEnum):
    """What may be done with a proposal; the strictest ruling wins."""

    ALLOW = 0
    ASK = 1
    DENY = 2


class Ruling(Value, frozen=True, kw_only=True):
    """What one guardrail said, and why, in words."""

    guardrail: str
    verdict: Verdict
    reason: str


class Portal(Value, frozen=True, kw_only=True):
    """Where Jira asks people by itself: the address at which they answer, and their accounts."""

    address: str
    accounts: tuple[str, ...]


#: What a proposal is for.
Kind = Literal[
    "couple",
    "report",
    "batch",
    "follow",
    "undo",
    "approve",
    "say",
    "assign",
    "answer",
    "warn",
    "rescue",
    "plead",
]


class Proposal(Value, frozen=True, kw_only=True):
    """An action that somebody suggests. `kind` is what for; `confidence` is per mille, calibrated.

    `other` is the issue that `item` is to be coupled with, `follows` the one that it is coupled with and whose moves it
    follows; `requester` is the person (account of `people.yml`, or
    `jira:...`/`slack:...`) who asked for it, None when an agent found it by itself. `model` names the model version.
    `portal`: Jira asks these people by itself, and takes the answer from nobody else. `fields`: what the fields hold
    once it is done that people agree to beside, by their names.
    """

    agent: str
    kind: Kind
    payload: Payload
    confidence: int
    evidence: tuple[Line, ...] = ()
    other: int | None = None
    follows: int | None = None
    requester: str | None = None
    model: str = ""
    undoes: str | None = None
    notes: tuple[Line, ...] = ()
    portal: Portal | None = None
    fields: dict[str, str] = msgspec.field(default_factory=dict)


class Decision(Value, frozen=True, kw_only=True):
    """A proposal with its verdict and every reason. `id` is made of its content, so that a repeated look repeats it."""

    id: str
    subject: Subject
    workflow: str
    proposal: Proposal
    verdict: Verdict
    rulings: tuple[Ruling, ...]
    ruleset: str
    at: datetime
