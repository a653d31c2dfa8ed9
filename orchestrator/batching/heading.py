"""Which issue of a batch stands in front, so that the others are linked to it. Pure."""

from collections import Counter

import msgspec

from orchestrator.facts import Facts
from rules.model import Item


def headed(facts: Facts) -> Facts:
    """Put the issue in front that the others are to be linked to.

    The one that somebody chose, while it is open; else most are linked to it already; else everybody in the channels
    may see it, it is open, and it is the oldest. Of a batch that went into another it is one that was asked about.
    """
    batch = facts.batch
    members = set(batch.members) if batch else set()
    asked = {ask.other for one in facts.requests for ask in one.asks}
    fit = [one.item for one in facts.known if one.item.id in (members or asked) and not one.item.deleted]
    towards = Counter(link.other for item in fit for link in item.links if link.direction == "outward")

    def rank(item: Item) -> tuple[bool, int, bool, bool, float, int]:
        chosen = batch is not None and batch.head == item.id and item.is_open
        hidden = not all(facts.may_see(channel, item.id) for channel in facts.channels.values())
        return not chosen, -towards[item.id], hidden, not item.is_open, item.created.timestamp(), item.id

    return msgspec.structs.replace(facts, item=min(fit, key=rank, default=None))
