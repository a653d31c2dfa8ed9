"""Gathers what the message shows that tells that nobody can take an item, as it is sent. Reads only."""

from dataclasses import dataclass

from orchestrator.assigning.lacking import lacking_card
from orchestrator.memory import Audience, CardRow, Directory, Items, Records
from orchestrator.messages import Message
from orchestrator.ports import Clock
from rules.model import Item, Line, PersonRef, Subject
from rules.ruleset import Ruleset

__all__ = ["LackShowing"]

_HIDDEN = Message(title=Line(text="A message that may not be shown here, because not everybody may browse its issue."))


@dataclass(frozen=True, slots=True, kw_only=True)
class LackShowing:
    """The ports that this needs."""

    clock: Clock
    items: Items
    records: Records
    directory: Directory
    audience: Audience

    def shown(self, row: CardRow, channel: str, rules: Ruleset) -> tuple[Message, None] | None:
        """Give the message for its place; None where there never was one to show."""
        subject, now = Subject.parse(row.request), self.clock.now()
        item = self.items.item(int(subject.id))
        if item is None or not self._may_see(item, row, channel, rules):
            return None if row.ts is None else (_HIDDEN, None)
        told = self.records.about(subject, now.date().isoformat())
        if row.ts is None and (told.allotment is None or not told.allotment.lacking):
            return None
        return lacking_card(item, told, lambda who: self._named(who, rules), now, rules), None

    def _may_see(self, item: Item, row: CardRow, channel: str, rules: Ruleset) -> bool:
        if row.user is None:
            return item.id in self.audience.channel_sees(channel, {item.id}, rules)
        person = self.directory.of_slack(row.user, rules)
        return person is not None and item.id in self.audience.person_sees(person, {item.id})

    def _named(self, who: str, rules: Ruleset) -> PersonRef:
        """Name somebody by their id or account, without a mention: who is talked about is not called."""
        known = next((one for one in self.directory.everyone(rules) if who in (one.id, one.jira)), None)
        known = known or self.directory.of_jira(who, rules)
        return PersonRef(name=known.name if known is not None else "Somebody")
