"""Alembic's environment: runs inside the connection, and the transaction, that `migrate.py` hands over."""

from alembic import context

from integrations.store.batch_tables import batches

context.configure(connection=context.config.attributes["connection"], target_metadata=batches.metadata)
context.run_migrations()
