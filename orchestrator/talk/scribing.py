"""Writes what is said in a thread to its item: one comment for each reply, in its writer's name, following edits. Pure.

Who may not browse the item, or is not known in Jira, writes nothing there through us.
"""

import re

import msgspec

from orchestrator.approvals.asking_back import SCRIBE
from orchestrator.changes import Changes, Reply
from orchestrator.facts import ActionRecord, Facts, RecordState
from orchestrator.judging import decided, decision_on, is_stopped, reference
from orchestrator.messages import Message, ReplyTo
from orchestrator.talk.threads import Spoken, Thread
from rules.actions import Action, CommentAction, Payload, RewordAction
from rules.canonical import digest
from rules.decisions import Proposal, Verdict
from rules.model import Line, Part, Person, PersonRef, Tainted
from rules.ruleset import Ruleset

_ALIVE = (RecordState.PLANNED, RecordState.CLAIMED)
_CALLED = re.compile(r"@([UW][A-Z0-9]{2,20})\b")
_LONGEST = 10_000


def write(thread: Thread, spoken: Spoken, first: bool, facts: Facts, rules: Ruleset) -> Changes:
    """Have a reply written, or what was written follow its edit; say why not to a writer who may not, at their `first`.

    Where what was written is still on its way, nothing is planned: it is looked at again.
    """
    comment = _record(facts, _key(thread, spoken.ts))
    if comment is not None:
        return _followed(thread, spoken, comment, facts, rules)
    if spoken.deleted or spoken.refused:
        return Changes()
    if objected := _objection(spoken, facts):
        told = _told(thread, spoken, objected, facts) if first else Changes()
        return told + Changes(spoken=(msgspec.structs.replace(spoken, refused=True),))
    action = CommentAction(item=thread.item, text=text_of(spoken, facts), internal=rules.talk.internal, whole=True)
    return _planned(thread, spoken, action, _key(thread, spoken.ts), facts, rules)


def is_under_way(thread: Thread, facts: Facts) -> bool:
    """Tell whether anything of the thread is being written."""
    return any(one.state in _ALIVE for one in facts.records_of(_name(thread)))


def mentioned_in(text: str) -> frozenset[str]:
    """Give the users whom a text calls by their ids."""
    return frozenset(_CALLED.findall(text))


def text_of(spoken: Spoken, facts: Facts) -> Line:
    """Give what a comment says of a reply: who wrote it, their words, what is attached; or that it was taken back."""
    who = _named(facts.person(spoken.user), spoken.user)
    if spoken.deleted:
        return Line(text="{0} took back what they had written in Slack.", parts=(who,))
    said = _CALLED.sub(lambda found: f"@{_named(facts.person(found[1]), found[1]).name}", spoken.text.text)
    parts: list[Part] = [who, Tainted(text=said[:_LONGEST], source="slack")]
    files = []
    for address in spoken.files:
        files.append(f"\nFile: {{{len(parts)}}}")
        parts.append(Tainted(text=address, source="slack"))
    return Line(text="{0} in Slack:\n\n{1}" + "".join(files), parts=tuple(parts))


def _followed(thread: Thread, spoken: Spoken, comment: ActionRecord, facts: Facts, rules: Ruleset) -> Changes:
    """Have the comment say what the reply says now, as far as nobody else has changed it."""
    if comment.state is not RecordState.DONE or comment.receipt is None:
        return Changes()
    id_ = comment.receipt.id
    again = [one for one in facts.records_of(_name(thread)) if _rewords(one.action, id_)]
    if any(one.state in _ALIVE for one in again):
        return Changes()
    last = next((one for one in reversed(again) if one.state is RecordState.DONE), comment)
    before = last.action.text if isinstance(last.action, CommentAction | RewordAction) else Line(text="")
    after, key = text_of(spoken, facts), _key(thread, spoken.ts, version=spoken.version, deleted=spoken.deleted)
    if after == before or _record(facts, key) is not None:
        return Changes()
    action = RewordAction(
        item=thread.item, comment=id_, before=before, text=after, internal=rules.talk.internal, whole=True
    )
    return _planned(thread, spoken, action, key, facts, rules)


def _rewords(action: Action, comment: str) -> bool:
    return isinstance(action, RewordAction) and action.comment == comment


def _planned(
    thread: Thread, spoken: Spoken, action: CommentAction | RewordAction, key: str, facts: Facts, rules: Ruleset
) -> Changes:
    """Judge it, as all is judged; what work is stopped for is held, what the rules do not allow is left."""
    workflow = next((name for name, one in rules.workflows.items() if one.gate is None), None)
    person = facts.person(spoken.user)
    if workflow is None:
        return Changes()
    proposal = Proposal(
        agent=SCRIBE,
        kind="say",
        payload=Payload(item=thread.item, actions=(action,)),
        confidence=1000,
        requester=person.id if person is not None else f"slack:{spoken.user}",
    )
    decision = decision_on(proposal, facts, rules, workflow)
    recorded = Changes(entries=(decided(decision, facts),))
    if is_stopped(decision):
        return recorded + Changes(held=True)
    if decision.verdict is not Verdict.ALLOW:
        return recorded + Changes(spoken=(msgspec.structs.replace(spoken, refused=True),))
    record = ActionRecord(
        key=key,
        decision=decision.id,
        request=_name(thread),
        agent=SCRIBE,
        subject=thread.subject,
        position=len(facts.records_of(_name(thread))),
        action=action,
    )
    return recorded + Changes(records=(record,))


def _objection(spoken: Spoken, facts: Facts) -> Line | None:
    """Say why a reply is not written to the item."""
    person = facts.person(spoken.user)
    if person is None or not person.linked:
        return Line(text="I do not know you in Jira, so what you write here is not written to {0}.")
    if person.guest:
        return Line(text="What guests of the workspace write here is not written to {0}.")
    if facts.item is None or not facts.may_see(person.id, facts.item.id):
        return Line(text="You may not browse what this thread belongs to in Jira, so what you write stays here.")
    return None


def _told(thread: Thread, spoken: Spoken, why: Line, facts: Facts) -> Changes:
    parts = (reference(facts, thread.item),) if "{0}" in why.text else ()
    to = ReplyTo(user=spoken.user, channel=thread.channel, thread=thread.id.partition("/")[2])
    return Changes(replies=(Reply(to=to, message=Message(title=Line(text=why.text, parts=parts))),))


def _record(facts: Facts, key: str) -> ActionRecord | None:
    return next((one for one in facts.records if one.key == key), None)


def _key(thread: Thread, ts: str, **of: object) -> str:
    return digest({"thread": thread.id, "ts": ts, **of})[:32]


def _name(thread: Thread) -> str:
    return f"thread:{thread.id}"


def _named(person: Person | None, user: str) -> PersonRef:
    return PersonRef(name=person.name, slack=person.slack) if person is not None else PersonRef(name=user)
