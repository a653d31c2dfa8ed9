"""The finance system's state: its registers, and the answers kept by idempotency key."""

from dataclasses import dataclass, field
from decimal import Decimal

from sandbox.twins.finance.records import Budget, Invoice, Kept, Order, Receipt, Supplier


@dataclass(slots=True, kw_only=True)
class FinanceState:
    """All of the finance system in memory. Callers hold the world's lock."""

    suppliers: dict[str, Supplier] = field(default_factory=dict)
    budgets: dict[str, Budget] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    last_number: int = 1_000

    def next_id(self, letter: str) -> str:
        """An id that nothing had before."""
        self.last_number += 1
        return f"{letter}-{self.last_number}"

    def invoiced(self, order: Order) -> Decimal:
        """What was invoiced for an order so far."""
        return sum((one.amount for one in self.invoices.values() if one.order == order.id), Decimal(0))
