"""Makes up issues whose words are as many and as rare as those of real trackers; for measuring speed, never quality.

The numbers follow 2,503 bug reports of Hadoop: 33 distinct terms in the median issue and 110 in the longest tenth, most
words in one issue only. Every fiftieth issue is the same alert once more, as monitoring systems file them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import log
from random import Random

from rules.canonical import plain
from rules.model import Snapshot

_VOCABULARY = 400_000
_SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "si", "to", "vu", "za", "de", "fi", "go", "hu", "ja")
_ALERT_EVERY = 50
_KEPT_EVERY = 33
_ALERT = ("Disk of the build agent is almost full", "Only 4 % are free on the volume of the build agent, see runbook")
_FIRST = datetime(2023, 1, 1, tzinfo=UTC)
_APART = timedelta(minutes=8)
_OPEN = {"id": "1", "name": "Open", "category": "new"}
_DONE = {"id": "5", "name": "Done", "category": "done"}


class MadeIssues:
    """Issues in the order of their creation, eight minutes apart; the same seed makes the same ones."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = Random(seed)  # noqa: S311 -- made-up texts, not secrets
        self._words = [_word(number) for number in range(_VOCABULARY)]
        self._kept: list[tuple[int, list[str]]] = []
        self._odds = list(accumulate(1 / (place + 8) ** 1.05 for place in range(_VOCABULARY)))

    def from_(self, first: int, number: int) -> Iterator[Snapshot]:
        """Give `number` issues with ids from `first` on; four in five are done, each five days after it was created."""
        for item in range(first, first + number):
            yield self._issue(item)

    def reworded(self) -> tuple[int, str, str]:
        """Give the id of an issue of the younger half, and a summary and description with six in ten of its words."""
        item, words = self._chance.choice(self._kept[len(self._kept) // 2 :])
        other = self._chance.choices(self._words, cum_weights=self._odds, k=len(words))
        said = [ours if self._chance.random() < 0.6 else theirs for ours, theirs in zip(words, other, strict=True)]
        return item, " ".join(said[:7]), " ".join(said[7:])

    def _text(self, item: int) -> tuple[str, str]:
        if item % _ALERT_EVERY == 0:
            return _ALERT
        length = min(int(self._chance.lognormvariate(log(40), 0.85)) + 8, 1500)
        words = self._chance.choices(self._words, cum_weights=self._odds, k=length)
        words += [f"z{item:x}y{self._chance.randrange(10**6):x}" for _ in range(self._chance.randrange(10))]
        if item % _KEPT_EVERY == 0:
            self._kept.append((item, words))
        return " ".join(words[:7]), " ".join(words[7:])

    def _issue(self, item: int) -> Snapshot:
        summary, description = self._text(item)
        done = self._chance.random() < 0.8
        project = f"P{self._chance.randrange(40)}"
        updated = created_at(item) + timedelta(days=5)
        fields = {
            "project": project,
            "summary": {"as": "tainted", "text": summary},
            "description": {"as": "tainted", "text": description},
            "type": self._chance.choice(("Bug", "Task")),
            "status": _DONE if done else _OPEN,
            "created": plain(created_at(item)),
            "updated": plain(updated),
            "resolved_at": plain(updated) if done else None,
            "reporter": f"acc-{self._chance.randrange(2_000)}",
            "components": [f"part {self._chance.randrange(300)}"],
        }
        return Snapshot(id=item, key=f"{project}-{item}", updated=updated, fields=fields)


def created_at(item: int) -> datetime:
    """Tell when an issue was created."""
    return _FIRST + item * _APART


def is_alert(issue: Snapshot) -> bool:
    """Tell whether it is one of the alerts, which all say the same."""
    return bool(issue.fields["summary"]["text"] == _ALERT[0])


def resolved(issue: Snapshot) -> Snapshot:
    """Give an issue as a later webhook does: with another status, and all else as before."""
    at = created_at(issue.id) + timedelta(days=9)
    fields = issue.fields | {"status": _DONE, "updated": plain(at), "resolved_at": plain(at)}
    return Snapshot(id=issue.id, key=issue.key, updated=at, fields=fields)


def _word(number: int) -> str:
    """Spell a number; the last letter keeps the stemmer from taking an ending off."""
    spelt = ""
    while True:
        number, syllable = divmod(number, len(_SYLLABLES))
        spelt += _SYLLABLES[syllable]
        if number == 0:
            return spelt + "x"
