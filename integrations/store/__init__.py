"""What lasts: PostgreSQL, its tables and every query on them."""
