"""What the finance system remembers, as plain records; money is a decimal in the currency beside it."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

SupplierStatus = Literal["pending", "active", "blocked"]
OrderStatus = Literal["open", "partly_received", "received", "cancelled"]
InvoiceStatus = Literal["matched", "mismatch", "released", "paid"]


@dataclass(slots=True, kw_only=True)
class Supplier:
    """Whom the company buys from; orders go only to active ones."""

    id: str
    name: str
    status: SupplierStatus = "pending"
    currency: str = "EUR"
    email: str = ""
    category: str = ""
    payment_terms_days: int = 30


@dataclass(slots=True, kw_only=True)
class Budget:
    """What a cost centre may spend: reserved by orders, spent by paid invoices."""

    id: str
    name: str
    cost_center: str
    owner: str
    amount: Decimal
    currency: str = "EUR"
    reserved: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        """What is neither reserved nor spent."""
        return self.amount - self.reserved - self.spent


@dataclass(slots=True, kw_only=True)
class OrderLine:
    """One position; `received` counts what has come."""

    description: str
    quantity: int
    unit_price: Decimal
    received: int = 0


@dataclass(slots=True, kw_only=True)
class Order:
    """A purchase order; `reference` is the buyer's own word for it, such as an issue key."""

    id: str
    supplier: str
    budget: str
    currency: str
    lines: list[OrderLine]
    created: datetime
    created_by: str
    reference: str = ""
    status: OrderStatus = "open"

    @property
    def total(self) -> Decimal:
        """What was ordered is worth."""
        return sum((line.quantity * line.unit_price for line in self.lines), Decimal(0))

    @property
    def received_value(self) -> Decimal:
        """What has come is worth."""
        return sum((line.received * line.unit_price for line in self.lines), Decimal(0))


@dataclass(slots=True, kw_only=True)
class ReceivedLine:
    """How many of an order's position (numbered from 1) came."""

    line: int
    quantity: int


@dataclass(slots=True, kw_only=True)
class Receipt:
    """Goods that came."""

    id: str
    order: str
    lines: list[ReceivedLine]
    created: datetime
    created_by: str


@dataclass(slots=True, kw_only=True)
class Invoice:
    """A supplier's invoice; `number` is the supplier's own. `difference` is what it asks beyond what has come."""

    id: str
    supplier: str
    order: str
    number: str
    amount: Decimal
    currency: str
    created: datetime
    created_by: str
    status: InvoiceStatus
    difference: Decimal = Decimal(0)
    release_reason: str = ""


Record = Supplier | Budget | Order | Receipt | Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The answer to a request under an idempotency key, and the digest of what was asked."""

    digest: str
    status: int
    body: dict[str, object] = field(default_factory=dict)
