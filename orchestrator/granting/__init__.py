"""Approvals that start in Jira, and what people let us answer there in their own names."""
