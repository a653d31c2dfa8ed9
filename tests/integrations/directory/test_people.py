"""Who is who: what the rules say, what an address tells, and whom nobody may be taken for."""

from __future__ import annotations

from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.directory.linking import Found, roster
from orchestrator.memory import Directory
from orchestrator.ports import ChatProfile, GatewayError
from rules.model import Person
from rules.ruleset import PersonRule
from tests.integrations.directory.town import BUSY, FORBIDDEN, LOCKED_OUT, Town


def test_it_plays_the_role_that_the_core_asks_for(town: Town) -> None:
    role: Directory = town.directory
    assert role.everyone(town.ruleset) == ()


def test_accounts_that_the_rules_name_are_linked(town: Town) -> None:
    town.settle("mika", email=False)
    town.name("mika", "triager", jira="j-mika", slack="UMIKA")
    mika = Person(id="mika", name="Mika", jira="j-mika", slack="UMIKA", roles=("triager",))
    assert town.everyone() == {"mika": mika}
    assert town.of_slack("UMIKA") == mika
    assert town.of_jira("j-mika") == mika


def test_an_address_in_the_rules_fills_both_accounts(town: Town) -> None:
    town.settle("mika")
    town.name("mika", email="mika@example.com")
    assert town.of_slack("UMIKA") == Person(id="mika", name="Mika", jira="j-mika", slack="UMIKA")


def test_the_rules_win_over_an_address(town: Town) -> None:
    town.settle("mika")
    town.name("mika", jira="j-other", slack="UMIKA", email="mika@example.com")
    assert town.everyone()["mika"].jira == "j-other"


def test_a_slack_user_named_in_the_rules_is_linked_by_the_address_of_their_profile(town: Town) -> None:
    town.settle("mika")
    town.name("mika", slack="UMIKA")
    assert town.everyone()["mika"].jira == "j-mika"


def test_a_slack_user_whose_address_leads_to_a_named_jira_account_is_that_person(town: Town) -> None:
    town.settle("mika")
    town.name("mika", "triager", jira="j-mika")
    assert town.of_slack("UMIKA") == Person(id="mika", name="Mika", jira="j-mika", slack="UMIKA", roles=("triager",))


def test_a_second_slack_user_does_not_become_a_person_who_has_one(town: Town) -> None:
    town.settle("mika")
    town.settle("double")
    town.jira.accounts["double@example.com"] = "j-mika"
    town.name("mika", "triager", jira="j-mika", slack="UMIKA")
    assert town.of_slack("UDOUBLE") == Person(id="slack:UDOUBLE", name="Double", slack="UDOUBLE")


def test_whom_the_rules_do_not_name_is_linked_by_address_and_has_no_roles(town: Town) -> None:
    town.settle("dana")
    assert town.of_slack("UDANA") == Person(id="slack:UDANA", name="Dana", jira="j-dana", slack="UDANA")


def test_whose_address_is_hidden_is_not_linked(town: Town) -> None:
    town.settle("dana", email=False)
    assert town.of_slack("UDANA") == Person(id="slack:UDANA", name="Dana", slack="UDANA")
    assert town.of_jira("j-dana") == Person(id="jira:j-dana", name="j-dana", jira="j-dana")


def test_whom_slack_does_not_know_is_nobody(town: Town) -> None:
    assert town.of_slack("UNOBODY") is None


def test_a_slack_user_in_the_rules_whom_slack_does_not_know_is_not_linked(town: Town) -> None:
    town.name("mika", jira="j-mika", slack="UTYPO")
    assert not town.everyone()["mika"].linked


def test_an_empty_jira_account_is_nobody(town: Town) -> None:
    assert town.of_jira("") is None


class Kind(TypedDict, total=False):
    guest: bool
    bot: bool
    active: bool


OUTSIDERS = pytest.mark.parametrize(
    "kind", [Kind(guest=True), Kind(bot=True), Kind(active=False)], ids=["guest", "bot", "deactivated"]
)


@OUTSIDERS
def test_an_outsider_is_not_linked_by_their_address(town: Town, kind: Kind) -> None:
    town.settle("gil", **kind)
    assert town.of_slack("UGIL") == Person(id="slack:UGIL", name="Gil", slack="UGIL", guest=True)


@OUTSIDERS
def test_an_outsider_stays_a_guest_whatever_the_rules_say(town: Town, kind: Kind) -> None:
    town.settle("gil", **kind)
    town.name("gil", "triager", jira="j-gil", slack="UGIL")
    assert town.everyone()["gil"].guest


@OUTSIDERS
def test_an_outsider_in_the_rules_is_not_linked_by_the_address_of_their_profile(town: Town, kind: Kind) -> None:
    town.settle("gil", **kind)
    town.name("gil", "triager", slack="UGIL")
    assert town.everyone()["gil"].jira is None


@OUTSIDERS
def test_an_outsider_does_not_become_the_colleague_whose_address_they_show(town: Town, kind: Kind) -> None:
    town.settle("mika", **kind)
    town.name("mika", "triager", jira="j-mika")
    assert town.of_slack("UMIKA") == Person(id="slack:UMIKA", name="Mika", slack="UMIKA", guest=True)


def test_two_who_claim_one_slack_user_both_go_without_it(town: Town) -> None:
    town.settle("mika")
    town.name("mika", "triager", jira="j-mika", slack="UMIKA")
    town.name("rival", "operator", jira="j-rival", slack="UMIKA")
    assert [one.slack for one in town.everyone().values()] == [None, None]
    assert town.of_slack("UMIKA") == Person(id="slack:UMIKA", name="Mika", slack="UMIKA")


def test_a_disputed_slack_user_is_not_linked_by_their_address_either(town: Town) -> None:
    town.settle("mika")
    town.name("one", jira="j-one", slack="UMIKA")
    town.name("two", jira="j-two", slack="UMIKA")
    assert town.of_slack("UMIKA") == Person(id="slack:UMIKA", name="Mika", slack="UMIKA")


def test_two_who_claim_one_jira_account_both_go_without_it(town: Town) -> None:
    town.settle("mika")
    town.settle("rival", email=False)
    town.name("mika", jira="j-mika", slack="UMIKA")
    town.name("rival", jira="j-mika", slack="URIVAL")
    assert [one.jira for one in town.everyone().values()] == [None, None]
    assert town.of_jira("j-mika") == Person(id="jira:j-mika", name="j-mika", jira="j-mika")


def test_whom_the_rules_name_for_an_account_keeps_it_from_whom_an_address_leads_there(town: Town) -> None:
    town.settle("mika")
    town.name("mika", jira="j-mika")
    town.name("rival", email="mika@example.com")
    assert {id_: one.jira for id_, one in town.everyone().items()} == {"mika": "j-mika", "rival": None}


def test_two_with_one_address_are_both_not_linked(town: Town) -> None:
    town.settle("mika")
    town.name("mika", email="mika@example.com")
    town.name("rival", email="MIKA@example.com")
    assert [(one.jira, one.slack) for one in town.everyone().values()] == [(None, None), (None, None)]


@pytest.mark.parametrize("vendor", ["jira", "slack"])
def test_a_failure_that_may_pass_reaches_the_look(town: Town, vendor: str) -> None:
    town.settle("mika")
    town.name("mika", email="mika@example.com")
    getattr(town, vendor).failure = BUSY
    with pytest.raises(GatewayError, match="too many calls"):
        town.everyone()


@pytest.mark.parametrize("vendor", ["jira", "slack"])
def test_who_cannot_be_looked_up_for_good_is_not_linked(
    town: Town, vendor: str, caplog: pytest.LogCaptureFixture
) -> None:
    town.settle("mika")
    town.name("mika", email="mika@example.com")
    getattr(town, vendor).failure = FORBIDDEN
    assert not town.everyone()["mika"].linked
    assert "a scope is missing" in caplog.text
    assert "example.com" not in caplog.text


def test_a_person_is_asked_for_again_after_ten_minutes(town: Town) -> None:
    town.settle("mika", email=False)
    town.of_slack("UMIKA")
    town.settle("mika", guest=True, email=False)
    town.seconds = 599
    before = town.of_slack("UMIKA")
    town.seconds = 601
    after = town.of_slack("UMIKA")
    assert before is not None
    assert after is not None
    assert (before.guest, after.guest) == (False, True)
    assert town.slack.asked == ["UMIKA", "UMIKA"]


def test_an_unknown_user_is_asked_for_again_after_half_a_minute(town: Town) -> None:
    assert town.of_slack("UMIKA") is None
    town.settle("mika")
    town.seconds = 31
    assert town.of_slack("UMIKA") is not None


ACCOUNTS = st.sampled_from([None, "a", "b", "c"])
CLAIMS = st.lists(st.tuples(ACCOUNTS, ACCOUNTS, ACCOUNTS, ACCOUNTS), max_size=6)


@given(claims=CLAIMS)
def test_no_account_belongs_to_two_people(claims: list[tuple[str | None, ...]]) -> None:
    rules, found = {}, {}
    for place, (jira, slack, mailed_jira, mailed_slack) in enumerate(claims):
        rules[str(place)] = PersonRule(name="One", jira=jira, slack=slack)
        user = slack or mailed_slack
        profile = ChatProfile(id=user, name="One") if user else None
        found[str(place)] = Found(
            jira=None if jira else mailed_jira, slack=None if slack else mailed_slack, profile=profile
        )
    people = roster(rules, found).people.values()
    for accounts in ([one.jira for one in people if one.jira], [one.slack for one in people if one.slack]):
        assert len(accounts) == len(set(accounts))


@pytest.mark.parametrize("failure", [BUSY, LOCKED_OUT])
@pytest.mark.parametrize("vendor", ["jira", "slack"])
def test_while_a_vendor_does_not_answer_people_are_who_they_were_for_a_day(
    town: Town, vendor: str, failure: GatewayError
) -> None:
    town.settle("mika")
    known = town.of_slack("UMIKA")
    getattr(town, vendor).failure = failure
    town.seconds = 3_601

    assert town.of_slack("UMIKA") == known

    town.seconds = 86_401
    with pytest.raises(GatewayError):
        town.of_slack("UMIKA")


def test_what_a_vendor_refuses_to_tell_does_not_count_as_before(town: Town) -> None:
    town.settle("mika")
    town.of_slack("UMIKA")
    town.slack.failure = FORBIDDEN
    town.seconds = 601

    assert town.of_slack("UMIKA") is None
