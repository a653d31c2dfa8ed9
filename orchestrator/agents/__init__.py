"""The agents, one small module each: an agent reads facts and returns proposals; it decides and does nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orchestrator.agents import duplicates
from orchestrator.facts import Facts
from rules.decisions import Proposal
from rules.ruleset import AgentRule, WorkflowRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """What an agent can be asked.

    `propose`: what it proposes by itself. `propose_for`: what it would do about one other item, however sure it is;
    None when that makes no sense (any more).
    """

    propose: Callable[[Facts, AgentRule, WorkflowRule], tuple[Proposal, ...]]
    propose_for: Callable[[Facts, WorkflowRule, int], Proposal | None]


AGENTS: Mapping[str, Agent] = {
    duplicates.NAME: Agent(propose=duplicates.propose, propose_for=duplicates.propose_for),
}

__all__ = ["AGENTS", "Agent"]
