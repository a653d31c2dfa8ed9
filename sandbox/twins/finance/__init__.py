"""The finance system: suppliers, budgets, orders, receipts and invoices over plain JSON."""
