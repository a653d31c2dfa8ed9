"""Reads what fails now and is tried again by itself, as whoever found out has marked it. Writes nothing."""

from typing import Final

from sqlalchemy import Engine, select

from integrations.store.tables import progress

_SUFFIX: Final = ": trouble"


def trouble_row(what: str) -> str:
    """Name the mark in `progress` that holds why something fails; empty once it works again."""
    return f"{what}{_SUFFIX}"


def troubles(engine: Engine) -> dict[str, str]:
    """Give what fails now, each with its reason."""
    marked = select(progress.c.name, progress.c.value).where(
        progress.c.name.endswith(_SUFFIX, autoescape=True), progress.c.value != ""
    )
    with engine.connect() as connection:
        return {row.name.removesuffix(_SUFFIX): row.value for row in connection.execute(marked)}
