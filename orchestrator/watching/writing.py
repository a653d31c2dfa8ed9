"""What an issue at risk tells in Jira: a property while it is warned of, and one comment where somebody must act. Pure.

Part of the issue's own look. When there is something to tell, the look at its team's work says (`marking.py`).
"""

from typing import Any, Final

from orchestrator.changes import Changes
from orchestrator.facts import ActionRecord, Facts, RecordState
from orchestrator.forecast.telling import percent
from orchestrator.judging import decided, decision_on, is_stopped
from orchestrator.watching.alerts import Alert
from orchestrator.wording import filled
from rules.actions import Action, CommentAction, Payload, RiskAction
from rules.canonical import digest
from rules.decisions import Proposal, Verdict
from rules.model import Moment, Part, Tainted
from rules.ruleset import Ruleset

__all__ = ["LOOKOUT", "write"]

#: The agent that tells it.
LOOKOUT: Final = "lookout"
_ALIVE = (RecordState.PLANNED, RecordState.CLAIMED)


def write(facts: Facts, rules: Ruleset) -> Changes:
    """Have the issue tell what it is to tell, each change once, and be silent of what is no risk any more."""
    if facts.item is None or facts.item.deleted or LOOKOUT not in rules.agents:
        return Changes()
    return _carried(facts.item.id, facts, rules) + _said(facts.item.id, facts, rules)


def _carried(item: int, facts: Facts, rules: Ruleset) -> Changes:
    """Change the property; one that Jira refused is not tried again until it is to tell something else."""
    name = f"risk:{item}"
    records = facts.records_of(name)
    last = next(((one, one.action) for one in reversed(records) if isinstance(one.action, RiskAction)), None)
    wanted = value_of(facts.alert) if rules.watch.risk.jira.property else None
    if last is None:
        before = None
    elif last[0].state in _ALIVE or last[1].after == wanted:
        return Changes()
    else:
        before = last[1].after if last[0].state is RecordState.DONE else last[1].before
    if wanted == before:
        return Changes()
    key = digest({"request": name, "position": len(records)})[:32]
    return _planned(name, key, RiskAction(item=item, before=before, after=wanted), facts, rules)


def value_of(alert: Alert | None) -> dict[str, Any] | None:
    """Give what the property holds: the SLA, the chance in percent, when it breaks, since when it is warned of."""
    if alert is None or alert.mark is None:
        return None
    breaks = alert.mark.breaks.isoformat() if alert.mark.breaks is not None else None
    since = alert.at.replace(microsecond=0).isoformat()
    return {"sla": alert.sla, "chance": alert.mark.percent, "breaks": breaks, "since": since}


def _said(item: int, facts: Facts, rules: Ruleset) -> Changes:
    alert, rule = facts.alert, rules.watch.risk.jira
    if alert is None or not alert.calls or alert.mark is None:
        return Changes()
    breaks = Moment(at=alert.mark.breaks) if alert.mark.breaks is not None else None
    places: dict[str, Part | None] = {
        "sla": Tainted(text=alert.sla),
        "chance": Tainted(text=percent(alert.latest)),
        "breaks": breaks,
    }
    text, name = filled(rule.comment, places), f"risk.comment:{alert.id}"
    if text is None or facts.records_of(name):
        return Changes()
    action = CommentAction(item=item, text=text, internal=rule.internal)
    return _planned(name, digest({"request": name})[:32], action, facts, rules)


def _planned(name: str, key: str, action: Action, facts: Facts, rules: Ruleset) -> Changes:
    """Judge it, as all is judged; what work is stopped for is held, what would have to be asked about is left."""
    workflow = next((of for of, one in rules.workflows.items() if one.gate is None), None)
    if workflow is None:
        return Changes()
    payload = Payload(item=action.item, actions=(action,))
    decision = decision_on(
        Proposal(agent=LOOKOUT, kind="warn", payload=payload, confidence=1000), facts, rules, workflow
    )
    recorded = Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
    if decision.verdict is not Verdict.ALLOW:
        return recorded
    record = ActionRecord(
        key=key,
        decision=decision.id,
        request=name,
        agent=LOOKOUT,
        subject=facts.subject,
        position=len(facts.records_of(name)),
        action=action,
    )
    return recorded + Changes(records=(record,))
