"""Reads what following depends on: the transitions of issues that may have to be moved, what reporters may see.

It asks Jira only about issues that have something to follow, or whose move is to be taken back.
"""

from collections.abc import Iterable

import msgspec

from orchestrator.batching.following import members
from orchestrator.facts import Eyes, Facts, Offer
from orchestrator.following import ends_of, following, lags
from orchestrator.gather import Gatherer
from orchestrator.undoing import standing_with
from rules.actions import TransitionAction
from rules.model import Item
from rules.ruleset import Ruleset


def parents_of(items: Iterable[Item], rules: Ruleset) -> set[int]:
    """Give the issues that any of these repeats."""
    wanted = following(rules)
    return {id_ for item in items for id_ in ends_of(item, wanted)}


def with_laggards(facts: Facts, gather: Gatherer, rules: Ruleset) -> Facts:
    """Add what following depends on to the fresh facts about a batch."""
    wanted = following(rules)
    behind = lags(members(facts), facts, wanted) if wanted else ()
    moving = {one.item.id for one in behind if one.move != "moved"} | _taken_back(facts)
    accounts = {one.item.reporter for one in behind if one.item.reporter}
    found = (gather.directory.of_jira(account, rules) for account in sorted(accounts))
    reporters = {one.id: one for one in found if one is not None}
    parents = {one.parent.id for one in behind}
    eyes = (
        Eyes(viewer=id_, items=tuple(sorted(gather.audience.person_sees(one, parents))))
        for id_, one in reporters.items()
    )
    known = {one.id for one in facts.people}
    return msgspec.structs.replace(
        facts,
        offers=tuple(Offer(item=id_, transitions=gather.tracker.transitions(id_)) for id_ in sorted(moving)),
        people=(*facts.people, *(one for id_, one in reporters.items() if id_ not in known)),
        eyes=(*facts.eyes, *eyes),
    )


def _taken_back(facts: Facts) -> set[int]:
    """Give the issues that an Undo in this look, or taking them out of the batch, may move back."""
    asked = {one.payload.get("request") for one in facts.commands if one.name == "undo.asked"}
    undone = {each.id for one in facts.requests if one.id in asked for each in standing_with(one, facts)}
    out = {id_ for one in facts.commands if one.name == "batch.changed" for id_ in one.payload.get("out", ())}
    moves = (one.action for one in facts.records if one.request in undone or one.action.item in out)
    return {action.item for action in moves if isinstance(action, TransitionAction)}
