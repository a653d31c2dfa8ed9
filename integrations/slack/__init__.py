"""Slack: what people write and press comes in as events, and cards, answers and modals go out."""
