"""Sets up what a process writes to its standard error: lines for a person, or JSON for a collector.

Fields that a call knows (`subject`, `events`, `seconds`) are given as its `extra`; nothing is taken from elsewhere,
so that what no call says is in no log.
"""

import logging
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

__all__ = ["Form", "to_terminal"]

Form = Literal["text", "json"]
CHATTY = ("slack_bolt", "slack_sdk", "procrastinate", "apscheduler", "waitress", "alembic", "urllib3", "opentelemetry")
_TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_NAMES = {"levelname": "level", "name": "logger"}


def to_terminal(level: str, form: Form = "text", process: str = "yardmaster") -> None:
    """Write our own words from `level` on, and of libraries only what is wrong.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
        form: `json` writes an object a line, with time (UTC), level, logger, message, process and fields.
        process: what this process is: door, worker, ...
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_TEXT) if form == "text" else _json(process))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _json(process: str) -> JsonFormatter:
    return JsonFormatter(
        ["levelname", "name", "message"], rename_fields=_NAMES, static_fields={"process": process}, timestamp="time"
    )
