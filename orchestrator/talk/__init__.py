"""Threads in Slack that belong to something in Jira: what is said in one is said in the other."""

from orchestrator.talk.threads import Spoken, Spot, Thread

__all__ = ["Spoken", "Spot", "Thread"]
