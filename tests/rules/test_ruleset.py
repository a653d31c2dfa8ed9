"""What a ruleset says as a whole."""

import msgspec

from tests.fakes.rulings import ruleset


def test_only_who_couples_issues_says_from_which_likeness_on() -> None:
    rules = ruleset()
    gives_out = msgspec.structs.replace(rules.agents["reporter"], asks_from=0)

    assert msgspec.structs.replace(rules, agents=rules.agents | {"dispatcher": gives_out}).couples_from == 350
    assert msgspec.structs.replace(rules, workflows={}).couples_from == 1000
