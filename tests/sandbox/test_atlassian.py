"""People let an app act as them, it acts as them through the gateway, and they take it back: over real HTTP."""

from __future__ import annotations

import pytest

from sandbox.running import Sandbox
from tests.sandbox.consenting import HERE, Atlassian, atlassian
from tests.sandbox.desk_rest import desk_as
from tests.sandbox.ear import control, rest


@pytest.fixture
def there(sandbox: Sandbox) -> Atlassian:
    return atlassian(sandbox)


def myself(there: Atlassian, token: str) -> tuple[int, str]:
    answer = there.api("GET", f"{there.site(token)}/rest/api/2/myself", token)
    return answer.status_code, str(answer.json().get("accountId", ""))


def test_whoever_consents_is_asked_what_for_and_sent_back_with_a_code(there: Atlassian) -> None:
    page = there.request("GET", "auth/authorize", params=there.asked()).text
    back = there.sent_back("mika", state="<&>")

    assert "View your Jira profile" in page
    assert "answer their approvals" in page
    assert back["state"] == "<&>"
    assert back["code"]


def test_whoever_does_not_consent_is_sent_back_without_one(there: Atlassian) -> None:
    back = there.sent_back("mika", "cancel")
    assert (back["error"], "code" in back) == ("access_denied", False)


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": "other"}, {"redirect_uri": "javascript:1"}, {"audience": "elsewhere"}, {"scope": ""}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_wrong_address_sends_nobody_anywhere(there: Atlassian, wrong: dict[str, str]) -> None:
    assert there.request("GET", "auth/authorize", params=there.asked(**wrong)).status_code == 400
    form = {**there.asked(**wrong), "account": "sbx-mika", "answer": "accept"}
    assert there.request("POST", "auth/authorize", data=form).status_code == 400


def test_a_code_works_once_and_only_with_what_it_was_asked_for(there: Atlassian) -> None:
    code, other = there.sent_back("mika")["code"], there.sent_back("mika")["code"]

    first = there.token(grant_type="authorization_code", code=code)
    again = there.token(grant_type="authorization_code", code=code)
    elsewhere = there.token(grant_type="authorization_code", code=other, redirect_uri=f"{HERE}/x")
    stranger = there.token(grant_type="authorization_code", code=other, client_secret="guessed")

    assert [one.status_code for one in (first, again, elsewhere, stranger)] == [200, 403, 403, 401]
    assert first.json()["expires_in"] == 3600


def test_an_app_acts_as_whoever_consented_and_only_where_its_scopes_reach(there: Atlassian) -> None:
    token = there.tokens("mika")["access_token"]

    assert myself(there, token) == (200, "sbx-mika")
    refused = there.api("GET", f"{there.site(token)}/rest/api/2/issue/PAY-1", token)
    assert (refused.status_code, refused.json()["message"]) == (401, "Unauthorized; scope does not match")
    assert there.api("GET", "ex/jira/elsewhere/rest/api/2/myself", token).status_code == 404


def test_an_approval_is_answered_as_the_person_and_not_as_the_app(sandbox: Sandbox, there: Atlassian) -> None:
    asked = rest(sandbox, "priya")("POST", "issue/OPS-7/transitions", json={"transition": {"id": "83"}})
    assert asked.status_code == 204
    desk = desk_as(sandbox, "yardmaster@example.com")
    [approval] = desk.get("request/OPS-7/approval")["values"]
    token = there.tokens("lena")["access_token"]
    path = f"{there.site(token)}/rest/servicedeskapi/request/OPS-7/approval/{approval['id']}"

    answered = there.api("POST", path, token, json={"decision": "approve"})
    again = there.api("POST", path, token, json={"decision": "approve"})

    assert (answered.status_code, again.status_code) == (200, 409)
    said = desk.get("request/OPS-7/approval")["values"][0]["approvers"]
    decisions = {one["approver"]["accountId"]: one["approverDecision"] for one in said}
    assert decisions["sbx-lena"] == "approved"
    [effect] = [one for one in control(sandbox, "GET", "effects") if one["kind"] == "approval.answered"]
    assert effect["actor"] == "lena@example.com"


def test_a_refresh_token_works_once_and_the_old_one_takes_all_of_them_away(there: Atlassian) -> None:
    first = there.tokens("mika")
    second = there.refresh(first["refresh_token"]).json()
    assert myself(there, second["access_token"])[0] == 200

    again = there.refresh(first["refresh_token"])

    assert (again.status_code, again.json()["error"]) == (403, "invalid_grant")
    assert there.refresh(second["refresh_token"]).status_code == 403
    assert there.api("GET", "oauth/token/accessible-resources", second["access_token"]).status_code == 401


def test_a_used_refresh_token_works_again_within_the_leeway(sandbox: Sandbox, there: Atlassian) -> None:
    control(sandbox, "POST", "atlassian", {"leeway_seconds": 600})
    first = there.tokens("mika")
    second, third = (there.refresh(first["refresh_token"]).json() for _ in range(2))

    assert {myself(there, one["access_token"]) for one in (second, third)} == {(200, "sbx-mika")}


def test_an_access_token_runs_out(sandbox: Sandbox, there: Atlassian) -> None:
    control(sandbox, "POST", "atlassian", {"access_seconds": 0})
    token = there.tokens("mika")["access_token"]
    assert there.api("GET", "oauth/token/accessible-resources", token).status_code == 401


def test_without_offline_access_there_is_nothing_to_refresh_with(there: Atlassian) -> None:
    assert "refresh_token" not in there.tokens("mika", scope="read:jira-user")


def test_who_takes_the_app_away_is_acted_as_no_more(sandbox: Sandbox, there: Atlassian) -> None:
    mikas, lenas = there.tokens("mika"), there.tokens("lena")
    assert "Mika" in there.request("GET", "auth/apps").text

    page = there.request("POST", "auth/apps", data={"account": "sbx-mika"}).text

    assert "Mika" not in page
    assert control(sandbox, "POST", "atlassian", {})["consents"] == ["sbx-lena"]
    assert there.refresh(mikas["refresh_token"]).status_code == 403
    assert myself(there, lenas["access_token"]) == (200, "sbx-lena")


def test_faults_strike_atlassians_accounts_too(sandbox: Sandbox, there: Atlassian) -> None:
    control(sandbox, "POST", "faults", {"service": "atlassian", "path": "/oauth/token$", "status": 503, "times": 1})
    code = there.sent_back("mika")["code"]
    assert there.token(grant_type="authorization_code", code=code).status_code == 503
    assert there.token(grant_type="authorization_code", code=code).status_code == 200
