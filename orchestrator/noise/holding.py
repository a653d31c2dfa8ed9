"""Whether a direct message about an open question is sent now or held back. Pure: what is known in, the answer out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, Literal

from orchestrator.impact import breaks_at
from rules.canonical import Value
from rules.model import Item
from rules.noise import NoiseRule
from rules.requests import Request

Why = Literal["muted", "quiet", "budget"]
#: What each reason says of a question that waits.
SAID: Final[dict[Why, str]] = {
    "muted": "you muted me",
    "quiet": "it came outside of your working hours",
    "budget": "you had your messages for the day",
}


class Mute(Value, frozen=True, kw_only=True):
    """A Slack user wants no direct messages until a moment; the last one told counts."""

    user: str
    until: datetime


class Held(Value, frozen=True, kw_only=True):
    """A card that was not sent to a Slack user: about which question, or bundle of them, until when, and why."""

    card: str
    user: str
    request: str
    until: datetime
    why: Why


class Listener(Value, frozen=True, kw_only=True):
    """What is known of a person at `now`.

    `muted_until`: until when they want nothing; `opens_at`: when they work next, None where they do now or nobody knows
    their hours; `next_day`: when their next day begins; `sent`: how many messages they had today.
    """

    now: datetime
    next_day: datetime
    muted_until: datetime | None = None
    opens_at: datetime | None = None
    sent: int = 0


def held_until(listener: Listener, rule: NoiseRule, *, urgent: bool) -> tuple[datetime, Why] | None:
    """Say until when a message is held back and why; None where it is sent now.

    What is urgent goes through quiet hours and over the budget; what somebody muted it does not.
    """
    if listener.muted_until is not None and listener.now < listener.muted_until:
        return listener.muted_until, "muted"
    if urgent:
        return None
    if rule.quiet_hours and listener.opens_at is not None and listener.now < listener.opens_at:
        return listener.opens_at, "quiet"
    if rule.messages_a_day is not None and listener.sent >= rule.messages_a_day:
        return listener.next_day, "budget"
    return None


def is_urgent(request: Request, items: Collection[Item], person: str, rule: NoiseRule, now: datetime) -> bool:
    """Tell whether a question cannot wait: by its issues' priority or SLA, or since it was escalated to the person."""
    escalated = any(call.person == person and call.kind == "escalated" for call in request.calls)
    return escalated or cannot_wait(items, rule, now)


def cannot_wait(items: Collection[Item], rule: NoiseRule, now: datetime) -> bool:
    """Tell whether what is said about issues cannot wait: by the priority of one, or since its SLA breaks soon."""
    soon = now + timedelta(hours=rule.urgent_hours)
    urgent = any(item.priority in rule.urgent_priorities for item in items)
    return urgent or any(at < soon for item in items if (at := breaks_at(item)) is not None)
