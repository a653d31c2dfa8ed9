"""Gathers what is to be known of a batch's issue in front: who watches it or may browse it, what waits. Reads only."""

import msgspec

from orchestrator.facts import Eyes, Facts
from orchestrator.gather import Gatherer
from orchestrator.impact import impact
from orchestrator.reach import reached
from orchestrator.sla.reading import clocked
from rules.model import Item
from rules.ruleset import BatchRule, Ruleset

_MOST_REACHED = 200


def in_front(facts: Facts, gather: Gatherer, rule: BatchRule, rules: Ruleset) -> Facts:
    """Add to the facts the reporters who are to be told, their eyes for the issue in front, its watchers, its impact.

    Of the reporters only those whose issue may still be coupled; of the impact only what the rules ask for.
    """
    head, batch = facts.item, facts.batch
    if head is None or batch is None:
        return facts
    members = [one.item for one in facts.known if one.item.id in batch.members]
    accounts = {one.reporter for one in members if one.is_open and not one.is_linked_to(head.id) and one.reporter}
    found = [gather.directory.of_jira(account, rules) for account in sorted(accounts)]
    reporters = [one for one in found if one is not None and facts.person(one.id) is None]
    eyes = [Eyes(viewer=one.id, items=tuple(sorted(gather.audience.person_sees(one, {head.id})))) for one in reporters]
    watchers = gather.tracker.watchers(head.id) if rule.watch else None
    return msgspec.structs.replace(
        facts,
        people=(*facts.people, *reporters),
        eyes=(*facts.eyes, *eyes),
        watchers=None if watchers is None else tuple(sorted(watchers)),
        points=_points(head, members, gather, facts, rules) if rule.priority else 0,
    )


def _points(head: Item, members: list[Item], gather: Gatherer, facts: Facts, rules: Ruleset) -> int:
    near = tuple(reached(members, gather.items.items, _MOST_REACHED).values())
    around = {one.id: one for one in clocked(near, gather.items, rules, facts.now)}
    return impact(around.get(head.id, head), around, facts.now, [one.id for one in members]).points
