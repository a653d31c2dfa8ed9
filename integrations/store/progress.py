"""How far work has come that goes through a lot in order, so that it goes on where it stopped.

It knows neither what the work is nor what its marks mean.
"""

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert

from integrations.store.tables import progress


class PostgresProgress:
    """One mark for each name. Each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, name: str) -> str | None:
        """Give the mark that was written last; None before the first."""
        with self._engine.connect() as connection:
            found: str | None = connection.execute(select(progress.c.value).where(progress.c.name == name)).scalar()
            return found

    def write(self, name: str, value: str) -> None:
        """Write a mark in the place of the former one."""
        mark = insert(progress).values(name=name, value=value)
        with self._engine.begin() as connection:
            connection.execute(mark.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def swap(self, name: str, before: str, after: str) -> bool:
        """Write a mark in the place of `before`, an empty one being as good as none; False where it is another by now.

        Of many who swap the same at once, one has True.
        """
        is_before = progress.c.value == before
        change = update(progress).where(progress.c.name == name, is_before).values(value=after)
        first = insert(progress).values(name=name, value=after)
        either = first.on_conflict_do_update(index_elements=["name"], set_={"value": after}, where=is_before)
        with self._engine.begin() as connection:
            done = connection.execute((change if before else either).returning(progress.c.name))
            return done.first() is not None
