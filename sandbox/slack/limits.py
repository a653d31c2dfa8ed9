"""How often the bot may call: Slack's tiers by method, and one message a second in a channel. Real time."""

import math
import time

from sandbox.slack.state import SlackState

#: Calls a minute in each of Slack's tiers.
TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
SMALLEST_BURST = 10
CHANNEL_BURST = 5


class RateLimitedError(Exception):
    """Too many calls; `wait_s` whole seconds until the next may come."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


def spend_call(slack: SlackState, method: str, per_minute: int) -> None:
    """Count a call against its method's tier: a minute's worth at once, ten at least, then as they grow again."""
    _spend(slack, method, burst=max(per_minute, SMALLEST_BURST), per_second=per_minute / 60)


def spend_message(slack: SlackState, channel: str) -> None:
    """Count a message against its channel: five at once, then one a second."""
    _spend(slack, channel, burst=CHANNEL_BURST, per_second=1.0)


def _spend(slack: SlackState, what: str, *, burst: int, per_second: float) -> None:
    if not slack.rate_limit:
        return
    now = time.monotonic()
    left, since = slack.buckets.get(what, (float(burst), now))
    left = min(burst, left + (now - since) * per_second)
    slack.buckets[what] = (left - 1 if left >= 1 else left, now)
    if left < 1:
        raise RateLimitedError(max(1, math.ceil((1 - left) / per_second)))
