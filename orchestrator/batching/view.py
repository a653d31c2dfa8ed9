"""What a batch's card is made of: the state at sending time, as one place may see it. Pure values; shows nothing."""

from collections.abc import Sequence

from orchestrator.facts import ActionRecord
from orchestrator.impact import Impact
from rules.canonical import Value
from rules.decisions import Decision
from rules.model import Item, Line, Moment, PersonRef
from rules.requests import Request, RequestState


class Coming(Value, frozen=True, kw_only=True):
    """What may be said of those that come later: that up to `most` may join within so many `hours` without a question.

    `raises`: the rules raise the priority of the one in front with them. `said`: the question whose yes holds for them
    now; `joined`: so many did by that.
    """

    most: int
    hours: int
    raises: bool = False
    said: Request | None = None
    joined: int = 0


class BatchView(Value, frozen=True, kw_only=True):
    """All that the card shows in one place.

    `items` are those that all there may browse, `all` counts the rest too; `seen` are those that all there may browse
    of these and of what was asked about. `decision` is that of the question that is open or was answered last;
    `records` are those of all requests, `taken_back` those for what was changed since. `undoable`: it may
    still be taken back by a button. `head`: what the others are linked to; `chosen`: because somebody said so. `live`:
    it went into no other batch; else most of it went `into` that one, in which is `beside`. `impact`: what waits for
    those that all there may browse; `unseen` more may wait. `silent` share no word with most of the others; who
    approves has to look at those that are less like the others than `odd_under`. `called` says who was asked directly.
    `made` are issues that were created to stand in front, which are no reports; `making` is the last of them, on its
    way. `begun`: what was agreed to about two of them before they were many, while it may be taken back by a button.
    `coming`: what may be said of those that come later, None where the rules have no such yes.
    """

    name: str
    seen: frozenset[int]
    items: tuple[Item, ...]
    all: int
    head: Item | None
    requests: tuple[Request, ...] = ()
    decision: Decision | None = None
    records: tuple[ActionRecord, ...] = ()
    taken_back: tuple[ActionRecord, ...] = ()
    voter: PersonRef | None = None
    undoable: bool = False
    odd_under: int = 0
    live: bool = True
    into: str | None = None
    beside: Item | None = None
    chosen: bool = False
    now: Moment
    impact: Impact | None = None
    unseen: int = 0
    silent: tuple[int, ...] = ()
    called: tuple[Line, ...] = ()
    made: frozenset[int] = frozenset()
    making: ActionRecord | None = None
    begun: Request | None = None
    coming: Coming | None = None

    @property
    def latest(self) -> Request | None:
        """The question that the card is about."""
        return latest(self.requests)


def latest(requests: Sequence[Request]) -> Request | None:
    """Give the question that the card is about: the one that is open, else the last."""
    asked = [one for one in requests if one.undoes is None and not one.creates]
    is_open = [one for one in asked if one.state is RequestState.PENDING]
    return next(reversed([*asked, *is_open]), None)


def is_shown_whole(view: BatchView, request: Request) -> bool:
    """Tell whether everybody in the place may browse all that the question is about."""
    return set(request.items) <= view.seen


def odd_ones(view: BatchView) -> list[tuple[Item, int]]:
    """Give those of the card's question that somebody has to look at, the least like the others first."""
    request = view.latest
    return unlike(request, view.items, view.odd_under) if request else []


def unlike(request: Request, items: Sequence[Item], odd_under: int) -> list[tuple[Item, int]]:
    """Give those of the question that are less like the others than the rules want, the least like them first."""
    known = {item.id: item for item in items}
    odd = sorted((one.confidence, one.payload.item) for one in request.couplings if one.payload.item in known)
    return [(known[id_], confidence) for confidence, id_ in odd if confidence < odd_under]
