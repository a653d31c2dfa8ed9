"""Many cards for one channel cost no burst: after the first refusal they come one by one."""

import heapq

from hypothesis import given
from hypothesis import strategies as st

from integrations.slack.pace import Pace


class Slack:
    """Takes five messages at once and then one a second; tells for how long it wants none."""

    def __init__(self) -> None:
        self.now = 0.0
        self.left, self.since = 5.0, 0.0
        self.taken: list[float] = []
        self.refusals: list[float] = []

    def post(self) -> float | None:
        self.left = min(5.0, self.left + self.now - self.since)
        self.since = self.now
        if self.left < 1.0:
            self.refusals.append(self.now)
            return 1.0
        self.left -= 1.0
        self.taken.append(self.now)
        return None


def played(cards: int, lag: float) -> Slack:
    """Have so many cards wanted at once, each tried again when it was told to, and `lag` seconds later."""
    slack = Slack()
    pace = Pace(lambda: slack.now)
    due = [(0.0, number) for number in range(cards)]
    while due:
        at, number = heapq.heappop(due)
        slack.now = max(slack.now, at)
        wait: float | None = pace.wait("chat.postMessage:C1", 1.0)
        if not wait:
            wait = slack.post()
            if wait is not None:
                pace.refused("chat.postMessage:C1", wait)
        if wait is not None:
            heapq.heappush(due, (slack.now + wait + lag, number))
    return slack


def test_nothing_waits_before_slack_wants_it() -> None:
    pace = Pace(lambda: 0.0)

    assert [pace.wait("views.publish", 0.6) for _ in range(9)] == [0.0] * 9


def test_after_a_refusal_all_of_that_kind_wait_one_behind_the_other_and_others_do_not() -> None:
    pace = Pace(lambda: 100.0)

    pace.refused("chat.postMessage:C1", 7.0)

    assert [pace.wait("chat.postMessage:C1", 1.0) for _ in range(3)] == [7.0, 8.0, 9.0]
    assert pace.wait("chat.postMessage:C2", 1.0) == 0.0


def test_a_kind_that_nobody_wanted_for_long_starts_afresh() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.refused("chat.update", 1.0)

    now[0] = 121.0

    assert pace.wait("chat.update", 1.2) == 0.0
    assert pace.wait("chat.update", 1.2) == 0.0


@given(st.integers(1, 500), st.floats(0.0, 0.4))
def test_five_hundred_cards_cost_no_burst_and_all_come(cards: int, lag: float) -> None:
    slack = played(cards, lag)

    calls = sorted([*slack.taken, *slack.refusals])
    assert len(slack.taken) == cards
    assert all(sum(at <= one < at + 1.0 for one in calls) <= 7 for at in calls)
    assert len(slack.refusals) <= 1 + cards // 20
    assert slack.now <= cards * 1.5 + 3.0
