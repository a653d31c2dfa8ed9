"""The queue is read by its indexes. Plans kept from when it was empty would read all of it, squared, for each look."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("CREATE INDEX looks_by_lock ON procrastinate_jobs (lock)")
    for setting in ("plan_cache_mode = force_custom_plan", "enable_seqscan = off", "enable_sort = off"):
        op.execute(f"ALTER FUNCTION procrastinate_fetch_job_v2 SET {setting}")
    op.execute("ALTER FUNCTION want_look SET enable_seqscan = off")
