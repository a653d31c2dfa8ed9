"""Real webhooks of Jira that somebody captured: what all of an event have, with values of which kinds."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

#: Captured under other names than those that the payload has: the event, then the directory.
DIRECTORIES = {"jira:issue_created": "issue_created"}
#: Fields of the sites on which the webhooks were captured, or of switches that the sandbox does not have.
OWN_TO_A_SITE = ("customfield_", "aggregate")


@lru_cache
def captures(shared: Path, event: str) -> tuple[Any, ...]:
    """The captured payloads of an event."""
    place = shared / "fixtures" / "jira" / "webhook-cloud" / DIRECTORIES.get(event, event)
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in sorted(place.glob("*.json")))


def differences(real: list[Any], ours: Any, place: str = "") -> Iterator[str]:
    """Where ours lacks what all real ones have, or has it in a kind that none of them has; null fits everywhere."""
    if ours is None or not real or None in real:
        return
    kinds = {_kind(one) for one in real}
    if _kind(ours) not in kinds:
        yield f"{place}: {ours!r:.60} is not of the kind {' or '.join(sorted(kinds))}"
    elif kinds == {"dict"}:
        for name in set.intersection(*(set(one) for one in real)):
            if name not in ours and not name.startswith(OWN_TO_A_SITE):
                yield f"{place}/{name}: it is missing"
            elif name in ours:
                yield from differences([one[name] for one in real], ours[name], f"{place}/{name}")


def _kind(value: Any) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__
