"""What Atlassian and Slack publish about their answers and messages, and whether the sandbox's are so."""
