"""What people say of answering in Jira in their own names: that we may, and that we may not any more. Pure.

Each speaks only for themselves. Tokens are nothing that is known here.
"""

from typing import Final

from orchestrator.approvals.voting import unlinked
from orchestrator.changes import CardWanted, Changes, Entry, Reply
from orchestrator.facts import Facts
from orchestrator.messages import Button, Message, ReplyTo, Section
from orchestrator.recording import refused, reply
from rules.canonical import Value
from rules.model import Event, Line, Person, PersonRef

#: What is written after `/yard`.
WORDS: Final = frozenset({"connect", "disconnect"})
#: Signals of what came of it elsewhere: somebody consented, or Atlassian takes nothing in their name any more.
GIVEN: Final = "grant.given"
LOST: Final = "grant.lost"
NEWS: Final = frozenset({GIVEN, LOST})

_NOT_HERE = Line(
    text="Nobody has set up here that I answer in Jira in your name; an operator can. "
    "Answer in the portal, where the question leads."
)
_GUEST = Line(text="Guests of the workspace cannot decide, so there is nothing to connect.")
_CONNECTED = Line(text="You are connected already: what you answer here, I tell Jira in your name.")
_NOT_CONNECTED = Line(text="You are not connected, so there is nothing to end.")
_REMOVE = Line(text="Atlassian lists the app until you remove it there, among the connected apps of your profile.")


class Standing(Value, frozen=True, kw_only=True):
    """How it stands with one person: is it `offered` here, do they let us already, where could they (`address`).

    `cards`: their own copies of the open questions that Jira asks by itself.
    """

    offered: bool = False
    held: bool = False
    address: str = ""
    cards: tuple[CardWanted, ...] = ()


def decide(event: Event, facts: Facts, standing: Standing) -> Changes:
    """Carry out `/yard connect` and `disconnect`, or tell of what came of them; `facts.people` holds who it is."""
    person = facts.person(event.payload["user"])
    if event.name in NEWS:
        return _told(event, person, facts, standing)
    if person is None or not person.linked:
        return refused(event, facts, unlinked(person, event.payload["user"]))
    if person.guest:
        return refused(event, facts, _GUEST)
    if event.payload["word"] == "disconnect":
        return _ended(event, person, facts, standing)
    if not standing.offered:
        return refused(event, facts, _NOT_HERE)
    return (
        reply(event, _CONNECTED, Line(text="`/yard disconnect` ends it."))
        if standing.held
        else _invited(event, standing)
    )


def _invited(event: Event, standing: Standing) -> Changes:
    open_ = Button(action="grant.open", label="Open Atlassian", value={}, style="primary", address=standing.address)
    lines = (
        Line(text="Atlassian asks you whether I may answer approvals of its service desks as you."),
        Line(text="I do so only when you press *Approve* or *Reject* on a question that Jira asks you."),
    )
    foot = (
        Line(text="The link is yours alone, works once and for ten minutes."),
        Line(text="`/yard disconnect` ends it again."),
    )
    message = Message(
        title=Line(text="Answer Jira in your own name"), sections=(Section(lines=lines, buttons=(open_,)),), footer=foot
    )
    given = event.payload
    to = ReplyTo(user=given["user"], channel=given.get("channel"), response_url=given.get("response_url"))
    return Changes(replies=(Reply(to=to, message=message),))


def _ended(event: Event, person: Person, facts: Facts, standing: Standing) -> Changes:
    if not standing.held or person.jira is None:
        return refused(event, facts, _NOT_CONNECTED)
    words = Line(text="{0} ended that I answer Jira in their name", parts=(_ref(person),))
    told = reply(event, Line(text="I answer nothing in your name any more, and have forgotten how to."), _REMOVE)
    entry = _entry("grant.ended", event, facts, words)
    return Changes(grants_ended=(person.jira,), cards=standing.cards, entries=(entry,)) + told


def _told(event: Event, person: Person | None, facts: Facts, standing: Standing) -> Changes:
    who = _ref(person) if person is not None else PersonRef(name=event.payload["user"], slack=event.payload["user"])
    if event.name == GIVEN:
        words = Line(text="{0} lets me answer in their name what Jira asks them", parts=(who,))
        told = reply(event, Line(text="You are connected: what Jira asks you, you can answer here from now on."))
        return Changes(cards=standing.cards, entries=(_entry("grant.given", event, facts, words),)) + told
    words = Line(text="Atlassian takes no answers in the name of {0} from me any more", parts=(who,))
    again = Line(text="Until you connect again by `/yard connect`, answer in its portal, where the question leads.")
    told = reply(event, Line(text="Atlassian lets me answer nothing in your name any more."), again)
    return Changes(cards=standing.cards, entries=(_entry("grant.lost", event, facts, words),)) + told


def _entry(kind: str, event: Event, facts: Facts, words: Line) -> Entry:
    data = {"event": event.id, "user": event.payload["user"]}
    return Entry(
        kind=kind, subject=facts.subject, at=event.received_at, text=words, data=data, once=f"{kind}:{event.id}"
    )


def _ref(person: Person) -> PersonRef:
    return PersonRef(name=person.name, slack=person.slack)
