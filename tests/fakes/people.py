"""Who is who, and who may browse what."""

from collections.abc import Collection
from dataclasses import dataclass, field

from rules.model import Person
from rules.ruleset import Ruleset
from tests.fakes.chat import FakeChat
from tests.fakes.tracker import FakeTracker


@dataclass
class FakeDirectory:
    """People of the rules, with `strangers` whom e-mail or nothing links."""

    strangers: dict[str, Person] = field(default_factory=dict)
    guests: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def everyone(self, rules: Ruleset) -> tuple[Person, ...]:
        return tuple(
            Person(
                id=id_,
                name=rule.name,
                jira=rule.jira,
                slack=rule.slack,
                roles=rule.roles,
                guest=id_ in self.guests | self.gone,
            )
            for id_, rule in rules.people.items()
        )

    def has_left(self, person: Person) -> bool:
        return person.id in self.gone

    def of_slack(self, user: str, rules: Ruleset) -> Person | None:
        named = (one for one in self.everyone(rules) if one.slack == user)
        return next(named, self.strangers.get(user))

    def of_jira(self, account: str, rules: Ruleset) -> Person | None:
        named = (one for one in self.everyone(rules) if one.jira == account)
        return next(named, Person(id=f"jira:{account}", name=account, jira=account))


@dataclass
class FakeAudience:
    """Asks the tracker each time; a channel sees what all of its members see, an empty one nothing."""

    tracker: FakeTracker
    chat: FakeChat
    directory: FakeDirectory

    def person_sees(self, person: Person, items: Collection[int]) -> frozenset[int]:
        return self.tracker.may_browse(person.jira, items) if person.jira else frozenset()

    def channel_sees(self, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:
        members = self.chat.members(channel)
        people = [self.directory.of_slack(user, rules) for user in members]
        if not members or any(one is None for one in people):
            return frozenset()
        seen = frozenset(items)
        for person in people:
            seen &= self.person_sees(person, items) if person else frozenset()
        return seen

    def channel_would_see(self, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:
        return self.channel_sees(channel, items, rules)
