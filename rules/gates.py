"""What rules say of a gate: a status of Jira that an item leaves only once people have decided. No I/O."""

from typing import Annotated

import msgspec
from msgspec import Meta

Words = Annotated[str, Meta(min_length=1, max_length=4000)]


class GateEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an item goes once people have answered: into the first of these statuses that a transition leads to.

    `resolution` is given where the transition's screen takes one. `comment` says on the issue who answered, when and
    why: wiki markup with the places {people}, {at} and {reasons}; a line is left out whose place is empty. `internal`:
    customers of a service desk do not see it.
    """

    statuses: Annotated[tuple[str, ...], Meta(min_length=1)]
    comment: Words
    resolution: str = ""
    internal: bool = False


class GateRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question is asked about each item that is in `on_status`, for as long as it is there.

    `fields`: names of Jira's fields that people agree to beside the summary; where one changes they are asked again.
    `approved` and `rejected`: where the item goes then. `expired`: what is commented when nobody answered in time;
    without it nothing is.
    """

    on_status: Words
    approved: GateEnd
    rejected: GateEnd
    fields: Annotated[tuple[Words, ...], Meta(max_length=20)] = ()
    expired: str = ""

    @property
    def statuses(self) -> tuple[str, ...]:
        """Give the statuses that an answer leads to."""
        return (*self.approved.statuses, *self.rejected.statuses)
