"""What rules say of giving out work: which issues that nobody has are offered to those who suit best. No I/O."""

from typing import Annotated

import msgspec
from msgspec import Meta

ProjectKey = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_]{0,99}$")]


class AssignRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open issues of `projects` that nobody has are matched with people, all that wait at once.

    `dull`: a CEL condition over an issue: such work is nobody's favourite and is shared, as work outside of anybody's
    hours is. `explore`: of a thousand issues whose SLA is in no danger, so many are offered to another of the best
    five, to learn from it. `hands_over_after_hours`: what somebody has who is away for that long waits for another;
    without, it stays theirs. `back_within_hours`: where nobody can take an issue, people are told, unless somebody who
    could is back so soon, and before its SLA breaks. `relieves`: what somebody has not begun and has beyond their
    `open_hours` waits for another too.
    """

    projects: tuple[ProjectKey, ...] = ()
    dull: str | None = None
    explore: Annotated[int, Meta(ge=0, le=200)] = 0
    hands_over_after_hours: Annotated[int, Meta(ge=1)] | None = None
    back_within_hours: Annotated[int, Meta(ge=1)] = 72
    relieves: bool = False
