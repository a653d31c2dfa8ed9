"""Jira: its webhooks come in here as events, and our actions go out as calls of its REST API, version 2."""
