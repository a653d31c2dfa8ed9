"""What rules say of learning: what it needs, and who takes what was learnt into use. No I/O."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class LearningRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the ranking of related issues learns from what people say of it, and forecasts from how promises went.

    `from_answers`: how many answers the first needs, `from_promises` how many promises the other. `uses`: a version
    that did no worse than what is shipped on what came later is used `by_itself`, or waits until an operator chooses it
    `by_hand`.
    """

    from_answers: Annotated[int, Meta(ge=20)] = 50
    from_promises: Annotated[int, Meta(ge=100)] = 200
    uses: Literal["by_itself", "by_hand"] = "by_itself"
