"""Gathers what a message of ours in a thread shows as it is sent. Reads only; `cardlook` posts it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from orchestrator.approvals.question_card import question_card
from orchestrator.approvals.questions import QUESTION
from orchestrator.changes import CardWanted
from orchestrator.execution import Later
from orchestrator.memory import Audience, CardRow, Directory, Items, Records
from orchestrator.messages import Message
from orchestrator.noise.restraining import Restraining
from orchestrator.ports import Tracker
from orchestrator.talk.cards import gone_card, hidden_card, made_card, move_card, remark_card
from orchestrator.talk.deciding import MADE, MOVE, REMARK, order
from rules.model import Item, Person, PersonRef
from rules.ruleset import Ruleset

#: Seconds after which it is seen again whether who is asked may be written to, and what comes before stands.
MUTED, BEFORE = 60.0, 1.0
#: How the ids of the requests of cards begin that are shown here.
SHOWN = (QUESTION, REMARK, MOVE, MADE)
_MENTION = re.compile(r"\[~(?:accountid:)?([^\[\]]{1,200})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The ports that this needs. `channel_of` gives where a row is shown."""

    tracker: Tracker
    items: Items
    records: Records
    directory: Directory
    audience: Audience
    restraining: Restraining
    channel_of: Callable[[CardRow], str]

    def shown(self, row: CardRow, rules: Ruleset) -> Message | None:
        """Give what stands there now; None where nothing has to, or nobody knows of it. May raise Later."""
        if row.request.startswith(QUESTION):
            return self._question(row, rules)
        kind, _, rest = row.request.partition(":")
        number, _, which = rest.partition("/")
        item = self.items.item(int(number))
        if item is None:
            return None
        visible = item.id in self.audience.channel_sees(self.channel_of(row), {item.id}, rules)
        if not visible:
            return None if row.ts is None else hidden_card()
        if f"{kind}:" == REMARK:
            return self._remark(row, item, which, rules)
        thread = self.records.thread(row.place)
        moves = thread.moves if thread is not None else ()
        move = next((one for one in moves if f"{kind}:" == MOVE and str(one.nth) == which), None)
        return made_card(item) if f"{kind}:" == MADE else move_card(move, item) if move is not None else None

    def _remark(self, row: CardRow, item: Item, comment: str, rules: Ruleset) -> Message | None:
        """Give a comment as it stands in Jira. Later while the one before is not there yet: they stand in order."""
        if row.ts is None and self._waits(row, item, comment):
            raise Later("the comment before it is not shown yet", BEFORE)
        found = self.tracker.remark(item.id, comment)
        if found is None or not found.public:
            return None if row.ts is None else gone_card(item, deleted=found is None)
        account = found.author
        person = self.directory.of_jira(account, rules) if account is not None else None
        author = PersonRef(name=person.name if person is not None and person.slack is not None else found.name)
        return remark_card(_MENTION.sub(lambda called: self._called(called[1], rules), found.text), author, item)

    def _waits(self, row: CardRow, item: Item, comment: str) -> bool:
        thread = self.records.thread(row.place)
        before = [id_ for id_ in (thread.remarks if thread else ()) if order(id_) < order(comment)]
        if not before:
            return False
        last = CardWanted(request=f"{REMARK}{item.id}/{max(before, key=order)}", place=row.place)
        card = self.records.card(last.card)
        return card is not None and card.ts is None and not card.lost

    def _called(self, account: str, rules: Ruleset) -> str:
        person = self.directory.of_jira(account, rules)
        return f"@{person.name}" if person is not None else "@somebody"

    def _question(self, row: CardRow, rules: Ruleset) -> Message | None:
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
