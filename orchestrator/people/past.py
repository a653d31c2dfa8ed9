"""What a project's issues tell of who did what: each issue's traits, who resolved it, how it went. Pure.

It reads issues and their changelogs alone, and knows people as the caller names them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from orchestrator import related
from orchestrator.courses import course
from orchestrator.people.skills import Resolved
from orchestrator.people.work import Done, Trait
from rules.canonical import Value
from rules.model import FieldChange, Item

__all__ = ["Gone", "Past", "done", "names_of", "resolved", "traits_of"]


class Gone(Value, frozen=True, kw_only=True):
    """An issue with the changes of its status and assignee, as far as they are known."""

    item: Item
    changes: tuple[FieldChange, ...] = ()


class Past(Protocol):
    """What is remembered of who did what."""

    def past(self, project: str, most: int) -> tuple[Gone, ...]:
        """Give the latest issues of a project, open ones too, at most so many, in the order of their ids."""
        ...

    def changed(self, ids: Collection[int], fields: Collection[str]) -> Mapping[int, Sequence[FieldChange]]:
        """Give the changes of these fields by the ids of their issues, in no order; none where nothing is known."""
        ...

    def held(self, accounts: Sequence[str]) -> tuple[Item, ...]:
        """Give the open items, of all projects, that are assigned to any of these Jira accounts."""
        ...


def traits_of(item: Item) -> tuple[Trait, ...]:
    """Give what kind of work an item is, as far as its opening tells; of its text the words of the summary."""
    customers = (*item.customers, *item.organisations)
    words = related.terms(item.summary.text, "").ids
    return (
        ("project", item.project),
        ("type", item.type),
        *(("component", one) for one in item.components),
        *(("customer", one) for one in customers),
        *(("label", one) for one in item.labels),
        *(("word", str(one)) for one in words),
    )


def names_of(item: Item) -> frozenset[str]:
    """Give in lower case what people may declare to know of an item: its traits, but for the words of its text."""
    named = (item.project, item.type, *item.components, *item.customers, *item.organisations, *item.labels)
    return frozenset(one.casefold() for one in named)


def resolved(past: Iterable[Gone], named: Callable[[str], str]) -> list[Resolved]:
    """Give what was resolved, with who had it in the end; what nobody had is left out.

    Args:
        past: issues; the open ones among them are passed over.
        named: gives the person behind a Jira account.
    """
    known = tuple(past)
    categories = {one.item.status.id: one.item.status.category for one in known}
    found = []
    for one in known:
        went = course(one.item, one.changes, categories)
        if one.item.is_open or one.item.assignee is None:
            continue
        ended = went.finished or one.item.resolved_at or one.item.updated
        found.append(
            Resolved(
                person=named(one.item.assignee),
                at=ended,
                traits=traits_of(one.item),
                took=ended - max(min(went.started or went.created, ended), went.created),
                reopened=bool(went.reopenings),
            )
        )
    return found


def done(work: Iterable[Resolved]) -> list[Done]:
    """Give the same as habits are learnt from it."""
    return [Done(who=one.person, at=one.at, traits=one.traits) for one in work]
