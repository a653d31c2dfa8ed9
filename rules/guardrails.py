"""Limits on autonomy. A guardrail can only make a decision stricter; the strictest ruling wins. No I/O.

A guardrail is a command: it reads the proposal, its circumstances and the rules, and says what it wants and why. Beside
those that stand here, the rules declare their own, with a condition; undoing, which a person commands, meets only the
switch, the allowed projects, the tools and the budget. An issue that a person has created in their own name, and what
they say to an issue through us, or have a colleague asked, meets also the autonomy level and the declared guardrails;
what they answer to a service desk meets the declared guardrails. What these would ask about is not done.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import msgspec

from rules.actions import kind_of
from rules.canonical import Value
from rules.conditions import PROPOSALS, Activation, check
from rules.decisions import Proposal, Ruling, Verdict
from rules.model import Switch
from rules.ruleset import GuardrailRule, Ruleset

#: What has a sure way back. A transition's way back depends on the workflow, and deleting a comment has none.
HAS_INVERSE = frozenset({"link", "unlink", "comment", "watch", "unwatch", "priority", "field", "risk", "assign"})
#: What one person may have done in their own name: it needs neither confidence nor anybody else's agreement.
COMMANDED = frozenset({"undo", "report", "say", "answer", "plead"})
_FINAL = {
    "create": "a new issue",
    "transition": "a change of status",
    "uncomment": "deleting a comment",
    "answer": "an answer to Jira",
}


class Circumstances(Value, frozen=True, kw_only=True):
    """What guardrails may know beside the proposal.

    `projects` of all items concerned; `askable`: how many people may answer the question, `enough`: it would be agreed
    to if all of them agreed; `budget_left`: actions that the agent may still do today; `view`: a value for each word
    that the conditions of declared guardrails may use.
    """

    workflow: str
    projects: tuple[str, ...]
    switches: tuple[Switch, ...] = ()
    askable: int = 0
    enough: bool = True
    budget_left: int = 0
    view: dict[str, Any] = msgspec.field(default_factory=dict)


#: What a guardrail wants, and why, in words: also why it has nothing to object.
Said = tuple[Verdict, str]
Guardrail = Callable[[Proposal, Circumstances, Ruleset], Said]


def judge(
    proposal: Proposal, circumstances: Circumstances, rules: Ruleset, guardrails: Sequence[Guardrail] | None = None
) -> tuple[Verdict, tuple[Ruling, ...]]:
    """Give the strictest verdict of the guardrails (all of them), and every objection."""
    rulings = heard(proposal, circumstances, rules, guardrails)
    objections = tuple(ruling for ruling in rulings if ruling.verdict is not Verdict.ALLOW)
    return max((ruling.verdict for ruling in rulings), default=Verdict.ALLOW), objections


def heard(
    proposal: Proposal, circumstances: Circumstances, rules: Ruleset, guardrails: Sequence[Guardrail] | None = None
) -> tuple[Ruling, ...]:
    """Hear all guardrails, also those that do not object: ours first, then those that the rules declare."""
    ours = ((each.__name__, each(proposal, circumstances, rules)) for each in guardrails or GUARDRAILS)
    seen = PROPOSALS.seen(circumstances.view)
    theirs = ((name, _declared(rule, proposal, seen)) for name, rule in rules.guardrails.items())
    return tuple(Ruling(guardrail=name, verdict=verdict, reason=why) for name, (verdict, why) in (*ours, *theirs))


def _declared(rule: GuardrailRule, proposal: Proposal, seen: Activation) -> Said:
    """Hear a guardrail that the rules declare; one whose condition breaks counts against the action."""
    if proposal.kind == "undo":
        return Verdict.ALLOW, "a person commanded it"
    found = check(PROPOSALS, rule.when, seen)
    if found.broken:
        return Verdict.DENY, found.reason
    if not found.holds:
        return Verdict.ALLOW, found.reason
    return (Verdict.DENY if rule.answer == "deny" else Verdict.ASK), rule.reason


def obey_the_switch(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Do nothing while work is stopped for everything, or for this project, workflow, agent or kind of action."""
    thrown = stopping(circumstances, proposal.agent, _kinds(proposal))
    if not thrown:
        return Verdict.ALLOW, "nothing of it is stopped"
    return Verdict.DENY, stopped_words(thrown)


def stopping(circumstances: Circumstances, agent: str, kinds: Collection[str]) -> tuple[Switch, ...]:
    """Give the switches that stop an agent's actions of these kinds in these circumstances."""
    named: dict[str, Collection[str]] = {
        "everything": {""},
        "project": circumstances.projects,
        "workflow": {circumstances.workflow},
        "agent": {agent},
        "action": kinds,
    }
    return tuple(switch for switch in circumstances.switches if switch.name in named[switch.scope])


def stopped_words(thrown: Sequence[Switch]) -> str:
    """Say what is stopped."""
    return "work is stopped for " + " and ".join(f"{switch.scope} {switch.name}".strip() for switch in thrown)


def stay_in_the_allowed_projects(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Touch and name no item of a project that the rules do not allow."""
    allowed = rules.limits.projects
    outside = sorted(set(circumstances.projects) - set(allowed))
    if "*" in allowed or not outside:
        return Verdict.ALLOW, f"the rules allow work in {_listed(circumstances.projects or ['no project'])}"
    return Verdict.DENY, f"the rules do not allow work in {_listed(outside)}"


def use_only_own_tools(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Do only the kinds of action that the rules give to the agent."""
    agent, kinds = rules.agents.get(proposal.agent), _kinds(proposal)
    foreign = sorted(set(kinds) - set(agent.tools if agent else ()))
    if not foreign:
        return Verdict.ALLOW, f"{proposal.agent} has the tools: {_listed(kinds or ['none'])}"
    return Verdict.DENY, f"{proposal.agent} has no tool for {_listed(foreign)}"


def stay_within_budget(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Do no more in a day than the agent's budget."""
    needed, left = len(proposal.payload.actions) + (proposal.kind == "plead"), circumstances.budget_left
    words = f"{needed} actions are needed and {left} are left of today's budget"
    return Verdict.ALLOW if needed <= left else Verdict.DENY, words


def keep_to_the_autonomy_level(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Only record at level shadow, ask at level ask; what a person commanded needs no level."""
    agent = rules.agents.get(proposal.agent)
    if agent is None or proposal.kind in ("undo", "answer"):
        return Verdict.ALLOW, "what a person commands needs no level" if agent else "there is no such agent"
    levels = {kind: agent.level_for(kind) for kind in _kinds(proposal)}
    if shadowed := [kind for kind, level in levels.items() if level == "shadow"]:
        return Verdict.DENY, f"the rules do not let it {_listed(shadowed)} yet: recorded only"
    if asking := [kind for kind, level in levels.items() if level == "ask"]:
        return Verdict.ASK, f"the rules let it {_listed(asking)} only where a person agrees"
    return Verdict.ALLOW, f"the rules let it {_listed(levels or ['do nothing'])} by itself"


def ask_when_unsure(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Ask a person when the calibrated confidence is under the limit for a kind of action."""
    if proposal.kind in COMMANDED:
        return Verdict.ALLOW, "what a person commands needs no confidence"
    needed = max((rules.limits.confidence_for(kind) for kind in _kinds(proposal)), default=0)
    if proposal.confidence >= needed:
        return Verdict.ALLOW, f"confidence {percent(proposal.confidence)} reaches the {percent(needed)} that this needs"
    return Verdict.ASK, f"confidence {percent(proposal.confidence)} is under the {percent(needed)} that this needs"


def ask_for_what_cannot_be_undone(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Ask a person before an action that has no sure way back; how far to follow, the autonomy level says alone."""
    if proposal.kind == "follow":
        return Verdict.ALLOW, "people moved the issue that it repeats"
    final = sorted(set(_kinds(proposal)) - HAS_INVERSE)
    if not final or proposal.kind in COMMANDED:
        return Verdict.ALLOW, "a person commanded it" if final else "all of it can be undone"
    return Verdict.ASK, f"there is no sure way back from {_listed(_FINAL.get(kind, kind) for kind in final)}"


def ask_when_a_person_proposed_it(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Ask a second person about what one person proposed."""
    if proposal.requester is None or proposal.kind in COMMANDED:
        why = {"undo": "it takes something back"} | dict.fromkeys(
            ("report", "say", "answer", "plead"), "they have it done in their own name"
        )
        return Verdict.ALLOW, why.get(proposal.kind, "no single person proposed it")
    return Verdict.ASK, "a person proposed it, and another one has to agree"


def find_somebody_to_ask(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Said:
    """Do nothing where nobody may answer: no linked holder of the role who may browse the items and is not excluded."""
    if (circumstances.askable and circumstances.enough) or proposal.kind in COMMANDED | {"warn"}:
        return Verdict.ALLOW, f"people who may answer: {circumstances.askable}"
    if circumstances.askable:
        return Verdict.DENY, f"more people have to agree than the {circumstances.askable} who may answer"
    role = rules.workflows[circumstances.workflow].approvers
    why = f"there is no {role} who is linked in Jira and Slack, may browse the items and is not the reporter"
    return Verdict.DENY, why


def _kinds(proposal: Proposal) -> list[str]:
    asking = {"ask"} if proposal.kind == "plead" else set()
    return sorted({kind_of(action) for action in proposal.payload.actions} | asking)


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def percent(per_mille: int) -> str:
    """Write a per mille as a percentage: 812 -> "81%"."""
    return f"{per_mille // 10}%"


GUARDRAILS: tuple[Guardrail, ...] = (
    obey_the_switch,
    stay_in_the_allowed_projects,
    use_only_own_tools,
    stay_within_budget,
    keep_to_the_autonomy_level,
    ask_when_unsure,
    ask_for_what_cannot_be_undone,
    ask_when_a_person_proposed_it,
    find_somebody_to_ask,
)
