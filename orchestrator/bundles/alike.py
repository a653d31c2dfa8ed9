"""Which questions of a bundle are like the others, and how many may be approved at once. Pure.

What differs is left out of what is approved at once, so that it is looked at by itself.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from statistics import median_low
from typing import Final

from orchestrator.approvals.wishes import number_in
from rules.canonical import Value, digest
from rules.gates import BulkRule
from rules.model import Item, Line, PersonRef, Tainted
from rules.requests import Request, RequestState, Step

#: How the id begins of what questions have in common that share a card.
PREFIX: Final = "bundle:"
#: An amount that is more than so many times as high as what is usual among the others is far above them.
FAR: Final = 3


class Bundle(Value, frozen=True, kw_only=True):
    """Questions that share a card, all of which may be seen by who is told of them.

    `items`: what is asked about. `amount`: the field that says about how much each is. `known`: those of whom something
    was approved before.
    """

    id: str
    rule: BulkRule
    amount: str | None
    requests: tuple[Request, ...]
    items: tuple[Item, ...]
    known: tuple[str, ...] = ()

    @property
    def pending(self) -> tuple[Request, ...]:
        """Give those that are open."""
        return tuple(one for one in self.requests if one.state is RequestState.PENDING)


def bundle_of(workflow: str, steps: Sequence[Step], rule: BulkRule, now: datetime) -> str:
    """Name what questions have in common that share a card: the rule, who is asked, and when."""
    stretch = int(now.timestamp()) // (60 * rule.within_minutes)
    asked = [[step.name, *step.roles] for step in steps]
    return PREFIX + digest({"workflow": workflow, "asked": asked, "stretch": stretch})[:20]


def amount_of(request: Request, field: str | None) -> Decimal | None:
    """Give the amount that a question is about, by the field that says it; None where it tells none."""
    if field is None:
        return None
    bound = next((one.equals for one in request.asks[0].payload.preconditions if one.field == field), "")
    return number_in(next((one.after for one in request.altered if one.field == field), bound))


def oddities(bundle: Bundle, name: Callable[[str], PersonRef]) -> dict[str, tuple[Line, ...]]:
    """Say of each question that is not like the others in what it differs, by their ids."""
    found = {one.id: tuple(_odd(one, bundle, name)) for one in bundle.requests}
    return {id_: lines for id_, lines in found.items() if lines}


def alike(bundle: Bundle, odd: Collection[str]) -> tuple[Request, ...]:
    """Give the open questions that may be approved together with others."""
    return tuple(one for one in bundle.pending if one.id not in odd)


def too_much(chosen: Sequence[Request], bundle: Bundle) -> Line | None:
    """Say why these may not be approved at once; None where they may."""
    rule = bundle.rule
    if len(chosen) > rule.at_most:
        return Line(text=f"At most {rule.at_most} may be approved at once; these are {len(chosen)}.")
    total = sum((amount_of(one, bundle.amount) or Decimal(0) for one in chosen), Decimal(0))
    if rule.up_to is not None and total > rule.up_to:
        named = Tainted(text=bundle.amount or "")
        return Line(text=f"{{0}} of these comes to {total:f}; at once it may be {rule.up_to} at most.", parts=(named,))
    return None


def most(offered: Sequence[Request], bundle: Bundle) -> tuple[Request, ...]:
    """Give the first of these that may be approved at once."""
    chosen: tuple[Request, ...] = ()
    for one in offered:
        if too_much((*chosen, one), bundle) is None:
            chosen = (*chosen, one)
    return chosen


def _odd(request: Request, bundle: Bundle, name: Callable[[str], PersonRef]) -> Iterator[Line]:
    yield from _dear(request, bundle)
    projects = Counter(item.project for item in bundle.items).most_common()
    here = next((item.project for item in bundle.items if item.id in request.items), None)
    usual = {project for project, times in projects if times == projects[0][1]}
    if here is None or (len(projects) > 1 and (here not in usual or len(usual) > 1)):
        yield Line(text="it is in another project than others")
    if request.requester is None:
        yield Line(text="it is not known who asks for it")
    elif request.requester not in bundle.known:
        yield Line(text="nothing was approved before that {0} asked for", parts=(name(request.requester),))


def _dear(request: Request, bundle: Bundle) -> Iterator[Line]:
    rule = bundle.rule
    if bundle.amount is None:
        return
    field, amount = Tainted(text=bundle.amount), amount_of(request, bundle.amount)
    found = [amount_of(one, bundle.amount) for one in bundle.requests if one.id != request.id]
    others = [one for one in found if one is not None]
    if amount is None:
        yield Line(text="it tells no {0}", parts=(field,))
        return
    if rule.up_to is not None and amount > rule.up_to:
        yield Line(text=f"its {{0}}, {amount:f}, is more than may be approved at once", parts=(field,))
    elif others and amount > FAR * median_low(others):
        yield Line(text=f"its {{0}}, {amount:f}, is far above that of the others", parts=(field,))
