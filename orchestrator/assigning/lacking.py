"""Where nobody can take an item: who has to know is told, once, and the message says so once somebody can. Pure.

It is the item's own card, which is rendered anew whenever the item is looked at, from how things stand then.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from orchestrator.assigning.allotment import Allotment
from orchestrator.assigning.asked import gift
from orchestrator.assigning.waiting import waits
from orchestrator.batching.arrivals import is_being_sorted, is_of_many
from orchestrator.cards import told_of
from orchestrator.changes import CardWanted, Changes, Entry
from orchestrator.facts import Facts
from orchestrator.judging import reference
from orchestrator.messages import Button, Message, Section, led_by
from orchestrator.remembered import Recorded
from orchestrator.watching.telling import promise, who_could
from rules.canonical import plain
from rules.model import Item, ItemRef, Line, PersonRef
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

__all__ = ["LACKING", "is_told", "lacking_card", "tell"]

#: How the id of the request of such a card begins; the item's number follows.
LACKING: Final = "item:"
_FIND = Line(text="*Please find somebody.* Assign it in Jira, or free somebody: I ask as soon as anybody can take it.")
_AN_HOUR: Final = 60
_NOBODY = Line(text="• I know nobody who does such work.")
_AGAIN = Line(text="I look again every quarter of an hour.")


def is_told(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether people have to know that nobody can take the item."""
    item, found = facts.item, facts.allotment
    if item is None or found is None or not found.lacking or found.workflow not in rules.workflows:
        return False
    if is_of_many(facts, rules) or is_being_sorted(facts, rules) or _asked(facts.requests) is not None:
        return False
    return item.is_open and item.assignee == found.holder and waits(item, found.workflow, rules, facts.now)


def tell(facts: Facts, rules: Ruleset) -> Changes:
    """Tell the channel in which questions about it are asked, or else those who decide who takes it."""
    found = facts.allotment
    if not facts.fresh or found is None or not is_told(facts, rules):
        return Changes()
    where = _places(found, facts, rules)
    entry = Entry(
        kind="item.unclaimed",
        subject=facts.subject,
        at=facts.now,
        text=Line(text="nobody can take {0}, and people are told", parts=(reference(facts, found.item),)),
        about=(found.item,),
        data={"places": list(where), "barred": plain(found.barred)},
        once=f"item.unclaimed:{found.workflow}:{found.item}",
    )
    return Changes(
        cards=tuple(CardWanted(request=f"{LACKING}{found.item}", place=one) for one in where), entries=(entry,)
    )


def lacking_card(
    item: Item, told: Recorded, name: Callable[[str], PersonRef], now: datetime, rules: Ruleset
) -> Message:
    """Give the message as it should stand now: why nobody can, or what has become of it."""
    found, here = told.allotment, ItemRef(id=item.id, key=item.key)
    waiting = found is not None and found.workflow in rules.workflows and waits(item, found.workflow, rules, now)
    ended = _ended(item, told, name)
    if ended is not None or found is None or not waiting:
        lines = (ended or Line(text="*It waits for nobody any more.*"), told_of(item))
        return Message(title=Line(text="Nobody could take {0}", parts=(here,)), sections=(Section(lines=lines),))
    return Message(
        title=Line(text="Nobody can take {0} now", parts=(here,)),
        sections=(
            Section(lines=(_FIND, told_of(item), *promise(item, now))),
            Section(heading="Why nobody", lines=tuple(_why(found)), buttons=(*_take(item), who_could(item))),
        ),
        footer=(_AGAIN,),
    )


def _places(found: Allotment, facts: Facts, rules: Ruleset) -> tuple[str, ...]:
    workflow = rules.workflows[found.workflow]
    channel = facts.channels.get(workflow.channel)
    if channel is not None and facts.may_see(channel, found.item):
        return (channel,)
    deciding = [one for one in facts.holders(workflow.approvers) if one.linked and not one.guest]
    return tuple(f"user:{one.slack}" for one in deciding if facts.may_see(one.id, found.item))


def _ended(item: Item, told: Recorded, name: Callable[[str], PersonRef]) -> Line | None:
    """Say why nobody has to be found any more; None where somebody has to."""
    found = told.allotment
    if item.deleted:
        return Line(text="*It is gone.*")
    if not item.is_open:
        return Line(text="*It is closed.*")
    if item.assignee is not None and (found is None or item.assignee != found.holder):
        return Line(text="*{0} has it.*", parts=(name(item.assignee),))
    asked = _asked(told.requests)
    asked = asked or (found.person if found is not None else None)
    return Line(text="*{0} is asked whether they take it.*", parts=(name(asked),)) if asked is not None else None


def _asked(requests: Iterable[Request]) -> str | None:
    """Give who is asked now whether they take it."""
    pending = (one for one in requests if one.state is RequestState.PENDING and gift(one) is not None)
    return next((one.candidate for one in pending if one.candidate is not None), None)


def _take(item: Item) -> Iterator[Button]:
    if item.assignee is None:
        yield Button(action="item.take", label="Take it", value={"subject": f"{LACKING}{item.id}"}, style="primary")


def _why(found: Allotment) -> Iterator[Line]:
    if found.why is not None:
        yield led_by("• ", (), found.why)
    yield from (led_by("• ", (), line) for line in found.barred)
    if not found.barred:
        yield _NOBODY
    if found.over >= _AN_HOUR:
        yield Line(text=f"• All that waits is about {found.over / 60:.0f} h more than those who are there take.")
