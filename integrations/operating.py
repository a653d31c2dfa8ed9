"""What an operator sees and does at the intake from the command line. Prints nothing itself."""

import json
from collections.abc import Iterator, Sequence

from integrations.jira import translate as from_jira
from integrations.slack import translate as from_slack
from integrations.store.intake import Kept, PostgresIntake
from rules.model import Event


class StillNotUnderstood(Exception):
    """A buried payload means nothing to this version either."""


def intake_lines(kept: Sequence[Kept]) -> Iterator[str]:
    """Give a line for each event that waits or is buried, without its text."""
    if not kept:
        yield "Nothing waits, and nothing is buried."
    for one in kept:
        state = "failing" if one.state == "waiting" and one.failures else one.state
        yield f"{state:<8} {one.stored_at:%Y-%m-%d %H:%M:%S} {one.event.name} for {one.event.subject}  {one.event.id}"
        if one.error:
            yield f"         {one.error}"


def put_back(intake: PostgresIntake, id_: str) -> bool:
    """Have a buried event handled after all, understood anew where it was not; False when none is buried by that id.

    Raises StillNotUnderstood.
    """
    buried = intake.buried(id_)
    if buried is None:
        return False
    return intake.put_back(id_, understood(buried) if buried.name.endswith(".not_understood") else buried)


def understood(event: Event) -> Event:
    """Translate again what was kept as it came."""
    body = event.payload.get("body")
    try:
        body = json.loads(body) if isinstance(body, str) else body
        if not isinstance(body, dict):
            raise StillNotUnderstood("what was kept of it is not a JSON object")
        if event.source == "jira":
            return from_jira.event(body, event.id, event.received_at)
        meant = from_slack.event(body, event.received_at)
    except (ValueError, from_jira.NotUnderstood) as error:
        raise StillNotUnderstood(f"it is still not understood: {error}") from error
    if isinstance(meant, from_slack.NotUnderstood):
        raise StillNotUnderstood(f"it is still not understood: {meant.reason}")
    return meant


def head_of(written: str) -> tuple[int, str]:
    """Read `POSITION:HASH`; raises ValueError."""
    position, _, hash_ = written.partition(":")
    if not position.isdecimal() or len(hash_) != 64:
        raise ValueError("a head is written POSITION:HASH, as `ledger verify` prints it")
    return int(position), hash_
