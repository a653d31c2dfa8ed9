"""Who may stop and resume work, and what they are told. Pure: the door carries it out at once, past the queue."""

from collections.abc import Sequence

import msgspec

from orchestrator.approvals.voting import unlinked
from orchestrator.changes import Entry
from orchestrator.messages import Message, Section
from rules.canonical import plain, revive
from rules.model import Event, Line, Moment, Person, PersonRef, Switch, Tainted
from rules.ruleset import Ruleset

UNTOLD = Message(
    title=Line(text="I could not check who you are, so nothing was changed"),
    sections=(Section(lines=(Line(text="Slack or Jira did not answer. Please try again in a moment."),)),),
)


def operator(person: Person | None, user: str, rules: Ruleset) -> Person | Line:
    """Give the human if they may stop and resume work, else say why they may not.

    No Jira account is needed for it: work has to be stopped while Jira does not tell whose they are, too.
    """
    if person is None:
        return unlinked(person, user)
    may = {right for name in person.roles if name in rules.roles for right in rules.roles[name].may}
    if "operate" in may and not person.guest:
        return person
    if not person.linked:
        return unlinked(person, user)
    roles = sorted(name for name, role in rules.roles.items() if "operate" in role.may)
    return Line(text=f"This needs somebody who may operate ({', '.join(roles) or 'nobody may'}); you may not.")


def switch_of(event: Event, person: Person) -> Switch:
    """Read which switch a command is about; raises msgspec.ValidationError for an unknown scope."""
    given = {"scope": event.payload.get("scope"), "name": event.payload.get("name", "")}
    return msgspec.structs.replace(revive(given, Switch), by=person.name, at=event.received_at)


def entry(event: Event, kind: str, words: Line, switch: Switch | None = None) -> Entry:
    """Record what was done, or refused, and why."""
    data = {"event": event.id, **({"switch": plain(switch)} if switch else {})}
    return Entry(kind=kind, subject=event.subject, at=event.received_at, text=words, data=data)


def threw(switch: Switch, person: Person) -> Line:
    """Say that work is stopped."""
    return Line(text="{0} stopped {1}", parts=(_who(person), what(switch, first=False)))


def lifted(switch: Switch, person: Person) -> Line:
    """Say that work goes on."""
    return Line(text="{0} resumed {1}", parts=(_who(person), what(switch, first=False)))


def told(switch: Switch, thrown: Sequence[Switch], *, stopping: bool) -> Message:
    """Tell the giver how things stand now: `thrown` are the switches before the command."""
    others = [one for one in thrown if (one.scope, one.name) != (switch.scope, switch.name)]
    was = len(others) < len(thrown)
    notes = [Line(text="{0} is still stopped, by {1}.", parts=(what(one), Tainted(text=one.by))) for one in others]
    if stopping:
        title = Line(text="{0} is stopped" if not was else "{0} was stopped already", parts=(what(switch),))
        notes = [Line(text="Nothing more is done or asked there until somebody resumes it."), *notes]
    else:
        title = Line(text="{0} goes on" if was else "{0} was not stopped", parts=(what(switch),))
        notes = [Line(text="What waited for it is looked at now."), *notes] if was else notes
    at = (Line(text="since {0}", parts=(Moment(at=switch.at),)),) if switch.at and stopping and not was else ()
    return Message(title=title, sections=(Section(lines=tuple(notes)),) if notes else (), footer=at)


def what(switch: Switch, *, first: bool = True) -> Tainted:
    """Name what a switch is about; `first`: it begins a sentence."""
    scope = switch.scope.capitalize() if first else switch.scope
    return Tainted(text=f"{scope} {switch.name}".strip(), source="slack")


def _who(person: Person) -> PersonRef:
    return PersonRef(name=person.name, slack=person.slack)
