"""Tells those who may operate Yardmaster, in Slack, what its own rules' files say that cannot be used."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from integrations.polling import Marks
from integrations.store.rulebook import NoRules
from orchestrator.memory import Directory, Rulebook
from orchestrator.messages import Message, Section
from orchestrator.ports import Chat, GatewayError
from rules.canonical import digest
from rules.model import Line, Person, Tainted
from rules.ruleset import Ruleset
from rules.sources import Mistake

#: How many mistakes are shown in Slack; `yardmaster rules check` shows all.
MOST = 10
_ROW = "rules.mistakes"
_log = logging.getLogger(__name__)


class Told(Protocol):
    """Who is told about the rules' files."""

    def broken(self, mistakes: Sequence[Mistake]) -> None:
        """Tell what is wrong with the files."""
        ...

    def good(self) -> None:
        """Tell that they can be used again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Tells each state of the files once, whichever process finds it."""

    chat: Chat
    directory: Directory
    rulebook: Rulebook
    progress: Marks

    def broken(self, mistakes: Sequence[Mistake]) -> None:
        """Tell everybody who may operate; where Slack does not answer, the log alone has it."""
        state = digest([str(mistake) for mistake in mistakes])[:20]
        rules, former = self._in_force(), self.progress.read(_ROW) or ""
        if rules is None or former == state or not self.progress.swap(_ROW, former, state):
            return
        title = Line(text="The rules' files hold mistakes. The rules {0} stay in force.", parts=(_short(rules),))
        lines = [Line(text="• {0}", parts=(Tainted(text=str(mistake)),)) for mistake in mistakes[:MOST]]
        rest = [Line(text=f"... and {len(mistakes) - MOST} more: `yardmaster rules check`")] * (len(mistakes) > MOST)
        self._post(Message(title=title, sections=(Section(lines=(*lines, *rest)),)), f"rules:{state}", rules)

    def good(self) -> None:
        """Tell them once, if they were told of mistakes."""
        rules, state = self._in_force(), self.progress.read(_ROW)
        if rules is None or not state or not self.progress.swap(_ROW, state, ""):
            return
        title = Line(text="The rules' files are good again; {0} is in force.", parts=(_short(rules),))
        self._post(Message(title=title), f"rules:{state}:good", rules)

    def _post(self, message: Message, mark: str, rules: Ruleset) -> None:
        try:
            for person in self._operators(rules):
                self.chat.post(self.chat.direct(person.slack or ""), message, mark)
        except GatewayError as error:
            _log.warning("nobody could be told about the rules' files in Slack: %s", error)

    def _in_force(self) -> Ruleset | None:
        """Give the rules that name the operators; None before the first were published."""
        try:
            return self.rulebook.active()
        except NoRules:
            return None

    def _operators(self, rules: Ruleset) -> Iterator[Person]:
        for person in self.directory.everyone(rules):
            rights = {right for role in person.roles if role in rules.roles for right in rules.roles[role].may}
            if person.slack and "operate" in rights:
                yield person


def _short(rules: Ruleset) -> Tainted:
    return Tainted(text=rules.version[:8])
