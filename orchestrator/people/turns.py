"""Who is on call when, by the rotations of teams; and who is asked in the end in somebody's place. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rules.rotations import RotationRule
from rules.ruleset import Ruleset

_LONGEST_CHAIN = 5


def turns_of(person: str, rules: Ruleset, since: datetime, until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Give somebody's turns on call between two moments, in all teams, as (from, until), in order."""
    rotations = [team.on_call for team in rules.teams.values() if team.on_call is not None]
    return tuple(sorted(turn for one in rotations for turn in _turns(person, one, since, until)))


def managers_of(person: str, rules: Ruleset) -> tuple[str, ...]:
    """Give who is asked in somebody's place, the nearest first; nobody twice, whatever circle the rules declare."""
    chain: list[str] = []
    rule = rules.people.get(person)
    while rule is not None and rule.manager is not None and len(chain) < _LONGEST_CHAIN:
        if rule.manager in (person, *chain):
            break
        chain.append(rule.manager)
        rule = rules.people.get(rule.manager)
    return tuple(chain)


def _turns(
    person: str, rotation: RotationRule, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    lasts = timedelta(hours=rotation.each_hours)
    number = max(0, (since - rotation.since) // lasts)
    while (begins := rotation.since + number * lasts) < until:
        if rotation.people[number % len(rotation.people)] == person:
            yield begins, begins + lasts
        number += 1
