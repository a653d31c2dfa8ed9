"""WAS and CHANGED: what a field has been, from the changelog of an issue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.jira.jql.fields import FIELDS, Field
from sandbox.jira.jql.functions import values_of
from sandbox.jira.jql.scope import Scope
from sandbox.jira.jql.syntax import Changed, JqlError, Predicate, Was
from sandbox.jira.records import Change, Issue

Words = frozenset[str | None]
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What a field was for a while, as names and ids; no words are empty. `by` made it so."""

    since: datetime
    until: datetime
    words: Words
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When and by whom, as the predicates say; None is anybody."""

    since: datetime
    until: datetime
    by: frozenset[str] | None


def was_test(scope: Scope, field: Field, clause: Was) -> Callable[[Issue], bool]:
    """Whether an issue's field ever was one of the values, within the predicates; `was not` is the contrary."""
    wanted = frozenset(values_of(scope, field, clause.operand))
    window = _window(scope, clause.predicates)
    contrary = "not" in clause.operator
    read = field.read(scope)

    def test(issue: Issue) -> bool:
        stays = _stays(field, issue, read(issue))
        return any(_fits(stay.words, wanted) and _overlaps(stay, window) for stay in stays) != contrary

    return test


def changed_test(scope: Scope, field: Field, clause: Changed) -> Callable[[Issue], bool]:
    """Whether an issue's field changed: from, to, by whom and when, as the predicates say."""
    window = _window(scope, clause.predicates)
    ends = {
        name: frozenset(value for p in clause.predicates if p.operator == name for value in _read(scope, field, p))
        for name in ("from", "to")
    }

    def test(issue: Issue) -> bool:
        return any(
            window.since <= at <= window.until
            and (window.by is None or who in window.by)
            and (not ends["from"] or _fits(_before(change), ends["from"]))
            and (not ends["to"] or _fits(_after(change), ends["to"]))
            for at, who, change in _changes(field, issue)
        )

    return test


def _read(scope: Scope, field: Field, predicate: Predicate) -> list[Any]:
    return values_of(scope, field, predicate.operand)


def _fits(words: Words, wanted: frozenset[Any]) -> bool:
    return bool(words & wanted) or (not words and None in wanted)


def _overlaps(stay: Stay, window: Window) -> bool:
    return stay.since <= window.until and stay.until > window.since and (window.by is None or stay.by in window.by)


def _window(scope: Scope, predicates: Sequence[Predicate]) -> Window:
    since, until, by = datetime.min.replace(tzinfo=UTC), LAST, None
    for predicate in predicates:
        if predicate.operator == "by":
            by = frozenset(_read(scope, FIELDS["creator"], predicate))
            continue
        if predicate.operator in ("from", "to"):
            continue
        dates = _read(scope, FIELDS["created"], predicate)
        if None in dates or len(dates) != (2 if predicate.operator == "during" else 1):
            raise JqlError(f"The predicate '{predicate.operator}' needs a date, and 'during' needs two in parentheses.")
        if predicate.operator in ("after", "during", "on"):
            since = max(since, dates[0])
        if predicate.operator == "on":
            until = min(until, dates[0] + timedelta(days=1, milliseconds=-1))
        elif predicate.operator in ("before", "during"):
            until = min(until, dates[-1])
    return Window(since=since, until=until, by=by)


def _changes(field: Field, issue: Issue) -> list[tuple[datetime, str, Change]]:
    return sorted(
        (
            (entry.created, entry.author, change)
            for entry in issue.history
            for change in entry.changes
            if change.field_id in field.logged or change.field in field.logged
        ),
        key=lambda told: told[0],
    )


def _stays(field: Field, issue: Issue, now: list[Any]) -> list[Stay]:
    changes = _changes(field, issue)
    if not changes:
        return [Stay(since=issue.created, until=LAST, words=frozenset(now), by=issue.creator)]
    first = Stay(since=issue.created, until=changes[0][0], words=_before(changes[0][2]), by=issue.creator)
    ends = [*(at for at, *_ in changes[1:]), LAST]
    return [
        first,
        *(
            Stay(since=at, until=end, words=_after(change), by=who)
            for (at, who, change), end in zip(changes, ends, strict=True)
        ),
    ]


def _before(change: Change) -> Words:
    return _words(change.before, change.before_text)


def _after(change: Change) -> Words:
    return _words(change.after, change.after_text)


def _words(*texts: str | None) -> Words:
    """Ids and names as the reader of the field gives them: ids as they are, all in small letters too."""
    parts = [part for text in texts if text for part in (text, *text.split(", "))]
    return frozenset(word for part in parts for word in (part, part.lower()))
