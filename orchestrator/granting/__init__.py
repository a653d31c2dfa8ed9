"""Approvals that start in Jira: items in a status that they leave only once people have decided."""
