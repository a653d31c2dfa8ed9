"""How often and how late Jira is asked again, and how it is told."""

import logging
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.jira.patient import PAUSES_S, Patient
from orchestrator.ports import GatewayError


def failing(times: int, *, retryable: bool = True, retry_after: float | None = None) -> Callable[[], str]:
    """A question that is answered after so many failures."""
    left = [GatewayError("Jira failed (500)", retryable=retryable, retry_after=retry_after)] * times

    def question() -> str:
        if left:
            raise left.pop()
        return "answer"

    return question


@given(st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 3600), st.integers(0, len(PAUSES_S)))
def test_no_pause_is_shorter_than_jira_wants_nor_much_longer(chance: float, wanted: float | None, times: int) -> None:
    slept = list[float]()

    answer = Patient(sleep=slept.append, chance=lambda: chance).ask(failing(times, retry_after=wanted))

    assert answer == "answer"
    least = [max(pause, wanted or 0.0) for pause in PAUSES_S[:times]]
    assert all(one <= pause <= one * 1.25 for one, pause in zip(least, slept, strict=True))


def test_after_the_last_pause_it_is_given_up() -> None:
    with pytest.raises(GatewayError, match="500"):
        Patient([1.0, 2.0], sleep=lambda _: None).ask(failing(3))


def test_what_trying_again_does_not_mend_is_not_tried_again() -> None:
    slept = list[float]()

    with pytest.raises(GatewayError, match="500"):
        Patient(sleep=slept.append).ask(failing(1, retryable=False))

    assert slept == []


def test_one_trouble_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    patient = Patient(sleep=lambda _: None, chance=lambda: 0.0)

    with caplog.at_level(logging.WARNING):
        patient.ask(failing(3))
        patient.ask(failing(1, retry_after=17))

    assert [record.getMessage() for record in caplog.records] == ["Jira failed (500); it is tried again in 1 s"]


def test_the_next_trouble_is_told_again(caplog: pytest.LogCaptureFixture) -> None:
    patient = Patient(sleep=lambda _: None, chance=lambda: 0.0)

    with caplog.at_level(logging.WARNING):
        patient.ask(failing(1))
        patient.ask(failing(0))
        patient.ask(failing(1, retry_after=17))

    assert [record.getMessage().split(" in ")[1] for record in caplog.records] == ["1 s", "17 s"]
