"""How single statements reach the database: each a transaction of its own, which takes a third of the round trips."""

from sqlalchemy import Engine


def each_alone(engine: Engine) -> Engine:
    """Give the same pool of connections without transactions around statements, which so must not belong together."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")
