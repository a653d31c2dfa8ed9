"""The finance system's routes, its pages, and its kept answers: a POST under one Idempotency-Key has one effect."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sandbox.twins.call import Answer, TwinCall, TwinError
from sandbox.twins.door import Handler, Twin
from sandbox.twins.finance import buying, paying
from sandbox.twins.finance.records import Budget, Kept, Order, Record

FILTERS = {
    "suppliers": ("name", "status", "category"),
    "budgets": ("cost_center", "owner"),
    "orders": ("supplier", "budget", "status", "reference"),
    "receipts": ("order",),
    "invoices": ("supplier", "order", "number", "status"),
}


def told(record: Record) -> dict[str, Any]:
    """A record as the API shows it: money as text, sums with it."""
    said: dict[str, Any] = msgspec.to_builtins(record)
    if isinstance(record, Budget):
        said["available"] = str(record.available)
    if isinstance(record, Order):
        said |= {"total": str(record.total), "received_value": str(record.received_value)}
    return said


def _register(call: TwinCall, name: str) -> Mapping[str, Record]:
    register: Mapping[str, Record] = getattr(call.world.twins.finance, name)
    return register


def _list(name: str) -> Handler:
    def listed(call: TwinCall) -> Answer:
        found: Sequence[Record] = call.fitting([*_register(call, name).values()], FILTERS[name])
        start, most = call.number("cursor", 0, 10**9), max(call.number("limit", 50, 200), 1)
        more = str(start + most) if start + most < len(found) else None
        return Answer(body={"data": [told(one) for one in found[start : start + most]], "next_cursor": more})

    return listed


def _get(name: str) -> Handler:
    def got(call: TwinCall, identity: str) -> Answer:
        return Answer(body=told(buying.known(_register(call, name), identity)))

    return got


def _once(act: Any, kind: str, status: int) -> Handler:
    """A handler that acts once per Idempotency-Key; asked again it answers as it did, asked otherwise it refuses."""

    def acted(call: TwinCall, **path: str) -> Answer:
        key = call.headers.get("Idempotency-Key", "")
        if not key or len(key) > 255:
            raise TwinError(
                400, "idempotency_key_missing", "A POST needs an Idempotency-Key of at most 255 characters."
            )
        place = f"{call.actor} {key}"
        digest = hashlib.sha256(call.line.encode() + b"\n" + call.raw).hexdigest()
        kept = call.world.twins.finance.kept.get(place)
        if kept is not None and kept.digest != digest:
            raise TwinError(422, "idempotency_key_reused", "This Idempotency-Key was used for another request.")
        if kept is not None:
            return Answer(status=kept.status, body=kept.body, headers={"Idempotency-Replayed": "true"})
        record = act(call, **path)
        body = told(record)
        call.world.twins.finance.kept[place] = Kept(digest=digest, status=status, body=body)
        call.effect(kind, record.id)
        return Answer(status=status, body=body)

    return acted


def _patch_supplier(call: TwinCall, identity: str) -> Answer:
    supplier = buying.change_supplier(call, identity)
    call.effect("supplier.changed", supplier.id)
    return Answer(body=told(supplier))


def _refusal(error: TwinError) -> dict[str, Any]:
    return {"type": "about:blank", "status": error.status, "code": error.code, "detail": error.detail}


def _reads(name: str) -> list[tuple[str, str, Handler]]:
    return [("GET", f"/v1/{name}", _list(name)), ("GET", f"/v1/{name}/<identity>", _get(name))]


FINANCE = Twin(
    service="finance",
    routes=[
        *(route for name in FILTERS for route in _reads(name)),
        ("POST", "/v1/suppliers", _once(buying.add_supplier, "supplier.added", 201)),
        ("PATCH", "/v1/suppliers/<identity>", _patch_supplier),
        ("POST", "/v1/orders", _once(buying.place_order, "order.placed", 201)),
        ("POST", "/v1/orders/<identity>/cancel", _once(buying.cancel_order, "order.cancelled", 200)),
        ("POST", "/v1/receipts", _once(buying.take_receipt, "receipt.taken", 201)),
        ("POST", "/v1/invoices", _once(paying.enter_invoice, "invoice.entered", 201)),
        ("POST", "/v1/invoices/<identity>/release", _once(paying.release_invoice, "invoice.released", 200)),
        ("POST", "/v1/invoices/<identity>/payment", _once(paying.pay_invoice, "invoice.paid", 200)),
    ],
    refusal=_refusal,
    refusal_type="application/problem+json",
)
