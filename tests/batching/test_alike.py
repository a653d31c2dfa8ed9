from orchestrator.batching.alike import MOST, alike
from tests.batching.crowd import DEFECT, OTHER, crowd


def test_what_the_ranking_sees_of_each_issue_beside_the_one_in_front_is_told() -> None:
    found = alike(crowd(*DEFECT, *OTHER), head=1)

    assert 1 not in found
    assert found
    assert all(0 <= one.shares["cover"] <= 1000 for one in found.values())


def test_of_a_large_batch_some_are_enough() -> None:
    many = tuple((f"checkout fails for customer{number}", "the card is refused") for number in range(60))

    found = alike(crowd(*many), head=5)

    assert len(found) == MOST
    assert max(found) > 40


def test_a_batch_without_the_one_in_front_tells_nothing() -> None:
    assert alike(crowd(*DEFECT), head=999) == {}
