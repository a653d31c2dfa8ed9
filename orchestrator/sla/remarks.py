"""Takes from events when comments were written, which changelogs do not hold. Pure; their texts stay out."""

from collections.abc import Iterable, Iterator

from rules.canonical import revive
from rules.model import Event, FieldChange


def remarks(events: Iterable[Event]) -> Iterator[FieldChange]:
    """Give each comment that says when it was written as an entry of the changelog, as `timeline` reads it."""
    for event in events:
        comment = event.payload.get("comment") if event.source == "jira" else None
        if comment and comment.get("at"):
            yield revive(
                {
                    "id": f"comment:{comment['id']}",
                    "at": comment["at"],
                    "author": comment.get("author"),
                    "field": "comment",
                    "after": "public" if comment.get("public") else "internal",
                },
                FieldChange,
            )
