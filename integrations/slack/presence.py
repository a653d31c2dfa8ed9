"""Whether people want to be left alone, as Slack tells: do not disturb, and a status that says they are away. Pure.

A status is words of its own: only those that Slack itself, or a calendar, sets for somebody who is away count so.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from integrations.slack.fields import Json, inner, text
from orchestrator.people.availability import Presence
from rules.model import Tainted

__all__ = ["MOST_AT_ONCE", "presence", "status_of"]

#: So many users `dnd.teamInfo` takes.
MOST_AT_ONCE: Final = 50
_AWAY_EMOJI: Final = frozenset({":palm_tree:", ":face_with_thermometer:", ":ooo:"})
_AWAY_WORDS: Final = ("out of office", "out sick", "vacation", "on leave", "on holiday")
#: For so long a status counts that has no end.
_ENDLESS: Final = timedelta(hours=12)
_LONGEST_STATUS: Final = 100
_LATEST_S: Final = 253_402_300_000


def status_of(profile: Json) -> Json:
    """Keep of a user's profile what tells that they are away; nothing where it does not."""
    words = text(profile, "status_text", _LONGEST_STATUS) or ""
    away = text(profile, "status_emoji") in _AWAY_EMOJI or any(one in words.casefold() for one in _AWAY_WORDS)
    return {"words": words, "ends": _seconds(profile, "status_expiration")} if away else {}


def presence(user: str, status: Json, quiet: Json, now: datetime, *, active: bool = False) -> Presence:
    """Make a presence of what `status_of` kept and of a user's part of `dnd.teamInfo`; `active`: they are seen."""
    ends = _seconds(status, "ends")
    away_until = (_moment(ends) or now + _ENDLESS) if status else None
    return Presence(
        person=user,
        seen_at=now,
        active=active,
        quiet_until=_quiet_until(quiet, now),
        away_until=away_until if away_until is not None and away_until > now else None,
        status=Tainted(text=str(status.get("words", "")), source="slack"),
    )


def told_of(answer: Json, user: str) -> Json:
    """Give a user's part of `dnd.teamInfo`."""
    return inner(inner(answer, "users"), user)


def _quiet_until(quiet: Json, now: datetime) -> datetime | None:
    begins, ends = _moment(_seconds(quiet, "next_dnd_start_ts")), _moment(_seconds(quiet, "next_dnd_end_ts"))
    if quiet.get("dnd_enabled") is not True or begins is None or ends is None:
        return None
    return ends if begins <= now < ends else None


def _seconds(told: Json, name: str) -> int:
    value = told.get(name)
    return value if isinstance(value, int) and 0 < value < _LATEST_S else 0


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
