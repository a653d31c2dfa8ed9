"""Whether a title is that of work that comes again and again, each time anew: a chore, a request, a report. Pure.

It must not judge texts: two that are alike under such a title are still likely alike, only not the same piece of work.
"""

import re
from collections.abc import Collection
from datetime import timedelta

from rules.model import Item

#: So many earlier issues of a title, over longer than a problem of many lasts, none of them linked as a repetition, say
#: that it recurs.
_LEAST = 3
_SPREAD = timedelta(days=1)
#: ... and so does that people said so often that two of the title are not the same, be it within hours.
_REFUSED = 2
_WORD = re.compile(r"[^\W\d_]+")


def same_title(one: Item, other: Item) -> bool:
    """Tell whether two bear the same title, but for numbers, letter case and what stands between the words."""
    return _title(one) == _title(other) != []


def recurs(item: Item, known: Collection[Item], link_type: str, refusals: int = 0) -> bool:
    """Tell whether its title recurs among earlier issues without that any was a repetition (linked by `link_type`).

    `refusals`: how often people said no to two of them.
    """
    earlier = [one for one in known if one.created < item.created and same_title(one, item)]
    repeated = any(link.type == link_type for one in earlier for link in one.links)
    if repeated:
        return False
    if refusals >= _REFUSED:
        return True
    if len(earlier) < _LEAST:
        return False
    times = sorted(one.created for one in earlier)
    return times[-1] - times[0] >= _SPREAD


def _title(item: Item) -> list[str]:
    return _WORD.findall(item.summary.text.casefold())
