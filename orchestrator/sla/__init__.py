"""SLA clocks as in Jira Service Management, on any project: exact about the past, said in words. Pure."""
