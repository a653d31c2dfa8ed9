"""Invoices: matched against order and receipt, released by somebody where they differ, and paid once."""

from decimal import Decimal

import msgspec

from sandbox.twins.call import TwinCall, TwinError
from sandbox.twins.finance.buying import Name, known, named
from sandbox.twins.finance.records import Invoice


class NewInvoice(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An invoice to be; `number` is the supplier's own."""

    order: str
    number: Name
    amount: Decimal


class Release(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why an invoice that does not match may be paid."""

    reason: Name


def enter_invoice(call: TwinCall) -> Invoice:
    """A new invoice, matched when no more is asked than has come; 409 when the supplier's number was there before."""
    finance, new = call.world.twins.finance, call.read(NewInvoice)
    order = named(finance.orders, "order", new.order)
    if not new.amount.is_finite() or new.amount <= 0:
        raise TwinError(422, "invalid_amount", "An amount must be a number above zero.")
    if any((one.supplier, one.number) == (order.supplier, new.number) for one in finance.invoices.values()):
        raise TwinError(409, "duplicate_invoice", f"{order.supplier} sent an invoice {new.number!r} before.")
    beyond = max(finance.invoiced(order) + new.amount - order.received_value, Decimal(0))
    invoice = Invoice(
        id=finance.next_id("I"),
        supplier=order.supplier,
        order=order.id,
        number=new.number,
        amount=new.amount,
        currency=order.currency,
        created=call.world.clock.now(),
        created_by=call.actor,
        status="mismatch" if beyond else "matched",
        difference=beyond,
    )
    finance.invoices[invoice.id] = invoice
    return invoice


def release_invoice(call: TwinCall, identity: str) -> Invoice:
    """Let an invoice be paid though it does not match; 409 when there is nothing to release."""
    invoice = known(call.world.twins.finance.invoices, identity)
    reason = call.read(Release).reason
    if invoice.status != "mismatch":
        raise TwinError(409, "nothing_to_release", f"{invoice.id} is {invoice.status}.")
    invoice.status, invoice.release_reason = "released", reason
    return invoice


def pay_invoice(call: TwinCall, identity: str) -> Invoice:
    """Pay an invoice that matches or was released; 409 otherwise."""
    finance = call.world.twins.finance
    invoice = known(finance.invoices, identity)
    if invoice.status not in ("matched", "released"):
        raise TwinError(409, "not_payable", f"{invoice.id} is {invoice.status}.")
    budget = finance.budgets[finance.orders[invoice.order].budget]
    invoice.status = "paid"
    budget.reserved -= min(invoice.amount, budget.reserved)
    budget.spent += invoice.amount
    return invoice
