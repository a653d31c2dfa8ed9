"""Jira Service Management: desks, requests, queues, SLA clocks, approvals and customers, on top of Jira's issues."""
