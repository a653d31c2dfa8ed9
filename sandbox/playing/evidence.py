"""What there is to see when a story has been played: issues, messages, changes, answers. It judges nothing."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import read_moment
from sandbox.playing.cards import Card, cards_on
from sandbox.playing.checks import Place
from sandbox.playing.colleagues import Answer
from sandbox.playing.company import Company
from sandbox.playing.script import KEY, Story

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that the bot changed in Jira."""

    issue: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of it; `keys` by the issues' names in the story, `issues` and `trails` by key, `places` as JSON texts."""

    began: datetime
    keys: dict[str, str]
    issues: dict[str, Json]
    messages: Sequence[Card]
    changes: Sequence[Change]
    trails: dict[str, Sequence[Json]]
    answers: Sequence[Answer]
    places: dict[str, str]


def gather(
    company: Company,
    story: Story,
    keys: dict[str, str],
    began: datetime,
    first_effect: int,
    answers: Sequence[Answer],
    trail: Callable[[str], Sequence[Json]],
) -> Evidence:
    """Look at everything that is about the story, since it began."""
    ours = [keys[name] for name in story.cast if name in keys]
    effects = company.control("GET", f"effects?after={first_effect}")
    people = {person.email for person in company.people.values()}
    return Evidence(
        began=began,
        keys=keys,
        issues={key: company.control("GET", f"jira/issues/{key}") for key in ours},
        messages=[one for one in _messages(company) if one.at >= began],
        changes=[
            Change(issue=str(one.get("issue")), kind=str(one["kind"]), at=read_moment(one["at"]))
            for one in effects
            if one["service"] == "jira" and one["actor"] not in people
        ],
        trails={key: trail(key) for key in ours},
        answers=answers,
        places={check.at: _read(company, check.at) for check in story.ends if isinstance(check, Place)},
    )


def _read(company: Company, place: str) -> str:
    service, _, path = place.partition("/")
    return json.dumps(company.twin(service, "GET", path), ensure_ascii=False, separators=(",", ":"))


def _messages(company: Company) -> list[Card]:
    found: dict[tuple[str, str], Card] = {}
    for name in company.people:
        found |= {(card.channel, card.ts): card for card in cards_on(company.screen(name), name)}
    return sorted(found.values(), key=lambda card: card.at)


def key_of(name: str, keys: dict[str, str]) -> str | None:
    """The key of an issue by its name; a key stands for itself."""
    return name if KEY.fullmatch(name) else keys.get(name)
