"""The step that tells who is linked in Jira and Slack and who is not, why, and what to write so that they are.

Names and addresses go to the terminal of who sets up, and nowhere else. It links nobody by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from integrations.directory import CachedDirectory
from integrations.directory.linking import is_colleague
from integrations.setup.deciders import namesake
from integrations.setup.desk import Desk
from integrations.setup.overlay import Named, people_lines
from integrations.setup.site import Account
from integrations.slack.gateway import SlackChat
from orchestrator.ports import ChatProfile
from rules.model import Person
from rules.ruleset import Ruleset

__all__ = ["RollCall"]

_MOST_MEMBERS = 200
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCall:
    """Reads the members of a channel and who may be assigned. All of it raises GatewayError."""

    desk: Desk
    chat: SlackChat
    directory: CachedDirectory
    rules: Ruleset

    def tell(self, channel: str, assignable: Sequence[Account], beside: Path) -> None:
        """Tell who is who. What a person confirms is written into people.yml in the directory `beside`, if it is new.

        Args:
            channel: the channel that is asked in, by name or id.
            assignable: the people of the project in Jira.
            beside: where the rules lie, a file or a directory.
        """
        members = self.chat.members(self.chat.channel(channel) or channel)
        if len(members) > _MOST_MEMBERS:
            self.desk.say(f"  {channel} has more than {_MOST_MEMBERS} members: questions go to single people instead.")
            return
        people = [person for person in self.directory.humans(members, self.rules) if person is not None]
        strangers = [person for person in people if person.jira is None]
        self.desk.say(f"  In {channel}: {len(people) - len(strangers)} of {len(people)} people are linked with Jira.")
        known = {rule.jira for rule in self.rules.people.values()} | {person.jira for person in people}
        others = [one for one in assignable if one.id not in known]
        self._tell_of_jira(others)
        found = [self._tell_of(person, others) for person in strangers]
        if strangers:
            self.desk.say("  Until all of them are, cards go to those who may decide as direct messages.")
        self._offer([one for one in found if one], beside)

    def _tell_of(self, person: Person, others: Sequence[Account]) -> Named | None:
        profile = self.chat.profile(person.slack or "")
        self.desk.say(f"    {person.name} ({person.slack}): {_why(profile)}")
        alike = namesake(person.name, others) if profile and is_colleague(profile) else None
        return Named(name=alike.name, jira=alike.id, slack=profile.id) if alike and profile else None

    def _tell_of_jira(self, others: Sequence[Account]) -> None:
        if others:
            names = ", ".join(one.name for one in others[:_MOST_NAMED])
            more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
            self.desk.say(f"  In Jira, not known in Slack: {names}{more}.")

    def _offer(self, named: Sequence[Named], beside: Path) -> None:
        if not named:
            return
        text = people_lines(named, self.rules.people)
        self.desk.say("  These are called alike in both. If they are the same people, the rules may say so:\n")
        self.desk.say("\n".join(f"      {line}" for line in text.splitlines()) + "\n")
        to = beside / "people.yml"
        if beside.is_dir() and not to.exists() and self.desk.agreed(f"Write that into {to}?", usual=False):
            to.write_text(text, encoding="utf-8")
            self.desk.say(f"  {to} is written.")


def _why(profile: ChatProfile | None) -> str:
    if profile is None or not is_colleague(profile):
        return "a guest or deactivated, and so neither sees nor decides anything"
    if profile.email is None:
        return "Slack shows no address; name both accounts in the rules"
    return f"Jira shows no account with the address {profile.email}; name both accounts in the rules"
