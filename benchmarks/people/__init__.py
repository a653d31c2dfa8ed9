"""Measures who is found to take an item: assignment groups of incidents and tickets, assignees of Jira issues."""
