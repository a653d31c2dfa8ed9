"""Who is to take what nobody has: a queue's look matches all of it at once, an item's look asks and does it."""
