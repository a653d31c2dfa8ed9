"""App Home: everybody's own page in Slack, with what they may decide, what waits for others, what is at risk."""

from orchestrator.home.kept import OPENED, HomeRow, Homes, concerned

__all__ = ["OPENED", "HomeRow", "Homes", "concerned"]
