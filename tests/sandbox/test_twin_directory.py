"""The directory: filters, changes in part, versions, and who may use what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.running import Sandbox
from sandbox.twins.call import TwinError
from sandbox.twins.directory.filters import read_filter
from sandbox.twins.directory.patching import patched
from tests.sandbox.ear import control
from tests.sandbox.twin_rest import Twin, twin

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADA = {
    "userName": "Ada@example.com",
    "name": {"familyName": "Byron"},
    "active": True,
    "age": 36,
    "emails": [{"value": "ada@example.com", "type": "work"}, {"value": "a@home.example", "type": "home"}],
    ENTERPRISE: {"department": "Engines"},
}


@pytest.fixture
def scim(sandbox: Sandbox) -> Twin:
    return twin(sandbox, "directory", "/scim/v2/")


def found(scim: Twin, kind: str, wanted: str) -> list[Any]:
    return list(scim("GET", kind, params={"filter": wanted}).json()["Resources"])


def patch(scim: Twin, path: str, *operations: dict[str, Any], **more: Any) -> Any:
    schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
    return scim("PATCH", path, json={"schemas": schemas, "Operations": list(operations)}, **more)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ('userName eq "ada@EXAMPLE.com"', True),
        ('username ne "ada@example.com"', False),
        ('name.familyName co "yro"', True),
        ('name.familyName sw "by" and active eq true', True),
        ('name.familyName ew "x" or age gt 35', True),
        ("age ge 36 and age le 36 and not (age lt 36)", True),
        ("title pr", False),
        ("emails pr", True),
        ('emails eq "ada@example.com"', True),
        ('emails.type eq "home"', True),
        ('emails[type eq "work" and value co "home"]', False),
        ('emails[type eq "home" and value co "home"]', True),
        (f'{ENTERPRISE}:department eq "Engines"', True),
        (f'{USER}:userName sw "ada"', True),
        ('active eq "true"', False),
        ("age eq true", False),
        ('userName eq "x" or userName eq "y" and active eq true', False),
        ('userName eq "a\\"b (c)"', False),
    ],
)
def test_a_filter_chooses(wanted: str, fits: bool) -> None:
    assert read_filter(wanted)(ADA) is fits


@pytest.mark.parametrize(
    "wanted",
    ["userName", "userName is 3", "userName eq", "userName eq ada", '(userName eq "a"', 'userName eq "a" )', "and", "",
     'a eq "b', "[", "(" * 50 + "a pr" + ")" * 50],
)  # fmt: skip
def test_what_is_no_filter_is_refused(wanted: str) -> None:
    with pytest.raises(TwinError) as refused:
        read_filter(wanted)
    assert (refused.value.status, refused.value.code) == (400, "invalidFilter")


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        code = str(read_filter(text)(ADA))
    except TwinError as error:
        code = error.code
    assert code in ("True", "False", "invalidFilter")


@pytest.mark.parametrize(
    ("operation", "changed"),
    [
        ({"op": "replace", "path": "active", "value": False}, {"active": False}),
        ({"op": "Replace", "value": {"active": False, "title": "Countess"}}, {"active": False, "title": "Countess"}),
        (
            {"op": "add", "path": "name.givenName", "value": "Ada"},
            {"name": {"familyName": "Byron", "givenName": "Ada"}},
        ),
        ({"op": "remove", "path": "age"}, {"age": None}),
        ({"op": "remove", "path": 'emails[type eq "home"]'}, {"emails": ADA["emails"][:1]}),  # type: ignore[index]
        (
            {"op": "replace", "path": 'emails[type eq "work"].value', "value": "x@y.example"},
            {"emails": [{"value": "x@y.example", "type": "work"}, ADA["emails"][1]]},  # type: ignore[index]
        ),
        (
            {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "Poetry"},
            {ENTERPRISE: {"department": "Poetry"}},
        ),
    ],
)
def test_a_patch_changes_what_it_names(operation: dict[str, Any], changed: dict[str, Any]) -> None:
    expected = {name: value for name, value in (ADA | changed).items() if value is not None}
    assert patched(ADA, [operation]) == expected


def test_adding_a_member_twice_adds_it_once() -> None:
    add = {"op": "add", "path": "members", "value": [{"value": "d1"}]}
    assert patched({"displayName": "x"}, [add, add]) == {"displayName": "x", "members": [{"value": "d1"}]}


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "swap", "path": "x"}, "invalidSyntax"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "add", "value": 3}, "noTarget"),
        ({"op": "replace", "path": 'emails[type eq "fax"].value', "value": "1"}, "noTarget"),
        ({"op": "replace", "path": "userName.part", "value": "1"}, "invalidPath"),
        ({"op": "replace", "path": "]", "value": "1"}, "invalidPath"),
    ],
)
def test_a_patch_that_cannot_be_is_refused(operation: dict[str, Any], code: str) -> None:
    with pytest.raises(TwinError) as refused:
        patched(ADA, [operation])
    assert refused.value.code == code


def test_people_are_told_with_role_skills_manager_and_groups(scim: Twin) -> None:
    (tom,) = found(scim, "Users", 'userName eq "tom@example.com"')
    (mika,) = found(scim, "Users", 'userName eq "mika@example.com"')
    assert (tom["title"], tom["roles"], tom["timezone"]) == (
        "Software engineer",
        [{"value": "developer"}],
        "Europe/Berlin",
    )
    assert tom[ENTERPRISE] == {"department": "Payments", "manager": {"value": mika["id"]}}
    assert {group["display"] for group in tom["groups"]} == {"staff", "engineering", "payments-production"}


def test_a_newcomer_gets_an_account_and_a_group_and_leaves_both(sandbox: Sandbox, scim: Twin) -> None:
    made = scim("POST", "Users", json={"schemas": [USER], "userName": "nia@example.com", "displayName": "Nia"})
    person = made.json()["id"]
    (group,) = found(scim, "Groups", 'displayName eq "engineering"')
    joined = patch(scim, f"Groups/{group['id']}", {"op": "add", "path": "members", "value": [{"value": person}]})
    (code,) = found(scim, "Applications", 'displayName eq "Source code"')

    assert (made.status_code, made.headers["Location"]) == (201, made.json()["meta"]["location"])
    assert joined.json()["meta"]["version"] == 'W/"2"'
    assert (code["seatsUsed"], code["seats"]) == (3, 3)

    patch(scim, f"Users/{person}", {"op": "replace", "path": "active", "value": False})
    assert found(scim, "Applications", 'displayName eq "Source code"')[0]["seatsUsed"] == 2
    assert scim("DELETE", f"Users/{person}").status_code == 204
    assert scim("GET", f"Users/{person}").status_code == 404
    assert len(found(scim, "Groups", 'displayName eq "engineering"')[0]["members"]) == 2
    kinds = [effect["kind"] for effect in control(sandbox, "GET", "effects")]
    assert kinds == ["user.created", "group.changed", "user.changed", "user.deleted"]


def test_a_change_that_changes_nothing_is_no_effect(sandbox: Sandbox, scim: Twin) -> None:
    (tom,) = found(scim, "Users", 'userName eq "tom@example.com"')
    same = patch(scim, f"Users/{tom['id']}", {"op": "replace", "path": "active", "value": True})
    assert (same.json()["meta"]["version"], control(sandbox, "GET", "effects")) == ('W/"1"', [])


def test_a_change_of_an_older_version_is_refused(scim: Twin) -> None:
    (tom,) = found(scim, "Users", 'userName eq "tom@example.com"')
    place, off = f"Users/{tom['id']}", {"op": "replace", "path": "active", "value": False}
    first = patch(scim, place, off, headers={"If-Match": 'W/"1"'})
    second = patch(scim, place, {"op": "remove", "path": "title"}, headers={"If-Match": 'W/"1"'})
    assert (first.status_code, second.status_code) == (200, 412)
    assert scim("GET", place).json()["title"] == "Software engineer"


def test_a_refusal_has_scims_form_and_changes_nothing(sandbox: Sandbox, scim: Twin) -> None:
    (tom,) = found(scim, "Users", 'userName eq "tom@example.com"')
    (group,) = found(scim, "Groups", 'displayName eq "staff"')
    twice = {"schemas": [USER], "userName": "TOM@example.com"}
    half = [{"op": "remove", "path": "title"}, {"op": "swap", "path": "x"}]
    refused = [
        scim("POST", "Users", json=twice),
        scim("POST", "Users", json={"userName": "x"}),
        scim("POST", "Groups", json={"schemas": [GROUP], "displayName": "x", "members": [{"value": "d9"}]}),
        patch(scim, f"Users/{tom['id']}", *half),
        patch(scim, f"Groups/{group['id']}", {"op": "add", "path": "members", "value": "d9"}),
        scim("GET", "Users", params={"filter": "x"}),
        scim("PATCH", f"Users/{tom['id']}", data=b"{"),
    ]
    told = [(answer.status_code, answer.json()["status"], answer.json()["scimType"]) for answer in refused]
    assert told == [
        (409, "409", "uniqueness"),
        *[(400, "400", "invalidValue")] * 2,
        (400, "400", "invalidSyntax"),
        (400, "400", "invalidValue"),
        (400, "400", "invalidFilter"),
        (400, "400", "invalidSyntax"),
    ]
    assert scim("GET", f"Users/{tom['id']}").json()["title"] == "Software engineer"
    assert {answer.headers["Content-Type"] for answer in refused} == {"application/scim+json"}
    assert control(sandbox, "GET", "effects") == []


def test_a_whole_replacement_and_pages(scim: Twin) -> None:
    (tom,) = found(scim, "Users", 'userName eq "tom@example.com"')
    replaced = scim("PUT", f"Users/{tom['id']}", json={"schemas": [USER], "userName": "thomas@example.com", "id": "no"})
    page = scim("GET", "Users", params={"startIndex": 2, "count": 2}).json()
    assert (replaced.json()["id"], "title" in replaced.json()) == (tom["id"], False)
    assert (len(page["Resources"]), page["startIndex"], page["totalResults"] > 4) == (2, 2, True)
    assert scim("GET", "ServiceProviderConfig").json()["patch"] == {"supported": True}
