"""Who is joined across the rules, Jira and Slack, who is not, and what would join them."""

from __future__ import annotations

import pytest

from integrations.directory.roll import Entry, Members, roll
from orchestrator.ports import ChatProfile
from rules.ruleset import Ruleset, WorkflowRule
from tests.integrations.directory.town import Town


class Channels:
    """The chat, with one channel of the rules."""

    def __init__(self, town: Town, *members: str) -> None:
        self.town, self.users = town, members

    def channel(self, name: str) -> str | None:
        return "C1" if name == "#yard" else None

    def members(self, channel: str) -> tuple[str, ...]:
        assert channel == "C1"
        return self.users

    def profile(self, user: str) -> ChatProfile | None:
        return self.town.slack.profile(user)


@pytest.fixture
def town() -> Town:
    return Town()


def rules_of(town: Town) -> Ruleset:
    rules = town.ruleset
    workflow = WorkflowRule(
        outcome="x", owner="o", agent="a", when="true", approvers="r", channel="#yard", expires_after_hours=1
    )
    return Ruleset(agents={}, workflows={"w": workflow}, limits=rules.limits, roles={}, people=rules.people)


def found(town: Town, *members: str, **owners: int) -> dict[str, Entry]:
    chat: Members = Channels(town, *members)
    named = {account.replace("_", "-"): count for account, count in owners.items()}
    return {one.id: one for one in roll(rules_of(town), town.directory, chat, named)}


def test_whoever_is_known_in_both_is_joined_and_nothing_is_amiss(town: Town) -> None:
    town.settle("mika")
    town.name("mika", jira="j-mika", slack="UMIKA")

    entry = found(town, j_mika=3)["mika"]

    assert (entry.state, entry.jira, entry.slack, entry.open_items, entry.fix) == ("joined", "j-mika", "UMIKA", 3, "")


def test_what_the_rules_lack_is_named(town: Town) -> None:
    town.name("tom", jira="j-tom")
    town.name("lena")

    told = found(town)

    assert (told["tom"].state, told["tom"].fix) == ("not joined", "write people.tom.slack")
    assert told["lena"].fix == "write people.lena.jira and write people.lena.slack"


def test_an_account_with_open_issues_that_is_nobodys_in_slack_is_told_of_the_heaviest_first(town: Town) -> None:
    town.settle("mika")
    town.name("mika", jira="j-mika", slack="UMIKA")

    told = list(found(town, j_mika=1, j_gus=2, j_old=5))

    assert told == ["mika", "jira:j-old", "jira:j-gus"]


def test_somebody_in_a_channel_without_a_jira_account_is_told_of_and_bots_are_not(town: Town) -> None:
    town.settle("nia", email=False)
    town.settle("robot", bot=True, email=False)
    town.settle("dana")

    told = found(town, "UNIA", "UROBOT", "UDANA")

    assert list(told) == ["slack:UNIA"]
    assert "`slack: UNIA`" in told["slack:UNIA"].fix


def test_who_left_is_told_of_ten_minutes_later_and_who_came_back_too(town: Town) -> None:
    town.settle("mika")
    town.name("mika", jira="j-mika", slack="UMIKA")
    assert found(town)["mika"].state == "joined"

    town.settle("mika", active=False)
    assert found(town)["mika"].state == "joined"
    town.seconds += 601
    assert found(town, j_mika=2)["mika"].state == "left"
    assert "give their open issues to others" in found(town)["mika"].fix

    town.settle("mika")
    town.seconds += 601
    assert found(town)["mika"].state == "joined"


def test_a_newcomer_whose_address_shows_is_joined_without_a_word_in_the_rules(town: Town) -> None:
    town.settle("nia", email=False)
    assert list(found(town, "UNIA", j_nia=1)) == ["jira:j-nia", "slack:UNIA"]

    town.settle("nia")
    town.seconds += 601

    assert found(town, "UNIA", j_nia=1) == {}


def test_a_guest_is_shown_as_one(town: Town) -> None:
    town.settle("gus", guest=True)
    town.name("gus", jira="j-gus", slack="UGUS")

    assert found(town)["gus"].state == "guest"
