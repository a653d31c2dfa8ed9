"""The spine: events, subjects, items and their index, requests, actions, the ledger; and the queue's own schema."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None


def upgrade() -> None:
    scripts = (SchemaManager.get_schema(), Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    cursor = op.get_bind().connection.cursor()
    for script in scripts:
        cursor.execute(script)
    cursor.close()
