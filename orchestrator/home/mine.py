"""What of the open questions is somebody's: theirs to decide, or theirs and waiting for others. Pure."""

from collections.abc import Collection, Sequence

from orchestrator.approvals.delegation import Place
from orchestrator.approvals.voting import place_of
from orchestrator.facts import Facts
from orchestrator.granting.telling import Reader, has_answered
from rules.canonical import Value
from rules.model import Item, Person
from rules.requests import Request
from rules.ruleset import Ruleset


class Mine(Value, frozen=True, kw_only=True):
    """The questions that somebody may answer now, each with what they answer as, and those of theirs that wait.

    `by_jira`: those that a service desk asks them by itself.
    """

    to_decide: tuple[tuple[Request, Place], ...] = ()
    waiting: tuple[Request, ...] = ()
    by_jira: tuple[Request, ...] = ()


def mine(person: Person, requests: Sequence[Request], items: Collection[Item], facts: Facts, rules: Ruleset) -> Mine:
    """Sort open questions for one person, in their order.

    Args:
        person: whose page it is; linked.
        requests: open questions, about nothing but `items`, all of which the person may browse.
        items: what these are about.
        facts: people, delegations, `now`, and what the person may browse.
        rules: the rules in force.
    """
    known = {item.id: item for item in items}
    to_decide, waiting = [], []
    by_jira = tuple(one for one in requests if _asked_by_jira(one, person))
    for request in (one for one in requests if one not in by_jira):
        place = place_of(request, person.slack or "", facts.now, facts, rules)
        if isinstance(place, Place):
            to_decide.append((request, place))
        elif _is_theirs(request, person, known.values()):
            waiting.append(request)
    return Mine(to_decide=tuple(to_decide), waiting=tuple(waiting), by_jira=by_jira)


def _asked_by_jira(request: Request, person: Person) -> bool:
    """Tell whether a service desk asks them by itself, and waits for their answer."""
    asked = request.portal is not None and person.jira in request.at_desk
    return asked and not has_answered(request, Reader(account=person.jira))


def _is_theirs(request: Request, person: Person, items: Collection[Item]) -> bool:
    """Tell whether they asked for it, answered it, or reported what it would change."""
    ids = {person.id, person.jira, person.slack} - {None}
    changed = {ask.payload.item for ask in request.asks}
    reporters = {item.reporter for item in items if item.id in changed}
    return bool(ids & {request.requester, *reporters, *(vote.human for vote in request.votes)})
