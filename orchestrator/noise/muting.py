"""What people say of the messages that they want: none until a moment, or all again. Pure."""

from datetime import datetime

from orchestrator.approvals.voting import unlinked
from orchestrator.changes import Changes, Entry
from orchestrator.facts import Facts
from orchestrator.noise.holding import Mute
from orchestrator.people.leaves import WHEN, zone_of
from orchestrator.people.spoken import until
from orchestrator.recording import refused, reply
from rules.model import Event, Line, Moment, PersonRef
from rules.ruleset import Ruleset

WORD = "mute"


def decide(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Carry out `/yard mute ...`; `facts.people` holds who gave it."""
    user = event.payload["user"]
    person = facts.person(user)
    if person is None or not person.linked:
        return refused(event, facts, unlinked(person, user))
    words = event.payload.get("argument", "").split()
    who = PersonRef(name=person.name, slack=person.slack)
    if [word.casefold() for word in words] == ["off"]:
        told = Line(text="I write to you again. What I held back comes in one message.")
        return _said(event, facts, Line(text="{0} wants messages again", parts=(who,)), told, facts.now)
    found = until(words, facts.now, zone_of(person.id, rules))
    if found is None:
        return refused(event, facts, WHEN)
    end = Moment(at=found[0])
    text = "I write nothing to you until {0}; what I would have told you waits in App Home. `/yard mute off` ends it."
    words_ = Line(text="{0} wants no messages until {1}", parts=(who, end))
    return _said(event, facts, words_, Line(text=text, parts=(end,)), found[0])


def _said(event: Event, facts: Facts, words: Line, told: Line, end: datetime) -> Changes:
    mute = Mute(user=event.payload["user"], until=end)
    data = {"event": event.id, "until": f"{end:%Y-%m-%dT%H:%MZ}"}
    entry = Entry(kind="mute.told", subject=facts.subject, at=event.received_at, text=words, data=data)
    return Changes(mutes=(mute,), entries=(entry,)) + reply(event, told)
