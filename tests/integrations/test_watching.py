"""The tick that begins the looks at teams' work: one a day and ruleset, however many processes make it."""

from datetime import timedelta

from integrations.watching import Watching
from rules.model import Event
from rules.watching import WatchRule
from tests.fakes.watch import WEB, watched
from tests.fakes.yard import Yard


class Put:
    """The intake of a yard."""

    def __init__(self, yard: Yard) -> None:
        self.put = yard.memory.put

    def bury(self, event: Event, reason: str) -> bool:
        raise AssertionError(f"{event.id} is buried: {reason}")


def test_many_rounds_of_a_day_make_one_event_and_other_rules_another() -> None:
    yard = Yard(watched())
    watching = Watching(rulebook=yard.memory, intake=Put(yard), clock=yard.clock)

    for _ in range(3):
        watching.round()
    assert [one.subject for one in yard.memory.tables.waiting] == [WEB]

    yard.clock.at += timedelta(days=1)
    watching.round()
    assert len(yard.memory.tables.waiting) == 2

    yard.memory.rules = watched(WatchRule())
    watching.round()
    assert len(yard.memory.tables.waiting) == 2
