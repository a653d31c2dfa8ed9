"""The order of a queue: what most waits for comes first, with its reason, for the eyes of who asks."""

from datetime import date, timedelta
from typing import Any

import pytest

from orchestrator.impact import impact
from orchestrator.queues import Queues
from orchestrator.reach import reached
from rules.model import Item, ItemLink, Line, Person, SlaClock
from tests.fakes.rulings import ruleset
from tests.fakes.written import told, written
from tests.fakes.yard import Yard
from tests.orchestrator.test_impact import AT, item, known

TOM = Person(id="tom", name="Tom", jira="j-tom", slack="UTOM")


def blocks(*others: int) -> tuple[ItemLink, ...]:
    return tuple(
        ItemLink(id=f"b{other}", type="Blocks", direction="outward", other=other, other_key=f"WEB-{other}")
        for other in others
    )


def yard_with(*reports: dict[str, Any]) -> Yard:
    yard = Yard()
    for number, report in enumerate(reports, start=1):
        yard.report(number, f"trouble number {number}", **report)
    yard.settle()
    return yard


def order(yard: Yard, project: str = "WEB") -> list[str]:
    answer = yard.ask("UTOM", "queue", project)
    return [line.split(" ")[3] for line in written(answer).splitlines() if line[:1].isdigit()]


def test_what_most_waits_for_comes_first_and_says_why() -> None:
    yard = yard_with({"priority": "Highest"}, {"links": blocks(1)}, {"priority": "Low"})

    told = written(yard.ask("UTOM", "queue", "WEB"))

    assert order(yard) == ["WEB-2", "WEB-1", "WEB-3"]
    assert "1. 5 · WEB-2 trouble number 2 (no priority): 5 for what it blocks" in told.replace("*", "")
    assert "WEB-3 trouble number 3 (Low): nothing waits for it" in told


def test_of_equals_the_more_urgent_by_its_own_priority_sla_and_due_date_comes_first() -> None:
    soon = SlaClock(name="Resolution", breaches_at=AT + timedelta(days=9_000))
    late = SlaClock(name="Resolution", breaches_at=AT + timedelta(days=9_999))
    yard = yard_with({}, {"due": date(2026, 5, 1)}, {"slas": (late,)}, {"slas": (soon,)}, {"priority": "High"})

    assert order(yard) == ["WEB-5", "WEB-4", "WEB-3", "WEB-2", "WEB-1"]


def test_other_projects_and_what_is_done_are_not_in_the_queue() -> None:
    yard = yard_with({}, {"project": "SHOP"}, {"links": blocks(2)})

    assert order(yard) == ["WEB-3", "WEB-1"]
    assert order(yard, "SHOP") == ["SHOP-2"]


def test_what_the_asker_may_not_browse_is_neither_listed_nor_weighed() -> None:
    yard = yard_with({}, {"links": blocks(4)}, {}, {"priority": "Highest"})
    yard.tracker.hidden[4] = {"j-tom"}
    yard.tracker.hidden[3] = {"j-tom"}

    told = written(yard.ask("UTOM", "queue", "WEB"))

    assert "WEB-3" not in told
    assert "WEB-4" not in told
    assert "WEB-2 trouble number 2 (no priority): nothing waits for it" in told


def test_a_project_without_anything_to_see_is_as_one_that_is_not_there() -> None:
    yard = yard_with({})
    yard.tracker.hidden[1] = {"j-tom"}

    answers = [written(yard.ask("UTOM", "queue", name)).replace(name, "") for name in ("WEB", "NOWHERE")]

    assert answers[0] == answers[1]
    assert "I know no open issue in" in answers[0]


def test_a_long_queue_is_told_in_part_with_how_many_more_there_are() -> None:
    yard = yard_with(*({} for _ in range(20)))

    assert len(order(yard)) == 15
    assert "and 5 more open" in written(yard.ask("UTOM", "queue", "WEB"))


class Counting:
    """Items in memory; counts how often they are read, and how many at once at most."""

    def __init__(self, held: dict[int, Item]) -> None:
        self.held, self.asked = held, list[int]()

    def items(self, ids: Any) -> tuple[Item, ...]:
        self.asked.append(len(ids))
        return tuple(self.held[id_] for id_ in ids if id_ in self.held)


@pytest.mark.parametrize(("most", "asked"), [(700, [10, 100, 590]), (5, [5])])
def test_what_is_read_has_a_bound_however_much_is_linked(most: int, asked: list[int]) -> None:
    tree = known(*(item(n, *(("Blocks", "outward", 10 * n + leaf) for leaf in range(10))) for n in range(1, 2_000)))
    read = Counting(tree)

    reached([tree[1]], read.items, most)

    assert read.asked == asked


def test_what_alone_blocks_a_heavy_one_comes_before_it_though_one_link_leads_to_it() -> None:
    inward = ItemLink(id="b9", type="Blocks", direction="inward", other=9, other_key="WEB-9")
    yard = yard_with(*({} for _ in range(6)), {"links": (*blocks(1, 2, 3), inward), "priority": "Highest"})
    yard.report(9, "one cause", links=blocks(7))
    yard.settle()

    assert order(yard)[:2] == ["WEB-9", "WEB-7"]


def test_a_chain_is_followed_for_four_steps() -> None:
    chain = known(*(item(n, ("Blocks", "outward", n + 1)) for n in range(1, 9)))

    assert sorted(reached([chain[1]], Counting(chain).items, 100)) == [1, 2, 3, 4, 5]


def test_the_same_is_told_whether_asked_for_one_issue_or_for_its_queue() -> None:
    yard = yard_with({"priority": "Highest"}, {"links": blocks(1)})
    queues = Queues(items=yard.memory.items, audience=yard.audience, clock=yard.clock)

    one = queues.impact(yard.tracker.issues[2], TOM, ruleset())
    (first, *_) = (line for section in queues.queue("WEB", TOM, ruleset()).sections for line in section.lines)

    assert told(one.footer[0]) == "Weight 5: 5 for what it blocks."
    assert "*5*" in told(first)


def test_a_due_date_moves_no_issue_before_one_that_more_waits_for() -> None:
    waited_for, due = item(1, ("Blocks", "outward", 2)), item(3, due=date(2026, 1, 1))
    held = known(waited_for, item(2), due)

    assert impact(waited_for, held, AT).place < impact(due, held, AT).place


def test_whatever_a_summary_says_the_line_fits_its_parts() -> None:
    yard = yard_with({})
    yard.report(9, "{0} {nonsense} " + "long " * 100)
    yard.settle()

    lines: list[Line] = [line for section in yard.ask("UTOM", "queue", "WEB").sections for line in section.lines]

    assert any("{0} {nonsense} long" in told(line) for line in lines)
    assert max(len(told(line)) for line in lines) < 200
