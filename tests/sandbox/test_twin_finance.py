"""The finance system: buying within a budget, receiving, matching, paying, and one effect for each key."""

from typing import Any

import pytest
import requests

from sandbox.running import Sandbox
from tests.sandbox.ear import control
from tests.sandbox.twin_rest import Twin, twin

LAPTOP = {"description": "Laptop", "quantity": 2, "unit_price": "1250.00"}


@pytest.fixture
def finance(sandbox: Sandbox) -> Twin:
    return twin(sandbox, "finance", "/v1/")


def order(finance: Twin, key: str = "o1", **more: Any) -> Any:
    asked = {"supplier": "S-1", "budget": "B-1", "lines": [LAPTOP], "reference": "OPS-7", **more}
    return finance("POST", "orders", key=key, json=asked)


def budget(finance: Twin) -> tuple[str, str, str]:
    told = finance("GET", "budgets/B-1").json()
    return told["reserved"], told["spent"], told["available"]


def test_an_order_reserves_its_budget_and_is_found_by_its_reference(finance: Twin) -> None:
    made = order(finance)
    assert (made.status_code, made.json()["total"], made.json()["status"]) == (201, "2500.00", "open")
    assert budget(finance) == ("2500.00", "0", "22500.00")
    assert [one["id"] for one in finance("GET", "orders?reference=OPS-7").json()["data"]] == [made.json()["id"]]


def test_from_order_to_payment(sandbox: Sandbox, finance: Twin) -> None:
    made = order(finance).json()["id"]
    came = finance("POST", "receipts", key="r1", json={"order": made, "lines": [{"line": 1, "quantity": 2}]})
    entered = finance("POST", "invoices", key="i1", json={"order": made, "number": "N-77", "amount": "2500.00"})
    paid = finance("POST", f"invoices/{entered.json()['id']}/payment", key="p1")

    assert (came.status_code, finance("GET", f"orders/{made}").json()["status"]) == (201, "received")
    assert (entered.json()["status"], paid.json()["status"]) == ("matched", "paid")
    assert budget(finance) == ("0.00", "2500.00", "22500.00")
    effects = control(sandbox, "GET", "effects")
    assert [effect["kind"] for effect in effects] == [
        "order.placed",
        "receipt.taken",
        "invoice.entered",
        "invoice.paid",
    ]
    assert {(effect["service"], effect["actor"]) for effect in effects} == {("finance", "yardmaster")}


def test_the_same_request_under_one_key_has_one_effect(sandbox: Sandbox, finance: Twin) -> None:
    first, again = order(finance), order(finance)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert len(control(sandbox, "GET", "effects")) == 1


def test_an_order_whose_answer_was_lost_is_placed_once(sandbox: Sandbox, finance: Twin) -> None:
    control(sandbox, "POST", "faults", {"service": "finance", "path": "/v1/orders$", "drop": "after", "times": 1})
    with pytest.raises(requests.ConnectionError):
        order(finance)
    assert order(finance).headers["Idempotency-Replayed"] == "true"
    assert len(finance("GET", "orders").json()["data"]) == 1


def test_a_refused_request_leaves_its_key_free(finance: Twin) -> None:
    assert order(finance, supplier="S-3").status_code == 422
    assert order(finance).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"supplier": "S-3"}, 422, "supplier_not_active"),
        ({"supplier": "S-4"}, 422, "supplier_not_active"),
        ({"supplier": "S-9"}, 422, "unknown_supplier"),
        ({"budget": "B-9"}, 422, "unknown_budget"),
        ({"lines": [LAPTOP | {"quantity": 11}]}, 422, "budget_exceeded"),
        ({"lines": [LAPTOP | {"quantity": 0}]}, 400, "invalid_request"),
        ({"lines": [LAPTOP | {"unit_price": "-1"}]}, 422, "invalid_price"),
        ({"lines": [LAPTOP | {"unit_price": "NaN"}]}, 422, "invalid_price"),
        ({"lines": []}, 400, "invalid_request"),
        ({"rush": True}, 400, "invalid_request"),
    ],
)
def test_what_must_not_be_bought_is_refused(finance: Twin, change: dict[str, Any], status: int, code: str) -> None:
    change = {"budget": "B-1"} | change
    refused = order(finance, **(change | ({"lines": [LAPTOP | {"quantity": 21}]} if code == "budget_exceeded" else {})))
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert budget(finance) == ("0", "0", "25000.00")


def test_a_key_is_needed_and_stands_for_one_request(finance: Twin) -> None:
    without = finance("POST", "orders", json={"supplier": "S-1", "budget": "B-1", "lines": [LAPTOP]})
    order(finance)
    other = order(finance, reference="OPS-8")
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_missing")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_an_invoice_beyond_what_came_waits_for_a_release(finance: Twin) -> None:
    made = order(finance).json()["id"]
    finance("POST", "receipts", key="r1", json={"order": made, "lines": [{"line": 1, "quantity": 1}]})
    entered = finance("POST", "invoices", key="i1", json={"order": made, "number": "N-1", "amount": "2500.00"}).json()
    early = finance("POST", f"invoices/{entered['id']}/payment", key="p1")
    released = finance("POST", f"invoices/{entered['id']}/release", key="l1", json={"reason": "paid in advance"})
    paid = finance("POST", f"invoices/{entered['id']}/payment", key="p2")

    assert (entered["status"], entered["difference"]) == ("mismatch", "1250.00")
    assert (early.status_code, early.json()["code"]) == (409, "not_payable")
    assert (released.json()["status"], paid.json()["status"]) == ("released", "paid")


def test_nothing_is_received_invoiced_or_paid_twice(finance: Twin) -> None:
    made = order(finance).json()["id"]
    whole = {"order": made, "lines": [{"line": 1, "quantity": 2}]}
    finance("POST", "receipts", key="r1", json=whole)
    invoice = {"order": made, "number": "N-1", "amount": "1.00"}
    entered = finance("POST", "invoices", key="i1", json=invoice).json()
    finance("POST", f"invoices/{entered['id']}/payment", key="p1")

    refused = [
        finance("POST", "receipts", key="r2", json=whole),
        finance("POST", "invoices", key="i2", json=invoice),
        finance("POST", f"invoices/{entered['id']}/payment", key="p2"),
        finance("POST", f"orders/{made}/cancel", key="c1"),
    ]
    codes = [answer.json()["code"] for answer in refused]
    assert codes == ["more_than_ordered", "duplicate_invoice", "not_payable", "order_not_open"]


def test_a_cancelled_order_frees_its_budget_once(finance: Twin) -> None:
    made = order(finance).json()["id"]
    assert finance("POST", f"orders/{made}/cancel", key="c1").json()["status"] == "cancelled"
    assert finance("POST", f"orders/{made}/cancel", key="c2").status_code == 409
    assert budget(finance) == ("0.00", "0", "25000.00")


def test_a_new_supplier_waits_until_somebody_makes_it_active(sandbox: Sandbox, finance: Twin) -> None:
    added = finance("POST", "suppliers", key="s1", json={"name": "Sunrise", "category": "office"}).json()
    assert added["status"] == "pending"
    clerk = twin(sandbox, "finance", "/v1/", "sandbox-clerk")
    assert clerk("PATCH", f"suppliers/{added['id']}", json={"status": "active"}).json()["status"] == "active"
    assert order(finance, supplier=added["id"]).status_code == 201
    assert finance("POST", "suppliers", key="s2", json={"name": "SUNRISE"}).status_code == 409
    assert [effect["actor"] for effect in control(sandbox, "GET", "effects")] == ["yardmaster", "clerk", "yardmaster"]


def test_lists_come_in_pages(finance: Twin) -> None:
    first = finance("GET", "suppliers?limit=3").json()
    rest = finance("GET", f"suppliers?limit=3&cursor={first['next_cursor']}").json()
    assert [one["id"] for one in first["data"] + rest["data"]] == ["S-1", "S-2", "S-3", "S-4"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("service", ["finance", "directory", "pipeline"])
def test_a_twin_wants_a_token_and_fails_on_demand(sandbox: Sandbox, service: str) -> None:
    place = {"finance": "/v1/suppliers", "directory": "/scim/v2/Users", "pipeline": "/api/v4/projects"}[service]
    assert [twin(sandbox, service, place, token)("GET", "").status_code for token in (None, "x")] == [401, 401]

    control(sandbox, "POST", "faults", {"service": service, "path": place, "expired_token": True, "times": 1})
    control(sandbox, "POST", "faults", {"service": service, "path": place, "status": 503, "times": 1})
    answers = [twin(sandbox, service, place)("GET", "") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 503, 200]
    assert "invalid_token" in answers[0].headers["WWW-Authenticate"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b'{"supplier": 1}', b"9" * 2_000_000])
def test_what_is_no_order_is_refused(finance: Twin, raw: bytes) -> None:
    assert finance("POST", "orders", key="x", data=raw).status_code in (400, 413)
    assert finance("GET", "orders").json()["data"] == []
