"""What waits for an issue weighs by priority, distance, reports and projects, whatever way the links are drawn."""

from datetime import UTC, datetime
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.impact import impact, neighbours, weight
from orchestrator.waiting import impact_message
from rules.model import Item, ItemLink, Status, Tainted
from tests.fakes.written import written
from tests.fakes.yard import Yard

OPEN = Status(id="1", name="Open", category="new")
DONE = Status(id="5", name="Done", category="done")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def item(number: int, *links: tuple[str, str, int], **more: object) -> Item:
    ends = tuple(
        ItemLink(id=f"{number}-{other}", type=kind, direction=way, other=other, other_key=f"WEB-{other}")  # type: ignore[arg-type]
        for kind, way, other in links
    )
    plain = Item(
        id=number,
        key=f"WEB-{number}",
        project="WEB",
        summary=Tainted(text=f"issue {number}"),
        type="Bug",
        status=OPEN,
        created=AT,
        updated=AT,
        reporter=f"j-{number}",
        links=ends,
    )
    return msgspec.structs.replace(plain, **more)


def known(*items: Item) -> dict[int, Item]:
    return {one.id: one for one in items}


@pytest.mark.parametrize(
    "link",
    [("Blocks", "outward", 2), ("Dependency", "inward", 2), ("Problem/Incident", "outward", 2)],
)
def test_what_an_issue_blocks_waits_for_it(link: tuple[str, str, int]) -> None:
    root = item(1, link)

    found = impact(root, known(root, item(2, priority="Highest")), AT)

    assert [(one.id, steps) for one, steps in found.blocked] == [(2, 1)]
    assert found.points == 5


@pytest.mark.parametrize("link", [("Blocks", "inward", 2), ("Relates", "outward", 2), ("Duplicate", "outward", 2)])
def test_what_blocks_it_or_is_only_near_does_not_wait(link: tuple[str, str, int]) -> None:
    root = item(1, link)

    assert impact(root, known(root, item(2)), AT).points == 0


def test_what_waits_through_others_weighs_less() -> None:
    root, middle = item(1, ("Blocks", "outward", 2)), item(2, ("Blocks", "outward", 3), priority="Low")

    found = impact(root, known(root, middle, item(3, priority="High")), AT)

    assert found.points == 2 + 4 // 2


def test_what_is_done_does_not_wait_and_passes_nothing_on() -> None:
    root, middle = item(1, ("Blocks", "outward", 2)), item(2, ("Blocks", "outward", 3), status=DONE)

    assert impact(root, known(root, middle, item(3)), AT).points == 0


def test_a_ring_of_blocking_issues_comes_to_an_end() -> None:
    ring = known(item(1, ("Blocks", "outward", 2)), item(2, ("Blocks", "outward", 1)))

    assert [one.id for one, _ in impact(ring[1], ring, AT).blocked] == [2]


def test_what_waits_farther_away_than_four_steps_does_not_count() -> None:
    chain = known(*(item(n, ("Blocks", "outward", n + 1)) for n in range(1, 9)))

    assert [one.id for one, _ in impact(chain[1], chain, AT).blocked] == [2, 3, 4, 5]


def test_reports_that_repeat_it_and_other_projects_weigh() -> None:
    root = item(1, ("Duplicate", "inward", 2), ("Duplicate", "inward", 3))

    found = impact(root, known(root, item(2, project="SHOP"), item(3, reporter="j-2")), AT)

    assert (found.reporters, found.projects) == (2, ("SHOP", "WEB"))
    assert found.points == 2 * 2 + 3 + 2


@pytest.mark.parametrize(("priority", "weighs"), [("Blocker", 5), ("high", 4), (None, 3), ("Odd", 3), ("Trivial", 1)])
def test_a_priority_weighs_as_it_is_named(priority: str | None, weighs: int) -> None:
    assert weight(item(1, priority=priority)) == weighs


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=20), st.randoms(use_true_random=False))
def test_more_that_waits_never_weighs_less_in_whatever_order_it_is_told(
    pairs: list[tuple[int, int]], chance: Random
) -> None:
    def yard(drawn: list[tuple[int, int]]) -> dict[int, Item]:
        return known(*(item(n, *(("Blocks", "outward", to) for one, to in drawn if one == n)) for n in range(1, 9)))

    fewer, whole = yard(pairs[: len(pairs) // 2]), yard(pairs)
    mixed = list(whole.values())
    chance.shuffle(mixed)

    assert impact(fewer[1], fewer, AT).points <= impact(whole[1], whole, AT).points
    assert impact(whole[1], known(*mixed), AT) == impact(whole[1], whole, AT)


def test_only_what_can_be_reached_is_asked_for() -> None:
    assert neighbours(item(1, ("Blocks", "outward", 2), ("Relates", "outward", 3), ("Duplicate", "inward", 4))) == {
        2,
        4,
    }


def test_the_impact_is_told_in_words() -> None:
    root = item(1, ("Blocks", "outward", 2), ("Duplicate", "inward", 4))
    found = impact(root, known(root, item(2, ("Blocks", "outward", 3), priority="High"), item(3), item(4)), AT)

    told = written(impact_message(found))

    assert "It blocks 2 open issues, 1 of them through others:" in told
    assert "WEB-2 issue 2 (High, Open)" in told
    assert "1 other report repeats it; 2 people reported it in all." in told


def linked_yard() -> Yard:
    yard = Yard()
    blocks = ItemLink(id="9", type="Blocks", direction="outward", other=2, other_key="WEB-2")
    yard.report(2, "Ship the shop", priority="Highest")
    yard.report(1, links=(blocks,))
    yard.settle()
    return yard


def test_who_asks_for_the_impact_of_an_issue_is_told_what_it_blocks() -> None:
    told = written(linked_yard().ask("UTOM", "impact", "WEB-1"))

    assert "It blocks 1 open issue:" in told
    assert "WEB-2" in told


def test_what_the_asker_may_not_browse_weighs_nothing() -> None:
    yard = linked_yard()
    yard.tracker.hidden[2] = {"j-tom"}

    told = written(yard.ask("UTOM", "impact", "WEB-1"))

    assert "Nothing open that you may browse waits for it." in told
    assert "WEB-2" not in told
