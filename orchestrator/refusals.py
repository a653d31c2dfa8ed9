"""Counts how often people said no to two issues of one title: then each of that title is likely work of its own."""

from collections.abc import Collection, Iterable

from orchestrator.facts import Known
from orchestrator.memory import Items, Records
from orchestrator.related.recurring import same_title
from rules.model import Item, Subject
from rules.requests import Request, RequestState


def refused_under(item: Item, known: Iterable[Known], nearest: Collection[int], items: Items, records: Records) -> int:
    """Say how many questions about two issues of an item's title people rejected, as far as they are near.

    None where none of the known ones has its title.
    """
    if not any(same_title(one.item, item) for one in known):
        return 0
    alike = [one.id for one in items.items(nearest) if same_title(one, item)]
    asked = [request for id_ in alike for request in records.requests(Subject(kind="item", id=str(id_)))]
    others = [ask.other for request in asked if _is_refused(request) for ask in request.asks if ask.other is not None]
    titles = {one.id for one in items.items(others) if same_title(one, item)} if others else set()
    return sum(other in titles for other in others)


def _is_refused(request: Request) -> bool:
    return request.state is RequestState.REJECTED and request.undoes is None
