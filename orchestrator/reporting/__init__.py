"""Issues that people have created from Slack: the form that they fill in, what is made of it, what they are told."""
