"""When each document was created, so that what came in the same hours is found by itself."""

from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    cursor.close()
