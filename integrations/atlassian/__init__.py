"""Atlassian's accounts: how people let us act in Jira in their own names (OAuth 2.0, 3LO), and how that is kept."""
