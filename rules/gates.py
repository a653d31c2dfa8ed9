"""What rules say of a gate: a status of Jira that an item leaves only once people have decided. No I/O."""

from typing import Annotated, Literal

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


class ChangeRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field that who says yes may change by that: "yes, but 800".

    `kind`: what it holds; one of the `choices` where it is a choice. `keeps_yes_if`: those who have agreed already are
    not asked again where the new value is lower (earlier), or higher (later), than the one that they agreed to.
    """

    kind: Literal["number", "date", "choice", "text"]
    choices: Annotated[tuple[Words, ...], Meta(max_length=50)] = ()
    keeps_yes_if: Literal["lower", "higher"] | None = None


class BulkRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions that come within a stretch of `within_minutes` share a card, and several may be approved at once.

    `at_most`: so many at once. Whether one is like the others is told by the gate's `amount`; `up_to`: what the amounts
    of those approved at once may come to.
    """

    at_most: Annotated[int, Meta(ge=2, le=10)]
    within_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    up_to: Annotated[int, Meta(ge=1)] | None = None


class GateRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question is asked about each item that is in `on_status`, for as long as it is there.

    `asks`: what they decide, in a few words. `fields`: names of Jira's fields that people agree to beside the summary;
    where one changes they are asked again. `amount`: the one of Jira's fields, a number, that says about how much
    it is; it is agreed to like `fields`. `approved` and `rejected`: where the item goes then. `expired`: what is
    commented when nobody answered in time; without it nothing is. `changes`: which fields an approver may change
    with their yes; these are agreed to like `fields`. `changer_counts`: whether who changed one has agreed to it by
    that, or others have to. `bulk`: those that are alike share a card.
    """

    on_status: Words
    approved: GateEnd
    rejected: GateEnd
    asks: Annotated[str, Meta(max_length=100)] = ""
    fields: Annotated[tuple[Words, ...], Meta(max_length=20)] = ()
    amount: Words | None = None
    expired: str = ""
    changes: Annotated[dict[Words, ChangeRule], Meta(max_length=5)] = {}
    changer_counts: bool = True
    bulk: BulkRule | None = None

    @property
    def bound(self) -> tuple[str, ...]:
        """Give the names of all fields that people agree to."""
        amount = (self.amount,) if self.amount is not None else ()
        return tuple(dict.fromkeys((*amount, *self.fields, *self.changes)))
