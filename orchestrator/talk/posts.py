"""Gathers what a message of ours in a thread shows as it is sent. Reads only; `cardlook` posts it."""

from collections.abc import Callable
from dataclasses import dataclass

from orchestrator.approvals.question_card import question_card
from orchestrator.approvals.questions import QUESTION
from orchestrator.execution import Later
from orchestrator.memory import Audience, CardRow, Directory, Items, Records
from orchestrator.messages import Message
from orchestrator.noise.restraining import Restraining
from rules.model import Person, PersonRef
from rules.ruleset import Ruleset

#: Seconds after which it is seen again whether who is asked may be written to.
MUTED = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The ports that this needs. `channel_of` gives where a row is shown."""

    items: Items
    records: Records
    directory: Directory
    audience: Audience
    restraining: Restraining
    channel_of: Callable[[CardRow], str]

    def question(self, row: CardRow, rules: Ruleset) -> Message | None:
        """Give what was asked back, as it stands now; None for what nobody knows. Later while its reader muted us."""
        request_id, _, question_id = row.request.removeprefix(QUESTION).partition("/")
        request = self.records.request(request_id)
        asked = next((one for one in request.questions if one.id == question_id), None) if request else None
        if request is None or asked is None:
            return None
        if row.user is not None and row.ts is None and self.restraining.is_muted(row.user):
            raise Later("its reader muted the bot", MUTED)
        keys = {item.id: item.key for item in self.items.items(request.items)}
        return question_card(request, asked, self._naming(rules), keys, visible=self._sees(row, request.items, rules))

    def _sees(self, row: CardRow, items: tuple[int, ...], rules: Ruleset) -> bool:
        if row.user is None:
            return set(items) <= self.audience.channel_sees(self.channel_of(row), items, rules)
        person = self.directory.of_slack(row.user, rules)
        return person is not None and set(items) <= self.audience.person_sees(person, items)

    def _naming(self, rules: Ruleset) -> Callable[[str], PersonRef]:
        everyone = self.directory.everyone(rules)

        def name(id_: str) -> PersonRef:
            found = next((one for one in everyone if one.id == id_), None) or self._stranger(id_, rules)
            return PersonRef(name=found.name, slack=found.slack) if found else PersonRef(name=id_)

        return name

    def _stranger(self, id_: str, rules: Ruleset) -> Person | None:
        kind, _, account = id_.partition(":")
        if kind == "jira":
            return self.directory.of_jira(account, rules)
        return self.directory.of_slack(account, rules) if kind == "slack" else None
