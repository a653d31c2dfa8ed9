"""A look at an item, as far as those are concerned that it is coupled with: it follows its parent, leads its children.

Pure. What an item of a batch has to follow is decided by its batch's look, which is told; so are an item's children,
of which none is decided about here.
"""

from dataclasses import replace

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.changes import Changes
from orchestrator.facts import ActionRecord, Facts
from orchestrator.following import (
    Following,
    Lag,
    came_to,
    coupled_by,
    following,
    lags,
    noticed,
    proposal_for,
    reached,
    state_in,
)
from orchestrator.judging import decided, decision_on, is_stopped
from orchestrator.news import news
from orchestrator.recording import asked, closed, planned
from rules.actions import TransitionAction
from rules.decisions import Decision, Proposal, Verdict
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

MOOT = "the issue that it follows has moved on, or is none any more that it repeats"


def due(facts: Facts, rules: Ruleset) -> Lag | None:
    """Give what an item has to follow now and nobody is asked about yet; None for an item of a batch."""
    wanted = following(rules)
    if wanted is None or facts.item is None or facts.in_batch is not None:
        return None
    waiting = {(one.follows, state_in(one)) for one in open_now(facts)}
    behind = lags([facts.item], facts, wanted)
    return next((one for one in behind if (one.parent.id, one.state) not in waiting), None)


def follow(facts: Facts, rules: Ruleset) -> Changes:
    """Have an item follow its parent, and those that repeat it told that it moved."""
    wanted = following(rules)
    if wanted is None or facts.item is None:
        return Changes()
    seen = Changes(followed=noticed([facts.item], facts, wanted))
    changes = seen + _moot(facts, wanted) + news(facts.item, facts, wanted)
    if facts.in_batch is not None:
        return changes
    lag = due(facts, rules) if facts.fresh else None
    return changes + _followed(lag, facts, rules, wanted) if lag else changes


def kept(changes: Changes, facts: Facts, rules: Ruleset) -> Changes:
    """Remember what came of this look: who is asked about, who has followed by it, and who begins to."""
    wanted = following(rules)
    if wanted is None:
        return Changes()
    begun_with = {one.request for one in changes.records} - {one.request for one in facts.records}
    touched = begun_with | {one.id for one in changes.requests}
    asked_about = [one for one in facts.after(changes.requests).requests if one.follows is not None]
    linked = (one.action for one in changes.records)
    return Changes(
        followed=(
            *coupled_by(linked, facts, wanted),
            *(row for one in asked_about if one.id in touched for row in came_to(one, one.id in begun_with, facts)),
        )
    )


def open_now(facts: Facts) -> list[Request]:
    """Give the questions about following that wait: for an answer, or to be carried out."""
    asked = [one for one in facts.requests if one.follows is not None]
    agreed = [one for one in asked if one.state is RequestState.APPROVED and not facts.records_of(one.id)]
    return [one for one in asked if one.state is RequestState.PENDING or one in agreed]


def proposed_again(request: Request, facts: Facts, rules: Ruleset) -> Proposal | None:
    """Give what would be done now of what a question about following asked; None when nothing (any more)."""
    wanted = following(rules)
    if wanted is None or facts.item is None:
        return None
    same = [one for one in lags([facts.item], facts, wanted) if one.parent.id == request.follows]
    proposed = proposal_for([one for one in same if one.state == state_in(request)], facts, wanted)
    return proposed[0] if proposed else None


def is_closing(record: ActionRecord) -> bool:
    """Tell whether an action ended an issue."""
    return isinstance(record.action, TransitionAction) and record.action.after.category == "done"


def allowed(decision: Decision, facts: Facts, rules: Ruleset) -> Request:
    """Give the request for what the rules allow without a vote."""
    question = request_for(decision, facts, rules, RequestState.APPROVED)
    return msgspec.structs.replace(question, closed_at=facts.now, note="allowed by the rules")


def _moot(facts: Facts, wanted: Following) -> Changes:
    """Take back the questions about a state that the parent has left, and those that its batch asks by now."""
    alone = [facts.item] if facts.item and facts.in_batch is None else []
    behind = {(one.parent.id, one.state) for one in lags(alone, facts, wanted)}
    moot = [one for one in open_now(facts) if (one.follows, state_in(one)) not in behind]
    return sum((closed(one, facts, RequestState.WITHDRAWN, MOOT) for one in moot), Changes())


def _followed(lag: Lag, facts: Facts, rules: Ruleset, wanted: Following) -> Changes:
    """Do or ask what an item has to follow; a mere comment that the rules allow needs no card."""
    proposed = proposal_for([lag], facts, wanted)
    if proposed is None:
        return Changes(followed=(reached(lag.item.id, lag.parent.id, lag.state, facts),))
    decision = decision_on(proposed[0], facts, rules, wanted.workflow)
    changes = Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
    workflow = rules.workflows[wanted.workflow]
    if decision.verdict is Verdict.ASK:
        return changes + asked(request_for(decision, facts, rules, RequestState.PENDING), decision, facts, workflow)
    if decision.verdict is Verdict.DENY:
        return changes
    request = allowed(decision, facts, rules)
    shown = asked(request, decision, facts, workflow)
    if not any(isinstance(action, TransitionAction) for action in proposed[0].payload.actions):
        shown = replace(shown, cards=(), entries=())
    return changes + shown + planned(request, decision.proposal.agent)
