"""How two rulesets differ, in words, by the path of each difference. No I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

from rules.canonical import Value, plain
from rules.ruleset import Ruleset
from rules.sources import Path

LONGEST = 200


class Difference(Value, frozen=True, kw_only=True):
    """What changed at one place; `before` and `after` are plain data, None where there is nothing."""

    path: str
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.path}: new, {shown(self.after)}"
        if self.after is None:
            return f"{self.path}: gone, it was {shown(self.before)}"
        return f"{self.path}: {shown(self.before)} becomes {shown(self.after)}{self._in_a_list()}"

    def _in_a_list(self) -> str:
        if not (isinstance(self.before, list) and isinstance(self.after, list)):
            return ""
        come = [one for one in self.after if one not in self.before]
        gone = [one for one in self.before if one not in self.after]
        parts = [f"{shown(one)} comes" for one in come] + [f"{shown(one)} goes" for one in gone]
        return f" ({', '.join(parts) or 'another order'})"


def differences(before: Ruleset, after: Ruleset) -> tuple[Difference, ...]:
    """Give every difference, in the order of their paths; what was left out has the value that it then has."""
    return tuple(_between((), plain(before), plain(after)))


def _between(path: Path, before: object, after: object) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _between((*path, key), before.get(key), after.get(key))
    elif before != after:
        yield Difference(path=".".join(str(part) for part in path), before=before, after=after)


def shown(value: object) -> str:
    """Write plain data on one line, shortened where it is long."""
    if isinstance(value, Mapping):
        text = (
            "{"
            + ", ".join(f"{shown(key)}: {shown(one)}" for key, one in value.items() if one not in (None, [], {}))
            + "}"
        )
    elif isinstance(value, list):
        text = "[" + ", ".join(shown(one) for one in value) + "]"
    elif isinstance(value, bool) or value is None:
        text = {True: "yes", False: "no", None: "nothing"}[value]
    else:
        text = " ".join(str(value).split()) or '""'
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
