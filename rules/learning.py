"""What rules say of learning: what it needs, and who takes what was learnt into use. No I/O."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class LearningRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the ranking of related issues learns from what people confirmed, rejected and took back.

    `from_answers`: how many answers it needs. `uses`: a version that did no worse than the defaults on later answers is
    used `by_itself`, or waits until an operator chooses it `by_hand`.
    """

    from_answers: Annotated[int, Meta(ge=20)] = 50
    uses: Literal["by_itself", "by_hand"] = "by_itself"
