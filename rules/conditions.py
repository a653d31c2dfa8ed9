"""Conditions over facts, written in CEL (the Common Expression Language): a finding with its reason. No I/O.

Every word that a condition may use has a type, so that a misspelt word and a comparison of unlike things are mistakes
when the rules are loaded. What still breaks when it is evaluated never counts for anything: the finding says so.
Source: https://github.com/google/cel-spec; evaluated by Google's C++ implementation.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from cel_expr_python import cel

from rules.actions import kind_of
from rules.canonical import Value
from rules.decisions import Proposal
from rules.model import Item
from rules.spelling import nearest

#: A text, a whole number, a truth value, a list of texts, texts by their names.
WordType = Literal["text", "number", "truth", "texts", "named"]
ITEM_WORDS: Final[Mapping[str, WordType]] = {
    "item.key": "text",
    "item.project": "text",
    "item.type": "text",
    "item.request_type": "text",
    "item.status": "text",
    "item.status_category": "text",
    "item.is_open": "truth",
    "item.age_hours": "number",
    "item.priority": "text",
    "item.resolution": "text",
    "item.components": "texts",
    "item.labels": "texts",
    "item.versions": "texts",
    "item.fix_versions": "texts",
    "item.organisations": "texts",
    "item.customers": "texts",
    "item.summary": "text",
    "item.description": "text",
}
#: What is proposed for an item: `other` is the known item that it repeats, blank where there is none.
PROPOSAL_WORDS: Final[Mapping[str, WordType]] = {
    **ITEM_WORDS,
    **{f"other.{word.removeprefix('item.')}": type_ for word, type_ in ITEM_WORDS.items()},
    "proposal.workflow": "text",
    "proposal.agent": "text",
    "proposal.actions": "texts",
    "proposal.confidence": "number",
    "proposal.by_person": "truth",
    "proposal.fields": "named",
    "now.weekday": "text",
    "now.hour": "number",
}
MAX_CONDITION: Final = 4_000
_CEL: Final = {
    "text": cel.Type.STRING,
    "number": cel.Type.INT,
    "truth": cel.Type.BOOL,
    "texts": cel.Type.List(cel.Type.STRING),
    "named": cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
}
_COMPLAINT: Final = re.compile(r"ERROR: <input>:(?P<line>\d+):(?P<column>\d+): (?P<words>[^\n]*)")
_BLANK: Final[Mapping[WordType, Any]] = {"text": "", "number": 0, "truth": False, "texts": [], "named": {}}
_UNFIT: Final = re.compile(r"found no matching overload for '(?P<what>[^']*)' applied to '(?P<types>[^']*)'.*")
_UNPRINTABLE: Final = re.compile(r"[^\s\x20-\ud7ff\ue000-\U0010ffff]")
_UNKNOWN: Final = re.compile(r"undeclared reference to '(?P<word>[^']*)'.*")


Activation: TypeAlias = cel.Activation


class ConditionError(ValueError):
    """The text is not a condition; the message says what is wrong with it, and where in it."""


class Finding(Value, frozen=True, kw_only=True):
    """Whether a condition holds, and why, in words. `broken`: it could not be evaluated."""

    holds: bool
    reason: str
    broken: bool = False


class Vocabulary:
    """The words that conditions about one kind of thing may use, each with its type."""

    def __init__(self, words: Mapping[str, WordType]) -> None:
        self.words = words
        self._environment = cel.NewEnv(variables={word: _CEL[type_] for word, type_ in words.items()})
        self.compiled = lru_cache(maxsize=4096)(self._compiled)

    def seen(self, view: Mapping[str, Any]) -> Activation:
        """Make ready a view of the facts, a value for each word, for any number of conditions."""
        return self._environment.Activation(dict(view))

    def _compiled(self, text: str) -> cel.Expression:
        """Compile a condition that says yes or no over these words; raises ConditionError."""
        if len(text) > MAX_CONDITION or _UNPRINTABLE.search(text):
            raise ConditionError(f"is over {MAX_CONDITION} characters, or holds one that no text has")
        try:
            expression = self._environment.compile(text)
        except (RuntimeError, TypeError, ValueError) as error:
            raise ConditionError(_in_our_words(str(error), self.words)) from error
        gives = expression.return_type()
        if gives != cel.Type.BOOL:
            raise ConditionError(f"must say yes or no, but gives {str(gives).lower()}")
        return expression


ITEMS: Final = Vocabulary(ITEM_WORDS)
PROPOSALS: Final = Vocabulary(PROPOSAL_WORDS)


def check(vocabulary: Vocabulary, text: str, seen: Activation) -> Finding:
    """Evaluate a condition, though it may be from rules of an older vocabulary; what breaks does not hold."""
    try:
        evaluated = vocabulary.compiled(text).eval(seen)
    except (ConditionError, RuntimeError, TypeError, ValueError) as error:
        return _broken(str(error))
    if evaluated.type() == cel.Type.ERROR:
        return _broken(str(evaluated.value()))
    holds = evaluated.value() is True
    return Finding(holds=holds, reason=f"it {'holds' if holds else 'does not hold'} that {text}")


def said_of(text: str, view: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Give the words that a condition uses with their values in a view, in the order of the text."""
    used = dict.fromkeys(re.findall(r"[a-z]+\.[a-z_]+", text))
    return tuple((word, view[word]) for word in used if word in view)


def _in_our_words(error: str, words: Mapping[str, WordType]) -> str:
    told = _COMPLAINT.search(error)
    if told is None:
        return error[:500]
    said = told["words"].removesuffix(" [INVALID_ARGUMENT]").partition(" expecting {")[0][:300]
    if unknown := _UNKNOWN.fullmatch(said):
        said = f"there is no word {unknown['word']}{nearest(unknown['word'], words)}"
    elif unfit := _UNFIT.fullmatch(said):
        said = f"{unfit['what'].strip('_')} does not fit {unfit['types']}"
    line = f"line {told['line']}, " if told["line"] != "1" else ""
    return f"at {line}character {told['column']}: {said}"


def _broken(why: str) -> Finding:
    return Finding(holds=False, reason=f"the condition could not be evaluated: {why[:500]}", broken=True)


def view_of(item: Item, now: datetime) -> dict[str, Any]:
    """Give a value for each of `ITEM_WORDS`, whose meaning stands in `docs/writing-rules.md`."""
    return {
        "item.key": item.key,
        "item.project": item.project,
        "item.type": item.type,
        "item.request_type": item.request_type or "",
        "item.status": item.status.name,
        "item.status_category": item.status.category,
        "item.is_open": item.is_open,
        "item.age_hours": int((now - item.created).total_seconds() // 3600),
        "item.priority": item.priority or "",
        "item.resolution": item.resolution or "",
        "item.components": list(item.components),
        "item.labels": list(item.labels),
        "item.versions": list(item.versions),
        "item.fix_versions": list(item.fix_versions),
        "item.organisations": list(item.organisations),
        "item.customers": list(item.customers),
        "item.summary": item.summary.text,
        "item.description": item.description.text,
    }


def view_of_proposal(
    proposal: Proposal, workflow: str, item: Item | None, other: Item | None, now: datetime
) -> dict[str, Any]:
    """Give a value for each of `PROPOSAL_WORDS`. `now` in the zone in which weekday and hour are told."""
    return {
        **_named("item", item, now),
        **_named("other", other, now),
        "proposal.workflow": workflow,
        "proposal.agent": proposal.agent,
        "proposal.actions": sorted({kind_of(action) for action in proposal.payload.actions}),
        "proposal.confidence": proposal.confidence,
        "proposal.by_person": proposal.requester is not None,
        "proposal.fields": dict(proposal.fields),
        "now.weekday": calendar.day_name[now.weekday()].lower(),
        "now.hour": now.hour,
    }


def _named(name: str, item: Item | None, now: datetime) -> dict[str, Any]:
    blank = {word: _BLANK[type_] for word, type_ in ITEM_WORDS.items()}
    view = view_of(item, now) if item is not None else blank
    return {f"{name}.{word.removeprefix('item.')}": value for word, value in view.items()}
