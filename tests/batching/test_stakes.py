"""What a batch's card says of what is at stake: customers, what waits, the SLA, the one in front, and what differs."""

from datetime import timedelta

import pytest

from orchestrator.batching.stakes import at_stake, differing, in_front
from orchestrator.impact import Impact, impact
from rules.model import SlaClock
from tests.batching.bad_morning import cards, yard_with
from tests.batching.crowd import DEFECT
from tests.fakes.written import told
from tests.orchestrator.test_impact import AT, DONE, item, known
from tests.orchestrator.test_queues import blocks


def said(found: Impact, unseen: int = 0) -> str:
    return "\n".join(told(line) for line in at_stake(found, unseen))


def test_a_batch_for_which_nothing_waits_says_nothing() -> None:
    alone = item(1)

    assert said(impact(alone, known(alone), AT)) == ""


def test_what_waits_for_any_of_them_waits_for_the_batch() -> None:
    first, second = item(1), item(2, ("Blocks", "outward", 7))
    waiting = item(7, project="SHOP", priority="Highest", assignee="j-dana")
    found = impact(first, known(first, second, waiting), AT, [1, 2])

    words = "They block WEB-7 issue 7 (Highest), and with them 1 person."

    assert words in said(found)
    assert "5 for what it blocks, 2 for 1 report like it, 3 for 1 other project, 2 for 1 other customer" in said(found)


def test_of_several_that_wait_the_weightiest_is_named() -> None:
    first = item(1, ("Blocks", "outward", 7), ("Blocks", "outward", 8))
    found = impact(first, known(first, item(7), item(8, project="SHOP", priority="High")), AT)

    assert "They block 2 open issues in 2 projects; the weightiest is WEB-8 issue 8 (High)." in said(found)


def test_what_is_reported_as_done_passes_nothing_on() -> None:
    first, second = item(1), item(2, ("Blocks", "outward", 7), status=DONE)

    assert impact(first, known(first, second, item(7)), AT, [1, 2]).blocked == ()


def test_what_not_all_may_browse_is_only_counted() -> None:
    first = item(1)

    assert said(impact(first, known(first), AT), unseen=2) == (
        "2 more issues may wait for them that not everybody here may browse."
    )


def test_customers_are_named_however_they_are_written() -> None:
    first, second = item(1, organisations=("Acme",)), item(2, customers=("ACME", "Beta"))

    assert "It concerns 2 customers: Acme, Beta; 1 more person reported it without naming one." in said(
        impact(first, known(first, second, item(3)), AT, [1, 2, 3])
    )


@pytest.mark.parametrize(
    ("hours", "points", "words"),
    [
        (0.5, 8, "an SLA that breaks within the hour"),
        (5, 4, "an SLA that breaks within 8 hours"),
        (70, 2, "an SLA that breaks within 3 days"),
        (80, 0, ""),
        (-1, 8, "an SLA that is broken"),
    ],
)
def test_the_sla_that_breaks_first_weighs_by_how_soon(hours: float, points: int, words: str) -> None:
    clock = SlaClock(name="Resolution", breaches_at=AT + timedelta(hours=hours))
    other = SlaClock(name="Reply", breaches_at=AT + timedelta(hours=200))
    first, second = item(1, slas=(other,)), item(2, slas=(clock, SlaClock(name="Paused", paused=True)))
    found = impact(first, known(first, second), AT, [2])

    assert found.points == 4 + points
    assert words in said(found)
    assert f"SLA: Resolution of WEB-2 {'is broken since' if hours < 0 else 'breaks first,'}" in said(found)


def test_the_clock_of_what_is_done_breaks_for_nobody() -> None:
    clock = SlaClock(name="Resolution", breaches_at=AT)

    assert impact(item(1, slas=(clock,), status=DONE), {}, AT).points == 0


def test_who_stands_in_front_has_a_reason() -> None:
    head, linked, unlinked = item(1), item(2, ("Duplicate", "outward", 1)), item(3)

    assert "the oldest that is open and that all here may browse" in told(in_front(head, [head, unlinked]))
    assert "one of them is linked to it already" in told(in_front(head, [head, linked, unlinked]))


def test_what_differs_is_named_and_what_half_of_the_others_share_is_not() -> None:
    others = [item(n, components=("checkout",), versions=("8.3",)) for n in range(1, 4)]
    odd = item(9, project="OPS", components=("mail", "vpn"), versions=("8.3",))

    line = differing(odd, [*others, item(4)], silent=True)

    assert line is not None
    assert told(line) == (
        "It has project OPS and not WEB; component mail, vpn and not checkout; none of the words that the others share."
    )
    assert differing(others[0], others, silent=False) is None


def test_the_card_of_a_batch_tells_all_of_it() -> None:
    yard = yard_with(*DEFECT[:5])
    clock = SlaClock(name="Time to resolution", breaches_at=yard.clock.now() + timedelta(hours=2))
    yard.report(90, "Release of the shop", priority="Highest", project="SHOP")
    yard.tracker.change(3, by="j-tom", links=blocks(90), organisations=("Acme",), slas=(clock,))
    yard.settle()
    (card,) = cards(yard)

    assert "It concerns 1 customer: Acme; 1 more person reported it without naming one." in card
    assert "They block SHOP-90 Release of the shop (Highest)." in card
    assert "SLA: Time to resolution of WEB-3 breaks first" in card
    assert "stands for all of them: it is the oldest that is open" in card


def test_the_card_counts_what_waits_out_of_sight_and_does_not_name_it() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.report(90, "A secret release", project="SHOP")
    yard.tracker.hidden[90] = {"j-tom"}
    yard.tracker.change(3, by="j-tom", links=blocks(90))
    yard.settle()
    (card,) = cards(yard)

    assert "1 more issue may wait for them that not everybody here may browse." in card
    assert "secret" not in card
