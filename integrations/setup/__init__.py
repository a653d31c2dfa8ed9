"""Leads a Jira admin and a Slack admin from nothing to the first look, step by step; each step may be done again."""
