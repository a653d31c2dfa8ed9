"""Limits on autonomy. A guardrail can only make a decision stricter; the strictest ruling wins. No I/O.

A guardrail is a command: it reads the proposal, its circumstances and the rules, and gives a ruling or None.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from rules.canonical import Value
from rules.model import Proposal, Ruling, Switch, Verdict, kind_of
from rules.ruleset import Ruleset

#: What has a sure way back. A transition's way back depends on the workflow, and deleting a comment has none.
HAS_INVERSE = frozenset({"link", "unlink", "comment"})
_FINAL = {"transition": "a change of status", "uncomment": "deleting a comment"}


class Circumstances(Value, frozen=True, kw_only=True):
    """What guardrails may know beside the proposal.

    `projects` of all items concerned; `askable`: how many people may answer the question; `budget_left`: actions that
    the agent may still do today.
    """

    workflow: str
    projects: tuple[str, ...]
    switches: tuple[Switch, ...] = ()
    askable: int = 0
    budget_left: int = 0


Guardrail = Callable[[Proposal, Circumstances, Ruleset], Ruling | None]


def judge(
    proposal: Proposal, circumstances: Circumstances, rules: Ruleset, guardrails: Sequence[Guardrail] | None = None
) -> tuple[Verdict, tuple[Ruling, ...]]:
    """Give the strictest verdict of the guardrails (all of ours), and everything that they said."""
    said = (guardrail(proposal, circumstances, rules) for guardrail in guardrails or GUARDRAILS)
    rulings = tuple(ruling for ruling in said if ruling is not None)
    verdict = max((ruling.verdict for ruling in rulings), default=Verdict.ALLOW)
    return verdict, rulings


def obey_the_switch(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Do nothing while work is stopped for everything, or for this project, workflow, agent or kind of action."""
    kinds = {kind_of(action) for action in proposal.payload.actions}
    thrown = stopping(circumstances, proposal.agent, kinds)
    if not thrown:
        return None
    return Ruling(guardrail="obey_the_switch", verdict=Verdict.DENY, reason=stopped_words(thrown))


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


def stay_in_the_allowed_projects(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Touch and name no item of a project that the rules do not allow."""
    allowed = rules.limits.projects
    outside = sorted(set(circumstances.projects) - set(allowed))
    if "*" in allowed or not outside:
        return None
    return Ruling(
        guardrail="stay_in_the_allowed_projects",
        verdict=Verdict.DENY,
        reason=f"the rules do not allow work in {_listed(outside)}",
    )


def use_only_own_tools(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Do only the kinds of action that the rules give to the agent."""
    agent = rules.agents.get(proposal.agent)
    foreign = sorted({kind_of(action) for action in proposal.payload.actions} - set(agent.tools if agent else ()))
    if not foreign:
        return None
    reason = f"{proposal.agent} has no tool for {_listed(foreign)}"
    return Ruling(guardrail="use_only_own_tools", verdict=Verdict.DENY, reason=reason)


def stay_within_budget(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Do no more in a day than the agent's budget."""
    needed = len(proposal.payload.actions)
    if needed <= circumstances.budget_left:
        return None
    return Ruling(
        guardrail="stay_within_budget",
        verdict=Verdict.DENY,
        reason=f"{needed} actions are needed and {circumstances.budget_left} are left of today's budget",
    )


def keep_to_the_autonomy_level(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Only record at level shadow, ask at level ask; what a person commanded needs no level."""
    agent = rules.agents.get(proposal.agent)
    if agent is None or proposal.kind == "undo":
        return None
    levels = {kind: agent.level_for(kind) for kind in sorted({kind_of(action) for action in proposal.payload.actions})}
    if shadowed := [kind for kind, level in levels.items() if level == "shadow"]:
        return _level_ruling(Verdict.DENY, f"the rules do not let it {_listed(shadowed)} yet: recorded only")
    if asking := [kind for kind, level in levels.items() if level == "ask"]:
        return _level_ruling(Verdict.ASK, f"the rules let it {_listed(asking)} only where a person agrees")
    return None


def _level_ruling(verdict: Verdict, reason: str) -> Ruling:
    return Ruling(guardrail="keep_to_the_autonomy_level", verdict=verdict, reason=reason)


def ask_when_unsure(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Ask a person when the calibrated confidence is under the limit for a kind of action."""
    if proposal.kind == "undo":
        return None
    needed = max((rules.limits.confidence_for(kind_of(action)) for action in proposal.payload.actions), default=0)
    if proposal.confidence >= needed:
        return None
    return Ruling(
        guardrail="ask_when_unsure",
        verdict=Verdict.ASK,
        reason=f"confidence {percent(proposal.confidence)} is under the {percent(needed)} that this needs",
    )


def ask_for_what_cannot_be_undone(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Ask a person before an action that has no sure way back."""
    final = sorted({kind_of(action) for action in proposal.payload.actions} - HAS_INVERSE)
    if not final or proposal.kind == "undo":
        return None
    reason = f"there is no sure way back from {_listed(_FINAL.get(kind, kind) for kind in final)}"
    return Ruling(guardrail="ask_for_what_cannot_be_undone", verdict=Verdict.ASK, reason=reason)


def ask_when_a_person_proposed_it(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Ask a second person about what one person proposed."""
    if proposal.requester is None or proposal.kind == "undo":
        return None
    return Ruling(
        guardrail="ask_when_a_person_proposed_it",
        verdict=Verdict.ASK,
        reason="a person proposed it, and another one has to agree",
    )


def find_somebody_to_ask(proposal: Proposal, circumstances: Circumstances, rules: Ruleset) -> Ruling | None:
    """Do nothing where nobody may answer: no linked holder of the role who may browse the items and is not excluded."""
    if circumstances.askable or proposal.kind == "undo":
        return None
    role = rules.workflows[circumstances.workflow].approvers
    return Ruling(
        guardrail="find_somebody_to_ask",
        verdict=Verdict.DENY,
        reason=f"there is no {role} who is linked in Jira and Slack, may browse the items and is not the reporter",
    )


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
