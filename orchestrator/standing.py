"""Which steps of a request still stand, once issues were taken out of it one by one. Pure."""

from collections.abc import Collection, Iterator

from orchestrator.facts import ActionRecord, Facts
from rules.actions import WatchAction
from rules.requests import Request


def taken_back(request: str, requests: Collection[Request]) -> frozenset[int]:
    """Give the issues for which alone what a request did was taken back."""
    return frozenset(id_ for one in requests if one.undoes == request for id_ in one.only)


def standing(request: Request, facts: Facts, only: Collection[int] = frozenset()) -> Iterator[ActionRecord]:
    """Give the steps that were not taken back: all, or those for some issues alone.

    What told a reporter of these goes with them, where no other issue of theirs stays.
    """
    gone = taken_back(request.id, facts.requests)
    asks = [ask for ask in request.asks if not ask.drifted]
    whose = dict(enumerate(ask.payload.item for ask in asks for _ in ask.payload.actions))
    staying = {ask.payload.item for ask in request.couplings} - gone - set(only)
    told = _reporters(only, facts) - _reporters(staying, facts)
    for record in facts.records_of(request.id):
        item, action = whose.get(record.position, record.action.item), record.action
        watches = isinstance(action, WatchAction) and action.account in told
        if item not in gone and (not only or item in only or watches):
            yield record


def _reporters(items: Collection[int], facts: Facts) -> set[str]:
    known = map(facts.item_of, sorted(items))
    return {item.reporter for item in known if item is not None and item.reporter is not None}
