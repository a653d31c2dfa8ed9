"""Threads that have the same done at the same time: each gets its own result, and none pays for another's failure."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from integrations.store.together import Together
from tests.sandbox.ear import eventually

MOST = 5


def test_each_thread_gets_the_result_of_its_own_wish_which_is_done_once() -> None:
    batches: list[Sequence[int]] = []

    def double(numbers: Sequence[int]) -> list[int]:
        batches.append(numbers)
        return [2 * number for number in numbers]

    together = Together(double, MOST)
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(together.done, range(500)))

    assert results == [2 * number for number in range(500)]
    assert sorted(number for batch in batches for number in batch) == list(range(500))
    assert max(map(len, batches)) <= MOST


def test_who_comes_while_one_is_at_work_is_served_with_the_others_that_wait() -> None:
    batches: list[Sequence[str]] = []
    begun, others_wait = Event(), Event()

    def work(wishes: Sequence[str]) -> Sequence[str]:
        batches.append(wishes)
        begun.set()
        others_wait.wait(60)
        return wishes

    together = Together(work, MOST)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(together.done, "first")
        begun.wait(60)
        others = [pool.submit(together.done, name) for name in ("a", "b", "c")]
        eventually(lambda: len(together._row) == len(others))
        others_wait.set()

        assert [one.result(60) for one in (first, *others)] == ["first", "a", "b", "c"]
    assert len(batches) == 2


def test_who_did_it_for_all_is_told_why_it_broke_and_the_others_have_no_result() -> None:
    begun, others_wait = Event(), Event()

    def work(wishes: Sequence[str]) -> Sequence[str]:
        begun.set()
        others_wait.wait(60)
        if "bad" in wishes:
            raise ValueError("broken")
        return wishes

    together = Together(work, MOST)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(together.done, "first")
        begun.wait(60)
        others = [pool.submit(together.done, name) for name in ("bad", "good")]
        eventually(lambda: len(together._row) == len(others))
        others_wait.set()
        told = [one.exception(60) for one in others]

        assert first.result(60) == "first"
        assert sorted(map(str, told)) == ["None", "broken"]
        assert [one.result() for one, error in zip(others, told, strict=True) if error is None] == [None]
    assert together.done("later") == "later"


def test_what_breaks_is_told_to_its_caller() -> None:
    def break_(wishes: Sequence[str]) -> Sequence[str]:
        raise ValueError(f"{len(wishes)} broken")

    with pytest.raises(ValueError, match="1 broken"):
        Together(break_, MOST).done("anything")
