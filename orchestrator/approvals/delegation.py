"""In whose place somebody may answer, and who may not answer at all because of whom they stand in for. Pure.

Nobody hands on what was handed to them: only what a giver holds by the rules counts, so no chain leads back to anybody.
"""

from collections.abc import Collection, Iterator

import msgspec

from orchestrator.facts import Facts
from rules.canonical import Value
from rules.model import Person
from rules.requests import CANDIDATE, Delegation, Request


class Place(Value, frozen=True, kw_only=True):
    """What somebody answers with: roles of their own, or, with `of`, of the person in whose place they answer."""

    roles: tuple[str, ...]
    of: Person | None = None


def standing_in(request: Request, facts: Facts) -> Facts:
    """Add who may answer this one question: in another's place, because it was escalated to them, or for themselves.

    Who is asked whether they take an issue answers for themselves alone, and hands that on to nobody.
    """
    given = tuple(
        Delegation(
            id=f"{request.id}:{one.person}", giver=one.instead_of, to=one.person, since=one.at, until=request.expires_at
        )
        for one in request.calls
        if one.instead_of is not None
    )
    people = tuple(
        msgspec.structs.replace(one, roles=(*one.roles, CANDIDATE)) if one.id == request.candidate else one
        for one in facts.people
    )
    return msgspec.structs.replace(facts, people=people, delegations=(*facts.delegations, *given))


def is_barred(person: Person, excluded: Collection[str], facts: Facts) -> bool:
    """Tell whether somebody is excluded, or stands in now for somebody who is."""
    barred = set(excluded)
    givers = (facts.person(one.giver) for one in facts.delegations if one.to == person.id and one.covers(facts.now))
    return any(barred & _ids(one) for one in (person, *givers) if one is not None)


def places_of(person: Person, roles: Collection[str], excluded: Collection[str], facts: Facts) -> Iterator[Place]:
    """Give what somebody may answer with to a question for holders of these roles, their own first."""
    if own := sorted(set(roles) & set(person.roles)):
        yield Place(roles=tuple(own))
    for one in facts.delegations:
        giver = facts.person(one.giver)
        if one.to != person.id or not one.covers(facts.now) or giver is None or giver.id == person.id:
            continue
        held = set(roles) & set(giver.roles) & set(one.roles or giver.roles) - {CANDIDATE}
        if held and not giver.guest and not set(excluded) & _ids(giver):
            yield Place(roles=tuple(sorted(held)), of=giver)


def _ids(person: Person) -> set[str]:
    return {id_ for id_ in (person.id, person.jira, person.slack) if id_ is not None}
