"""Suppliers, orders and receipts: what may be bought, from whom, within which budget, and what has come."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, TypeVar

import msgspec

from sandbox.twins.call import TwinCall, TwinError
from sandbox.twins.finance.records import Order, OrderLine, Receipt, ReceivedLine, Supplier, SupplierStatus

T = TypeVar("T")
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class NewSupplier(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A supplier to be; it is pending until somebody makes it active."""

    name: Name
    email: str = ""
    category: str = ""
    currency: str = "EUR"
    payment_terms_days: int = 30


class SupplierChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A supplier's new status."""

    status: SupplierStatus


class NewLine(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A position to order."""

    description: Name
    quantity: Count
    unit_price: Decimal


class NewOrder(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An order to be."""

    supplier: str
    budget: str
    lines: Annotated[list[NewLine], msgspec.Meta(min_length=1, max_length=200)]
    reference: str = ""


class NewReceived(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """So many of an order's position, counted from 1."""

    line: Count
    quantity: Count


class NewReceipt(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Goods that came."""

    order: str
    lines: Annotated[list[NewReceived], msgspec.Meta(min_length=1, max_length=200)]


def known(register: Mapping[str, T], identity: str) -> T:
    """The record with this id; 404 when there is none."""
    if identity not in register:
        raise TwinError(404, "not_found", f"There is no {identity!r}.")
    return register[identity]


def named(register: Mapping[str, T], what: str, identity: str) -> T:
    """The record that a body names; 422 when there is none."""
    if identity not in register:
        raise TwinError(422, f"unknown_{what}", f"There is no {what} {identity!r}.")
    return register[identity]


def add_supplier(call: TwinCall) -> Supplier:
    """A new supplier, pending; 409 when one has its name."""
    finance, new = call.world.twins.finance, call.read(NewSupplier)
    if any(one.name.casefold() == new.name.casefold() for one in finance.suppliers.values()):
        raise TwinError(409, "supplier_exists", f"There is a supplier {new.name!r} already.")
    supplier = Supplier(id=finance.next_id("S"), **msgspec.structs.asdict(new))
    finance.suppliers[supplier.id] = supplier
    return supplier


def change_supplier(call: TwinCall, identity: str) -> Supplier:
    """Make a supplier active, pending or blocked."""
    supplier = known(call.world.twins.finance.suppliers, identity)
    supplier.status = call.read(SupplierChange).status
    return supplier


def place_order(call: TwinCall) -> Order:
    """A new order, reserved in its budget; 422 when the supplier is not active or the budget does not reach."""
    finance, new = call.world.twins.finance, call.read(NewOrder)
    supplier = named(finance.suppliers, "supplier", new.supplier)
    budget = named(finance.budgets, "budget", new.budget)
    if supplier.status != "active":
        raise TwinError(422, "supplier_not_active", f"{supplier.name} is {supplier.status}.")
    if any(not line.unit_price.is_finite() or line.unit_price < 0 for line in new.lines):
        raise TwinError(422, "invalid_price", "A price must be a number that is not negative.")
    order = Order(
        id=finance.next_id("PO"),
        supplier=supplier.id,
        budget=budget.id,
        currency=budget.currency,
        lines=[OrderLine(**msgspec.structs.asdict(line)) for line in new.lines],
        created=call.world.clock.now(),
        created_by=call.actor,
        reference=new.reference,
    )
    if order.total > budget.available:
        detail = f"{order.total} {budget.currency} is more than the {budget.available} that {budget.name} has left."
        raise TwinError(422, "budget_exceeded", detail)
    budget.reserved += order.total
    finance.orders[order.id] = order
    return order


def cancel_order(call: TwinCall, identity: str) -> Order:
    """Take an order back and free its budget; 409 when something has come or it was cancelled before."""
    finance = call.world.twins.finance
    order = known(finance.orders, identity)
    if order.status != "open" or any(invoice.order == order.id for invoice in finance.invoices.values()):
        raise TwinError(409, "order_not_open", f"{order.id} is {order.status} or invoiced.")
    order.status = "cancelled"
    finance.budgets[order.budget].reserved -= order.total
    return order


def take_receipt(call: TwinCall) -> Receipt:
    """Note what came; 422 when it is more than was ordered."""
    finance, new = call.world.twins.finance, call.read(NewReceipt)
    order = named(finance.orders, "order", new.order)
    if order.status == "cancelled":
        raise TwinError(409, "order_not_open", f"{order.id} is cancelled.")
    came: dict[int, int] = {}
    for part in new.lines:
        came[part.line] = came.get(part.line, 0) + part.quantity
    for number, quantity in came.items():
        if number > len(order.lines) or order.lines[number - 1].received + quantity > order.lines[number - 1].quantity:
            raise TwinError(422, "more_than_ordered", f"Line {number} of {order.id} has no {quantity} outstanding.")
    for number, quantity in came.items():
        order.lines[number - 1].received += quantity
    order.status = "received" if all(one.received == one.quantity for one in order.lines) else "partly_received"
    lines = [ReceivedLine(line=number, quantity=quantity) for number, quantity in came.items()]
    now, identity = call.world.clock.now(), finance.next_id("R")
    receipt = Receipt(id=identity, order=order.id, lines=lines, created=now, created_by=call.actor)
    finance.receipts[receipt.id] = receipt
    return receipt
