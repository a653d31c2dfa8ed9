"""What the front door decides by itself: the switches, which bypass the queue so that stopping never waits in it."""

from dataclasses import dataclass

from integrations.store.switchboard import Switchboard
from orchestrator import switching
from orchestrator.memory import Directory, Rulebook
from orchestrator.messages import Message
from orchestrator.ports import GatewayError
from rules.model import Event, Line, Person
from rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchDoorman:
    """Carries out `stop` and `resume` while Slack waits (three seconds).

    `colleagues` knows people without asking Jira, which may be what has to be stopped; `directory` knows the others.
    """

    colleagues: Directory
    directory: Directory
    rulebook: Rulebook
    switchboard: Switchboard

    def throw_switch(self, event: Event) -> Message:
        """Store the command (`stop` or `resume`), apply it at once if its giver may, and say what came of it."""
        rules, user = self.rulebook.active(), str(event.payload.get("user", ""))
        try:
            giver = self._giver(user, rules)
        except GatewayError:
            return switching.UNTOLD
        if isinstance(giver, Line):
            self.switchboard.keep(event, switching.entry(event, "command.refused", giver))
            return Message(title=giver)
        stopping = event.payload.get("word") == "stop"
        switch, before = switching.switch_of(event, giver), self.switchboard.thrown()
        words = switching.threw(switch, giver) if stopping else switching.lifted(switch, giver)
        entry = switching.entry(event, "switch.thrown" if stopping else "switch.lifted", words, switch)
        (self.switchboard.throw if stopping else self.switchboard.lift)(event, entry, switch)
        return switching.told(switch, before, stopping=stopping)

    def _giver(self, user: str, rules: Ruleset) -> Person | Line:
        known = switching.operator(self.colleagues.of_slack(user, rules), user, rules)
        if isinstance(known, Person):
            return known
        return switching.operator(self.directory.of_slack(user, rules), user, rules)
