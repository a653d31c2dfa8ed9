"""Who may see what: everybody in a channel has to be known and permitted, and silence grants nothing."""

from __future__ import annotations

import pytest

from integrations.directory.audience import LARGEST_CHANNEL
from orchestrator.memory import Audience
from orchestrator.ports import ChatProfile, GatewayError
from rules.model import Person
from tests.integrations.directory.town import BUSY, FORBIDDEN, LOCKED_OUT, Town

MIKA = Person(id="mika", name="Mika", jira="j-mika")


def gather(town: Town, *names: str) -> None:
    """Bring colleagues who may browse items 1 and 2 into the channel."""
    for name in names:
        town.settle(name)
        town.jira.browsable[f"j-{name}"] = {1, 2}
    town.slack.channels["C1"] = tuple(f"U{name.upper()}" for name in names)


def test_it_plays_the_role_that_the_core_asks_for(town: Town) -> None:
    role: Audience = town.audience
    assert role.person_sees(MIKA, ()) == frozenset()


def test_a_person_sees_what_jira_lets_them_browse(town: Town) -> None:
    town.jira.browsable["j-mika"] = {1, 3}
    assert town.audience.person_sees(MIKA, [1, 2, 3]) == {1, 3}


def test_a_person_without_a_jira_account_sees_nothing(town: Town) -> None:
    assert town.audience.person_sees(Person(id="slack:U1", name="Gil", slack="U1"), [1]) == frozenset()


def test_a_person_sees_nothing_while_jira_refuses_to_tell(town: Town) -> None:
    town.jira.browsable["j-mika"] = {1}
    town.jira.failure = FORBIDDEN
    refused = town.audience.person_sees(MIKA, [1])
    town.jira.failure = None
    assert not refused
    assert town.audience.person_sees(MIKA, [1]) == {1}


def test_jira_is_asked_only_for_what_is_not_known(town: Town) -> None:
    town.jira.browsable["j-mika"] = {1, 2}
    town.audience.person_sees(MIKA, [1])
    town.audience.person_sees(MIKA, [2, 1])
    town.audience.person_sees(MIKA, [1, 2])
    assert town.jira.asked == [("j-mika", (1,)), ("j-mika", (2,))]


def test_a_permission_that_is_taken_away_is_gone_after_five_minutes(town: Town) -> None:
    town.jira.browsable["j-mika"] = {1}
    town.audience.person_sees(MIKA, [1])
    town.jira.browsable.clear()
    town.seconds = 301
    assert town.audience.person_sees(MIKA, [1]) == frozenset()


def test_a_permission_that_is_granted_counts_after_half_a_minute(town: Town) -> None:
    town.audience.person_sees(MIKA, [1])
    town.jira.browsable["j-mika"] = {1}
    town.seconds = 31
    assert town.audience.person_sees(MIKA, [1]) == {1}


def test_a_channel_sees_what_each_of_its_members_may_browse(town: Town) -> None:
    gather(town, "mika", "dana")
    town.jira.browsable["j-dana"] = {2, 3}
    assert town.channel_sees(1, 2, 3) == {2}


def test_the_second_check_of_a_channel_asks_nobody(town: Town) -> None:
    gather(town, "mika", "dana")
    town.channel_sees(1, 2)
    asked = len(town.jira.asked), len(town.slack.asked)
    town.channel_sees(1, 2)
    assert (len(town.jira.asked), len(town.slack.asked)) == asked


def test_one_unknown_member_hides_everything_from_a_channel(town: Town) -> None:
    gather(town, "mika", "dana")
    town.slack.channels["C1"] += ("UNOBODY",)
    assert town.channel_sees(1) == frozenset()
    assert town.jira.asked == []


def test_one_member_without_a_jira_account_hides_everything_from_a_channel(town: Town) -> None:
    gather(town, "mika", "gil")
    town.settle("gil", guest=True)
    assert town.channel_sees(1) == frozenset()
    assert town.jira.asked == []


def test_a_guest_whom_the_rules_link_may_look_on_with_their_own_eyes(town: Town) -> None:
    gather(town, "mika", "gil")
    town.settle("gil", guest=True)
    town.name("gil", jira="j-gil", slack="UGIL")
    assert town.channel_sees(1) == {1}


def test_a_bot_in_the_channel_hides_nothing(town: Town) -> None:
    gather(town, "mika")
    town.slack.users["UBOT"] = ChatProfile(id="UBOT", name="Deploys", bot=True)
    town.slack.channels["C1"] += ("UBOT",)
    assert town.channel_sees(1) == {1}


@pytest.mark.parametrize("members", [(), ("UBOT",)])
def test_a_channel_without_humans_sees_nothing(town: Town, members: tuple[str, ...]) -> None:
    town.slack.users["UBOT"] = ChatProfile(id="UBOT", name="Deploys", bot=True)
    town.slack.channels["C1"] = members
    assert town.channel_sees(1) == frozenset()


@pytest.mark.parametrize("vendor", ["jira", "slack"])
def test_a_channel_sees_nothing_while_somebody_refuses_to_tell(town: Town, vendor: str) -> None:
    gather(town, "mika")
    getattr(town, vendor).failure = FORBIDDEN
    assert town.channel_sees(1) == frozenset()


@pytest.mark.parametrize("failure", [BUSY, LOCKED_OUT])
def test_nobody_is_passed_over_because_jira_does_not_answer_now(town: Town, failure: GatewayError) -> None:
    town.jira.failure = failure
    with pytest.raises(GatewayError) as told:
        town.audience.person_sees(MIKA, [1])
    assert told.value is failure


@pytest.mark.parametrize("vendor", ["jira", "slack"])
def test_no_channel_is_passed_over_because_somebody_does_not_answer_now(town: Town, vendor: str) -> None:
    gather(town, "mika")
    getattr(town, vendor).failure = BUSY
    with pytest.raises(GatewayError) as told:
        town.channel_sees(1)
    assert told.value is BUSY


@pytest.mark.parametrize(("members", "seen"), [(LARGEST_CHANNEL, {1}), (LARGEST_CHANNEL + 1, set())])
def test_a_channel_that_is_too_large_sees_nothing(town: Town, members: int, seen: set[int]) -> None:
    gather(town, *(f"p{number}" for number in range(members)))
    assert town.channel_sees(1) == seen


def test_nobody_in_a_channel_that_is_too_large_is_looked_up(town: Town) -> None:
    gather(town, *(f"p{number}" for number in range(5_000)))
    town.channel_sees(1)
    assert town.slack.asked == ["C1"]


def test_jira_is_asked_no_more_once_nothing_is_left_to_see(town: Town) -> None:
    gather(town, "mika", "dana", "noor")
    town.jira.browsable["j-mika"] = set()
    town.channel_sees(1)
    assert town.jira.asked == [("j-mika", (1,))]


def test_who_joins_a_channel_is_noticed_after_two_minutes(town: Town) -> None:
    gather(town, "mika")
    town.channel_sees(1)
    town.slack.channels["C1"] += ("UNOBODY",)
    town.seconds = 121
    assert town.channel_sees(1) == frozenset()


def test_while_slack_does_not_answer_its_last_members_choose_a_place_but_are_shown_nothing(town: Town) -> None:
    gather(town, "mika")
    town.channel_sees(1)
    town.slack.failure = BUSY
    town.seconds = 121

    assert town.audience.channel_would_see("C1", [1], town.ruleset) == {1}
    with pytest.raises(GatewayError):
        town.channel_sees(1)


def test_who_was_known_last_needs_todays_permission_to_choose_a_place(town: Town) -> None:
    gather(town, "mika")
    town.channel_sees(1)
    town.slack.failure = BUSY
    town.jira.browsable.clear()
    town.seconds = 301

    assert town.audience.channel_would_see("C1", [1], town.ruleset) == frozenset()
