"""The agents, one small module each: an agent reads facts and returns proposals; it decides and does nothing."""

from collections.abc import Callable, Mapping

from orchestrator.agents import duplicates
from orchestrator.facts import Facts
from rules.model import Proposal
from rules.ruleset import AgentRule, WorkflowRule

Agent = Callable[[Facts, AgentRule, WorkflowRule], tuple[Proposal, ...]]

AGENTS: Mapping[str, Agent] = {duplicates.NAME: duplicates.propose}

__all__ = ["AGENTS", "Agent"]
