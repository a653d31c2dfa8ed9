"""The Slack of the sandbox: the Web API, and what Slack sends to an app over HTTP and Socket Mode."""
