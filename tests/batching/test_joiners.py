"""Which issues of a batch wait to be asked about: what links them with the one in front says whether they do."""

import pytest

from orchestrator.batching import Batch
from orchestrator.batching.joiners import waiting
from orchestrator.facts import ActionRecord, Facts, Known, RecordState
from orchestrator.ports import Receipt
from rules.actions import Action, LinkAction, UnlinkAction
from rules.model import Item, ItemLink, Status, Subject, Tainted
from tests.fakes.clock import NOON

BATCH = Subject(kind="batch", id="b")
OURS = ItemLink(id="700", type="Duplicate", direction="inward", other=3, other_key="WEB-3")
THEIRS = ItemLink(id="701", type="Relates", direction="outward", other=3, other_key="WEB-3")


def issue(number: int, *links: ItemLink) -> Item:
    return Item(
        id=number,
        key=f"WEB-{number}",
        project="WEB",
        summary=Tainted(text="the cart is empty"),
        type="Bug",
        status=Status(id="1", name="Open", category="new"),
        created=NOON,
        updated=NOON,
        links=links,
    )


def record(action: Action, state: RecordState, link: str = "") -> ActionRecord:
    return ActionRecord(
        key=f"{type(action).__name__}",
        decision="d",
        request="r",
        agent="duplicates",
        subject=BATCH,
        position=0,
        action=action,
        state=state,
        receipt=Receipt(id=link) if state is RecordState.DONE else None,
    )


@pytest.mark.parametrize(
    ("links", "unlinking", "waits"),
    [
        ((), RecordState.DONE, True),
        ((OURS,), None, False),
        ((OURS,), RecordState.PLANNED, True),
        ((OURS,), RecordState.DONE, True),
        ((OURS,), RecordState.FAILED, False),
        ((THEIRS,), RecordState.DONE, False),
        ((OURS, THEIRS), RecordState.PLANNED, False),
        ((THEIRS,), None, False),
    ],
)
def test_a_link_of_ours_that_is_taken_back_settles_nothing_and_one_that_people_make_does(
    links: tuple[ItemLink, ...], unlinking: RecordState | None, *, waits: bool
) -> None:
    records = [record(LinkAction(item=3, other=1, type="Duplicate"), RecordState.DONE, "700")]
    if unlinking is not None:
        records.append(record(UnlinkAction(item=3, other=1, type="Duplicate"), unlinking))
    facts = Facts(
        subject=BATCH,
        now=NOON,
        item=issue(3),
        known=(Known(item=issue(1, *links), confidence=900, model="m"),),
        batch=Batch(id="b", members=(1, 3), since=NOON, grown_at=NOON, head=3),
        records=tuple(records),
    )

    assert [one.id for one in waiting(facts)] == ([1] if waits else [])
