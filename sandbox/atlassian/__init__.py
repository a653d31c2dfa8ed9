"""Atlassian's accounts: people let an app act as them (OAuth 2.0, 3LO), and the gateway through which it then does."""
