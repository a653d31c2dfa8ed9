"""What rules say of who has to agree: so many people, of which roles, up to which amount, in which order. No I/O."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Refusal = Literal["any", "majority", "unreachable"]
Positive = Annotated[int, Meta(ge=1)]


class StepRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that people have to agree on.

    `roles`: whose holders may answer; without any, the workflow's approvers. `people`: how many of them have to approve
    (one); with `each`, so many of each role. Or `percent` of them; or a `weight` that those who approve have to reach,
    each by the heaviest of their roles in `weights`, where a role weighs 1 that is not named. `up_to`: the highest
    amount of the gate about which holders of a role may decide; a role that is not named may decide about any. `when`:
    a CEL condition over what is proposed; the step is left out where it does not hold, and asked where it breaks.
    """

    name: str
    roles: tuple[str, ...] = ()
    people: Annotated[int, Meta(ge=1, le=20)] | None = None
    each: bool = False
    percent: Annotated[int, Meta(ge=1, le=100)] | None = None
    weight: Positive | None = None
    weights: dict[str, Positive] = {}
    up_to: dict[str, Positive] = {}
    when: str | None = None

    def too_much_for(self, amount: Decimal | None) -> Iterator[str]:
        """Give the roles that may not decide about an amount; one that cannot be told is too much for any limit."""
        return (role for role, most in self.up_to.items() if amount is None or amount > most)


class ApprovalRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who has to agree. `in_order`: a step is asked once those before it are agreed to; else all at once.

    `refusal`: a question is refused by `any` who rejects, by the `majority` of a step's people, or once agreement is
    `unreachable`. `ask_first`: so many are asked directly as soon as it is asked, who are there and likely to answer
    soonest; the others are once they are reminded.
    """

    steps: Annotated[tuple[StepRule, ...], Meta(min_length=1, max_length=10)]
    in_order: bool = False
    refusal: Refusal = "any"
    ask_first: Positive | None = None
