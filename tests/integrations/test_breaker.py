"""A vendor that is out of service costs one call in a while, and is told of once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from integrations.breaker import PAUSE_S, STREAK, Breaker, Recovery
from orchestrator.ports import GatewayError

SILENT = GatewayError("it did not answer in time", retryable=True, in_doubt=True, outage=True)
REFUSED = GatewayError("there is no such issue", retryable=False)
BUSY = GatewayError("too many calls", retryable=True)


@dataclass
class Vendor:
    """Fails as told; counts the calls that reach it, and keeps what an operator is told."""

    seconds: float = 0.0
    failure: GatewayError | None = None
    reached: int = 0
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.breaker = Breaker("Jira", self, monotonic=lambda: self.seconds)

    def begins(self, error: GatewayError) -> None:
        self.told.append(str(error))

    def ends(self) -> None:
        self.told.append("over")

    def call(self) -> GatewayError | None:
        try:
            with self.breaker.asking():
                self.reached += 1
                if self.failure is not None:
                    raise self.failure
        except GatewayError as error:
            return error
        return None

    def break_down(self) -> None:
        self.failure = SILENT
        for _ in range(STREAK):
            self.call()


def test_what_the_vendor_answers_is_passed_on() -> None:
    vendor = Vendor(failure=REFUSED)

    assert vendor.call() is REFUSED


def test_a_silent_vendor_is_not_asked_any_more_and_nothing_is_left_in_doubt() -> None:
    vendor = Vendor()
    vendor.break_down()

    refused = vendor.call()

    assert vendor.reached == STREAK
    assert refused is not None
    assert (refused.retryable, refused.in_doubt, refused.outage, refused.retry_after) == (True, False, True, PAUSE_S)


def test_two_failures_in_a_row_are_no_outage() -> None:
    vendor = Vendor(failure=SILENT)
    for _ in range(STREAK - 1):
        vendor.call()
    vendor.failure = None

    assert vendor.call() is None
    assert vendor.told == ["over"]


@pytest.mark.parametrize("failure", [REFUSED, BUSY])
def test_a_vendor_that_refuses_single_calls_is_at_work(failure: GatewayError) -> None:
    vendor = Vendor(failure=failure)
    for _ in range(STREAK * 2):
        vendor.call()

    assert vendor.reached == STREAK * 2
    assert vendor.told == ["over"]


def test_after_a_pause_one_call_alone_tries_again() -> None:
    vendor = Vendor()
    vendor.break_down()
    vendor.seconds += PAUSE_S

    with vendor.breaker.asking():
        meanwhile = vendor.call()

    assert meanwhile is not None
    assert vendor.reached == STREAK


def test_a_vain_try_is_followed_by_a_pause() -> None:
    vendor = Vendor()
    vendor.break_down()
    vendor.seconds += PAUSE_S

    vendor.call()
    vendor.call()

    assert vendor.reached == STREAK + 1


def test_a_vendor_that_is_back_is_asked_by_everybody_at_once() -> None:
    vendor = Vendor()
    vendor.break_down()
    vendor.failure = None
    vendor.seconds += PAUSE_S

    assert [vendor.call(), vendor.call()] == [None, None]
    assert vendor.reached == STREAK + 2


def test_a_try_that_broke_here_does_not_bar_the_way_for_ever() -> None:
    vendor = Vendor()
    vendor.break_down()
    vendor.seconds += PAUSE_S
    with pytest.raises(KeyError), vendor.breaker.asking():
        raise KeyError

    vendor.failure, vendor.seconds = None, vendor.seconds + 60

    assert vendor.call() is None


def test_the_first_success_of_a_process_ends_what_another_told() -> None:
    vendor = Vendor()

    vendor.call()
    vendor.call()

    assert vendor.told == ["over"]


def test_an_outage_and_its_end_are_told() -> None:
    vendor = Vendor()
    vendor.call()
    vendor.break_down()
    vendor.call()
    vendor.failure, vendor.seconds = None, PAUSE_S

    vendor.call()

    assert vendor.told == ["over", str(SILENT), "over"]


def test_only_a_vendor_that_is_out_is_tried_when_nobody_else_asks_it() -> None:
    tried = list[str]()

    def back() -> None:
        tried.append("Jira")

    def still_out() -> None:
        tried.append("Slack")
        raise SILENT

    troubles = {"Slack": "it cannot be reached", "polling Jira": "429"}

    Recovery(troubles=lambda: troubles, pings={"Jira": back, "Slack": still_out}).round()

    assert tried == ["Slack"]
