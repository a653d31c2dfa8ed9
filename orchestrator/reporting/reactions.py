"""Reads what a reaction is to make of a message: an issue at once where the rules say of which kind, or an offer."""

from dataclasses import dataclass

import msgspec

from orchestrator.approvals.voting import unlinked
from orchestrator.changes import Changes
from orchestrator.gather import Gatherer
from orchestrator.ports import GatewayError, Said
from orchestrator.recording import reply
from orchestrator.reporting.forms import LONGEST_DESCRIPTION, LONGEST_SUMMARY, is_offered
from orchestrator.talk.offering import offer
from rules.canonical import plain
from rules.model import Event, Line, Tainted
from rules.ruleset import Ruleset
from rules.talk import TalkPlace

#: The command that somebody gives by a reaction.
REACTED = "reaction.added"
_UNREAD = Line(text="I cannot read that message: I am not in its channel, or it is gone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """The ports that this needs: those of items."""

    gatherer: Gatherer

    def meant(self, event: Event, rules: Ruleset) -> Event | Changes:
        """Give the report that a reaction stands for, filled in, or what its giver is told instead."""
        given = event.payload
        if not is_offered(rules) or not rules.talk.reaction or given["reaction"] != rules.talk.reaction:
            return Changes()
        person = self.gatherer.directory.of_slack(given["user"], rules)
        if person is None or not person.linked:
            return reply(event, unlinked(person, given["user"]))
        said = self.said(given["channel"], given["ts"])
        if said is None:
            return reply(event, _UNREAD)
        place = self.place(given["channel"], rules)
        return offer(event, mentioned=False) if place is None else _filled_in(event, said, place)

    def said(self, channel: str, ts: str) -> Said | None:
        """Read a message; None where it is not there for us."""
        try:
            return self.gatherer.chat.message(channel, ts)
        except GatewayError as error:
            if not error.final:
                raise
            return None

    def place(self, channel: str, rules: Ruleset) -> TalkPlace | None:
        """Give what the rules say that a message of a channel becomes."""
        named = rules.talk.channels.items()
        return next((one for name, one in named if self.gatherer.chat.channel(name) == channel), None)


def _filled_in(event: Event, said: Said, place: TalkPlace) -> Event:
    summary, _, rest = said.text.strip().partition("\n")
    words = said.text.strip() if rest.strip() or len(summary) > LONGEST_SUMMARY else summary
    given = event.payload
    return msgspec.structs.replace(
        event,
        name="report.submitted",
        payload={
            "user": given["user"],
            "channel": given["channel"],
            "asked": event.id,
            "view": f"reaction:{given['channel']}/{given['ts']}",
            "project": place.project,
            "type": place.type,
            "summary": plain(Tainted(text=" ".join(summary.split()) or "A message in Slack", source="slack")),
            "description": plain(Tainted(text=words[:LONGEST_DESCRIPTION], source="slack")),
        },
    )
