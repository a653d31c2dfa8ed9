"""Which issues of a batch nobody was asked about yet, and when people are to be asked about them. Pure."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from orchestrator.batching.handover import awaited
from orchestrator.batching.regroup import Batch
from orchestrator.facts import Facts, RecordState
from orchestrator.standing import taken_back
from rules.actions import LinkAction, UnlinkAction
from rules.model import Item
from rules.requests import Request, RequestState
from rules.ruleset import BatchRule

#: However often others join, nobody waits longer to be asked about than so many times the pause.
_PATIENCE = 4
#: ... and the pause doubles with each question about joiners, up to so many times.
_MOST_DOUBLED = 3


def waiting(facts: Facts) -> tuple[Item, ...]:
    """Give the issues that nobody was asked about yet, that are open, and not linked to the one in front already."""
    head, members = facts.item, set(facts.batch.members) if facts.batch else set()
    settled = {id_ for one in facts.requests for id_ in _settled(one, facts)} | set(facts.elsewhere)
    parted, ours = [{one.item, one.other} for one in _unlinking(facts)], _our_links(facts)
    return tuple(
        one.item
        for one in facts.known
        if head is not None
        and (between := {one.item.id, head.id})
        and one.item.id in members - settled - {head.id}
        and one.item.is_open
        and not any(link.other == head.id and not (between in parted and link.id in ours) for link in one.item.links)
    )


def _unlinking(facts: Facts) -> Iterator[UnlinkAction]:
    """Give the links that are taken back, be it in a moment."""
    for one in facts.records:
        if isinstance(one.action, UnlinkAction) and one.state is not RecordState.FAILED:
            yield one.action


def _our_links(facts: Facts) -> frozenset[str]:
    """Give the links, by Jira's ids, that we made or took back; where one of a pair is none of them, people made it."""
    done = (one.receipt for one in facts.records if isinstance(one.action, LinkAction | UnlinkAction))
    return frozenset(receipt.id for receipt in done if receipt is not None)


def _settled(request: Request, facts: Facts) -> set[int]:
    """Give the issues that a question keeps from being asked about again; what was replaced or drifted may be."""
    if (
        request.undoes is not None
        or request.follows is not None
        or request.state in (RequestState.SUPERSEDED, RequestState.WITHDRAWN)
    ):
        return set()
    return {ask.payload.item for ask in request.couplings} - taken_back(request.id, facts.requests)


def due_at(facts: Facts, rule: BatchRule) -> datetime | None:
    """Say when people are to be asked about what waits; None where nothing does yet.

    Nothing while people are asked what follows, or while a question about two of them is still given over.
    """
    left, batch, head = waiting(facts), facts.batch, facts.item
    if any(one.follows is not None and one.state is RequestState.PENDING for one in facts.requests):
        return None
    if awaited(facts):
        return None
    if not left or batch is None or head is None:
        return None
    if _is_changed(batch, facts):
        return facts.now
    if not is_answered(facts):
        return facts.now if facts.begun or len(batch.members) >= rule.from_items else None
    pause = timedelta(minutes=rule.again_after_minutes * (1 << min(_answers(facts), _MOST_DOUBLED)))
    return min(batch.grown_at + pause, min(one.created for one in left) + _PATIENCE * pause)


def _answers(facts: Facts) -> int:
    """Count how often people were asked about joiners already: the oftener, the longer others are waited for."""
    asked = [one for one in facts.requests if one.undoes is None and one.follows is None and not one.creates]
    return max(0, sum(_is_put(one) and one.state is not RequestState.PENDING for one in asked) - 1)


def _is_put(request: Request) -> bool:
    """Tell whether somebody answered it, and not only something else for which that holds too."""
    return any(vote.kept_from is None for vote in request.votes)


def _is_changed(batch: Batch, facts: Facts) -> bool:
    """Tell whether somebody changed the batch, it has not grown by itself since, and nobody was asked about it."""
    at = batch.changed_at
    put = (one for one in facts.requests if one.undoes is None and one.follows is None and not one.creates)
    asked = (one.asked_at for one in put if one.state is not RequestState.SUPERSEDED)
    return at is not None and at >= batch.grown_at and not any(one >= at for one in asked)


def is_answered(facts: Facts) -> bool:
    """Tell whether people were asked about this problem before: here, or about a pair that is linked since."""
    head = facts.item
    linked = head is not None and any(one.item.is_linked_to(head.id) for one in facts.known)
    return linked or any(one.undoes is None and not one.creates for one in facts.requests)


def items_of(facts: Facts, ids: Collection[int]) -> list[Item]:
    """Give the known items with these ids."""
    return [one.item for one in facts.known if one.item.id in ids]
