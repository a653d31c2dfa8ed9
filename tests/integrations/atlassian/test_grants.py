"""Grants, from consent to an answer in somebody's name and to their end, over real HTTP and a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from integrations.atlassian.grants import NotTaken
from integrations.durable import LookQueue
from integrations.store.journal import PostgresJournal
from orchestrator.changes import Changes
from orchestrator.ports import GatewayError
from rules.model import Subject
from tests.integrations.atlassian.conftest import Consenting, invited
from tests.integrations.store.stored import event
from tests.sandbox.ear import control

EVERYBODY = ("sbx-lena", "sbx-dana", "sbx-mika")


def everything(town: Consenting) -> str:
    """All that is kept of grants, events and the ledger, as text."""
    tables = ("grants", "invitations", "events", "ledger", "procrastinate_jobs")
    with town.engine.connect() as connection:
        rows = [row for table in tables for row in connection.execute(text(f"SELECT {table}::text FROM {table}"))]
    return "\n".join(str(row[0]) for row in rows)


def revoke(town: Consenting, person: str) -> None:
    assert town.there.request("POST", "auth/apps", data={"account": f"sbx-{person}"}).status_code == 200


def test_what_somebody_consented_to_is_kept_sealed_and_told(town: Consenting) -> None:
    grants = town.connected("lena")

    assert grants.held(EVERYBODY) == {"sbx-lena"}
    assert town.told() == ["grant.given"]
    world = town.sandbox.world.atlassian
    kept = everything(town)
    assert "U-lena" in kept
    assert [token for token in (*world.access, *world.refresh) if token in kept] == []


def test_a_link_leads_to_the_consent_of_the_one_who_asked_and_works_once(town: Consenting) -> None:
    grants = town.grants()
    address = grants.invitation("U-lena", "sbx-lena")
    page = town.there.request("GET", f"auth/authorize?{address.partition('?')[2]}")
    state = dict(pair.split("=", 1) for pair in address.partition("?")[2].split("&"))["state"].replace("%3D", "=")

    first, again = grants.invited(state), grants.invited(state)

    assert page.status_code == 200
    assert "answer their approvals" in page.text
    assert first is not None
    assert (first.user, first.account, again) == ("U-lena", "sbx-lena", None)


def test_the_consent_of_another_account_is_not_kept(town: Consenting) -> None:
    grants = town.grants()

    with pytest.raises(NotTaken, match="another account"):
        grants.take(invited("mika"), town.there.sent_back("lena")["code"])

    assert grants.held(EVERYBODY) == frozenset()
    assert town.told() == []


@pytest.mark.parametrize(
    ("scope", "code", "words"),
    [
        ("read:jira-user offline_access", "", "lacks what this needs .write:servicedesk-request."),
        (None, "made-up", "does not know this consent"),
    ],
)
def test_a_consent_that_is_too_little_or_made_up_is_not_kept(
    town: Consenting, scope: str | None, code: str, words: str
) -> None:
    given = code or town.there.sent_back("lena", **({"scope": scope} if scope else {}))["code"]
    with pytest.raises(NotTaken, match=words):
        town.grants().take(invited("lena"), given)
    assert town.told() == []


def test_a_consent_for_another_site_is_not_kept(town: Consenting) -> None:
    code = town.there.sent_back("lena")["code"]
    grants = replace(town.grants(), site="https://other.example.net")

    with pytest.raises(NotTaken, match="another site"):
        grants.take(invited("lena"), code)


def test_an_answer_is_the_persons_own_and_given_once(town: Consenting) -> None:
    grants, yes = town.connected("lena"), town.asked()

    first, again = grants.answer(yes), grants.answer(yes)

    assert (first, again) == (True, False)
    assert town.answers()["sbx-lena"] == "approved"
    [effect] = [one for one in control(town.sandbox, "GET", "effects") if one["kind"] == "approval.answered"]
    assert effect["actor"] == "lena@example.com"


def test_tokens_that_have_run_out_are_renewed_and_the_new_ones_kept(town: Consenting) -> None:
    control(town.sandbox, "POST", "atlassian", {"access_seconds": 61})
    grants, yes = town.connected("lena"), town.asked()
    first = everything(town)
    control(town.sandbox, "POST", "atlassian", {"access_seconds": 3600})
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE grants SET access_until = now()"))

    assert grants.answer(yes)
    assert not grants.answer(yes)

    assert len(town.sandbox.world.atlassian.spent) == 1
    assert everything(town) != first


def test_tokens_that_the_gateway_does_not_take_are_renewed_once(town: Consenting) -> None:
    grants, yes = town.connected("lena"), town.asked()
    town.fault("/approval/", status=401)

    assert grants.answer(yes)

    assert len(town.sandbox.world.atlassian.spent) == 1


def test_many_processes_at_once_renew_one_after_the_other(town: Consenting, database_url: str) -> None:
    town.connected("lena")
    yes = town.asked()
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE grants SET access_until = now()"))
    engines = [create_engine(database_url) for _ in range(4)]

    with ThreadPoolExecutor(4) as processes:
        answered = list(processes.map(lambda engine: town.grants(engine=engine).answer(yes), engines))
    for engine in engines:
        engine.dispose()

    assert sorted(answered) == [False, False, False, True]
    assert len(town.sandbox.world.atlassian.spent) == 1
    assert town.grants().held(EVERYBODY) == {"sbx-lena"}


def test_a_grant_that_was_taken_away_in_atlassian_is_forgotten_and_told_of_once(town: Consenting) -> None:
    grants, yes = town.connected("lena", "dana"), town.asked()
    revoke(town, "lena")

    for _ in range(2):
        with pytest.raises(GatewayError, match="has ended") as refused:
            grants.answer(yes)
        assert refused.value.final

    assert grants.held(EVERYBODY) == {"sbx-dana"}
    assert town.told() == ["grant.given", "grant.given", "grant.lost"]


def test_who_has_no_grant_is_answered_for_by_nobody(town: Consenting) -> None:
    with pytest.raises(GatewayError) as refused:
        town.grants().answer(town.asked())
    assert refused.value.final


def test_who_is_not_asked_is_told_so_by_jira(town: Consenting) -> None:
    grants, yes = town.connected("mika"), town.asked()
    action = type(yes)(item=yes.item, approval=yes.approval, account="sbx-mika", choice="approve")

    with pytest.raises(GatewayError, match=r"40[34]") as refused:
        grants.answer(action)

    assert refused.value.final
    assert grants.held(EVERYBODY) == {"sbx-mika"}


@pytest.mark.parametrize(
    ("fault", "retryable", "in_doubt"),
    [
        ({"path": "/approval/", "drop": "after"}, True, True),
        ({"path": "/approval/", "drop": "before"}, True, True),
        ({"path": "/approval/", "status": 503}, True, True),
        ({"path": "/approval/", "status": 429, "retry_after_s": 7}, True, False),
        ({"path": "/approval/", "status": 302, "headers": {"Location": "https://elsewhere.example.net"}}, False, False),
    ],
    ids=["lost", "cut", "down", "busy", "moved"],
)
def test_what_goes_wrong_is_told_as_it_is_and_without_tokens(
    town: Consenting, fault: dict[str, str], retryable: bool, in_doubt: bool
) -> None:
    grants, yes = town.connected("lena"), town.asked()
    town.fault(**fault)

    with pytest.raises(GatewayError) as failed:
        grants.answer(yes)

    assert (failed.value.retryable, failed.value.in_doubt) == (retryable, in_doubt)
    assert [token for token in town.sandbox.world.atlassian.access if token in str(failed.value)] == []


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 401, "body": {"error": "access_denied"}},
        {"status": 200, "body": "<html>"},
        {"drop": "before"},
    ],
    ids=["down", "refused", "senseless", "cut"],
)
def test_a_renewal_that_fails_for_other_reasons_leaves_the_grant(town: Consenting, fault: dict[str, object]) -> None:
    grants, yes = town.connected("lena"), town.asked()
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE grants SET access_until = now()"))
    town.fault("/oauth/token$", **fault)

    with pytest.raises(GatewayError):
        grants.answer(yes)

    assert grants.held(EVERYBODY) == {"sbx-lena"}
    assert grants.answer(yes)


def test_a_renewal_whose_answer_got_lost_is_tried_again_with_what_is_kept(town: Consenting) -> None:
    control(town.sandbox, "POST", "atlassian", {"leeway_seconds": 600})
    grants, yes = town.connected("lena"), town.asked()
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE grants SET access_until = now()"))
    town.fault("/oauth/token$", drop="after")

    with pytest.raises(GatewayError) as lost:
        grants.answer(yes)

    assert lost.value.retryable
    assert grants.answer(yes)
    assert town.told() == ["grant.given"]


def test_an_app_that_is_refused_loses_nobodys_grant(town: Consenting) -> None:
    town.connected("lena")
    yes = town.asked()
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE grants SET access_until = now()"))

    with pytest.raises(GatewayError, match="ATLASSIAN_CLIENT_ID"):
        town.grants(secret="wrong").answer(yes)

    assert town.grants().answer(yes)


def test_a_new_key_seals_what_an_older_one_has_sealed_and_the_older_one_can_go(town: Consenting) -> None:
    town.connected("lena", "dana")
    yes, new = town.asked(), Fernet.generate_key().decode()

    town.grants(new, town.key).tend()

    assert town.grants(new).answer(yes)
    assert town.grants(new).kept.counted() == {town.grants(new).seal.newest: 2}


def test_without_the_key_a_grant_is_not_used_and_not_lost(town: Consenting) -> None:
    town.connected("lena")
    yes, other = town.asked(), town.grants(Fernet.generate_key().decode())

    with pytest.raises(GatewayError, match="YARDMASTER_GRANT_KEYS"):
        other.answer(yes)
    other.tend()

    assert other.held(EVERYBODY) == frozenset()
    assert town.grants().answer(yes)


def test_a_row_that_was_given_to_another_answers_nothing_for_them(town: Consenting) -> None:
    town.connected("lena", "dana")
    yes = town.asked()
    with town.engine.begin() as connection:
        stolen = "UPDATE grants SET sealed = (SELECT sealed FROM grants WHERE account = 'sbx-dana')"
        connection.execute(text(f"{stolen} WHERE account = 'sbx-lena'"))

    with pytest.raises(GatewayError):
        town.grants().answer(yes)

    assert town.answers()["sbx-dana"] == "pending"


def test_who_ends_it_is_forgotten_in_the_look_that_heard_it(town: Consenting) -> None:
    grants = town.connected("lena", "dana")

    journal = PostgresJournal(town.engine, LookQueue())
    journal.commit(Subject(kind="person", id="U-lena"), (), Changes(grants_ended=("sbx-lena",)))

    assert grants.held(EVERYBODY) == {"sbx-dana"}


def test_who_consents_again_has_the_newer_grant_and_an_old_end_does_not_take_it(town: Consenting) -> None:
    grants = town.connected("lena")
    grants.take(invited("lena", "second"), town.there.sent_back("lena")["code"])

    grants.kept.lose("sbx-lena", "once-lena", event("lost", Subject(kind="person", id="U-lena"), name="grant.lost"))

    assert grants.held(EVERYBODY) == {"sbx-lena"}
    assert town.told() == ["grant.given", "grant.given"]


def test_used_invitations_are_forgotten_once_they_are_too_old_anyway(town: Consenting) -> None:
    grants = town.grants()
    assert grants.kept.used("a")
    assert not grants.kept.used("a")
    assert grants.kept.tidy(60) == 0
    assert grants.kept.tidy(-1) == 1
