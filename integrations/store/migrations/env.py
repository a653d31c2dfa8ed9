"""Alembic's environment: runs inside the connection, and the transaction, that `migrate.py` hands over."""

from alembic import context

from integrations.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
