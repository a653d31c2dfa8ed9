"""Who is who across Jira and Slack, and who may see what: read from both, remembered for minutes."""

from integrations.directory.audience import CachedAudience
from integrations.directory.lookups import NoAccounts
from integrations.directory.people import CachedDirectory

__all__ = ["CachedAudience", "CachedDirectory", "NoAccounts"]
