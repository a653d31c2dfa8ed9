"""How reads that stand alone reach the database: each statement by itself, which takes a third of the round trips."""

from sqlalchemy import Engine


def reading(engine: Engine) -> Engine:
    """Give the same pool of connections without transactions around single statements. Nothing may be written by it."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")
