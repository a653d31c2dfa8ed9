"""A local Jira and Slack to develop, try and test the bot against; shares no code with the bot, in either direction."""
