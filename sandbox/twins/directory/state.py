"""The directory's state: resources as SCIM documents, each with its version; and what is computed from them."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Resource:
    """A user, group or application: what was written, without what the directory adds."""

    id: str
    document: Json
    created: datetime
    modified: datetime
    version: int = 1


@dataclass(slots=True, kw_only=True)
class DirectoryState:
    """All of the directory in memory, by kind (Users, Groups, Applications). Callers hold the world's lock."""

    kinds: dict[str, dict[str, Resource]] = field(
        default_factory=lambda: {"Users": {}, "Groups": {}, "Applications": {}}
    )
    last_number: int = 1_000

    def next_id(self) -> str:
        """An id that no resource had before."""
        self.last_number += 1
        return f"d{self.last_number}"

    def groups_of(self, identity: str) -> Iterator[Resource]:
        """The groups that have somebody as a member."""
        for group in self.kinds["Groups"].values():
            if identity in member_ids(group):
                yield group

    def seats_used(self, application: Resource) -> int:
        """How many active people have an application, by any of its groups."""
        groups = [self.kinds["Groups"].get(one["value"]) for one in application.document.get("groups") or ()]
        people = set(itertools.chain.from_iterable(member_ids(group) for group in groups if group is not None))
        users = [self.kinds["Users"][person] for person in people if person in self.kinds["Users"]]
        return sum(bool(user.document.get("active", True)) for user in users)


def member_ids(group: Resource) -> list[str]:
    """The ids of a group's members."""
    return [str(one["value"]) for one in group.document.get("members") or ()]
