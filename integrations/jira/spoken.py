"""Recognises an answer that somebody gave in a comment of Jira. Pure.

Text is data: nothing counts but a first line that is exactly one of the two sentences, so that nobody answers by
quoting, by explaining how to answer, or by pasting a mail.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["answer_in"]

_SAID = re.compile(r"/yard (?:(approve)|(reject)(?: (\S.*))?)[ \t]*")
_LONGEST = 500


def answer_in(text: str) -> dict[str, Any] | None:
    """Give what a comment answers, as `choice` and its `reason`; None where it answers nothing."""
    said = _SAID.fullmatch(text.splitlines()[0]) if text else None
    if said is None:
        return None
    reason = (said[3] or "").strip()[:_LONGEST]
    told: dict[str, Any] = {"choice": said[1] or said[2]}
    return told | ({"reason": {"as": "tainted", "text": reason}} if reason else {})
