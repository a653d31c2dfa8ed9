"""The Jira of the sandbox: `/rest/api/{2,3,latest}` and the webhooks that it sends."""
