"""Sets up what a process writes to its standard error."""

import logging

CHATTY = ("slack_bolt", "slack_sdk", "procrastinate", "apscheduler", "waitress", "alembic", "urllib3")


def to_terminal(level: str) -> None:
    """Write our own words from `level` on, and of libraries only what is wrong."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
