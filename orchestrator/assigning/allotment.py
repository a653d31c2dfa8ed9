"""Who could take an item, as the look at its queue had it. Values alone: an item's look reads them as a fact."""

from collections.abc import Iterable
from datetime import datetime

from rules.actions import AssignAction
from rules.canonical import Value
from rules.model import Line
from rules.requests import Request, RequestState

__all__ = ["Allotment", "Suitor", "wanted_by_questions"]


class Suitor(Value, frozen=True, kw_only=True):
    """Somebody who could take an item: who they are, and what speaks for them. `usual`: how often, in per mille."""

    person: str
    account: str
    name: str
    points: int
    usual: int
    words: tuple[Line, ...] = ()


class Allotment(Value, frozen=True, kw_only=True):
    """What a queue's look came to about one item.

    `person`: who is to take it, None where nobody can now. `suitors`: the best whom nothing bars, best first; `barred`:
    who would be among them, and why they cannot. `chance`: how likely this very choice was, in per mille; `explored`:
    it is not the best by its points, but tried to learn from it; of a
    thousand such, so many are in `others`. `over`: by how many minutes all that waits is more
    than those take who are there. `holder`: the account of who has it and cannot do it, and `why` that is so.
    `lacking`: nobody can take it, or will soon, so that people have to know. `risk`: that it misses an SLA as it is, in
    per mille, and by which versions that was `foretold_by`.
    """

    item: int
    workflow: str
    at: datetime
    person: str | None = None
    suitors: tuple[Suitor, ...] = ()
    barred: tuple[Line, ...] = ()
    chance: int = 1000
    others: int = 0
    explored: bool = False
    over: int = 0
    holder: str | None = None
    why: Line | None = None
    lacking: bool = False
    risk: int = 0
    foretold_by: tuple[str, ...] = ()

    @property
    def accounts(self) -> tuple[str, ...]:
        """Give the accounts of all who could take it."""
        return tuple(one.account for one in self.suitors)

    def suitor(self, person: str | None) -> Suitor | None:
        """Give one of those who could take it."""
        return next((one for one in self.suitors if one.person == person), None)


def wanted_by_questions(requests: Iterable[Request]) -> tuple[str, ...]:
    """Give the accounts of those whom questions, open or to be carried out, would give an item to."""
    alive = (RequestState.PENDING, RequestState.APPROVED)
    actions = (action for one in requests if one.state in alive for ask in one.asks for action in ask.payload.actions)
    return tuple(one.after for one in actions if isinstance(one, AssignAction) and one.after is not None)
