"""Embeddings, where they are wanted: can the encoder be opened, can the database search, how much is encoded."""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from integrations.doctor.finding import Finding, fault, unchecked, warning, well
from integrations.meaning.encoder import EncoderUnusable, open_encoder
from integrations.store.vectors import OLDEST_PGVECTOR

__all__ = ["check_meaning", "who_searches"]

SYSTEM = "embeddings"
_OLDEST = ".".join(map(str, OLDEST_PGVECTOR))
_INSTALL = f"install pgvector {_OLDEST} or newer on the database's server, or leave YARDMASTER_EMBEDDINGS empty"
_PGVECTOR = text("SELECT default_version, installed_version FROM pg_available_extensions WHERE name = 'vector'")
_MAY_MAKE = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
_ENCODED = text("""
    SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM vectors WHERE encoder = :encoder)
""")


def check_meaning(model: str | None, engine: Engine | None) -> Iterator[Finding]:
    """Look at what embeddings need; nothing where they are not wanted."""
    if model is None:
        return
    try:
        encoder = open_encoder(model)
    except EncoderUnusable as error:
        yield fault(SYSTEM, f"the encoder cannot be opened: {error}", "run `make embeddings`, or name another model")
        return
    yield well(SYSTEM, f"the encoder can be opened; its vectors have {encoder.width} numbers")
    if engine is None:
        yield unchecked(SYSTEM, "whether the database can search them", "no database is known")
        return
    try:
        with engine.connect() as connection:
            row = connection.execute(_PGVECTOR).one_or_none()
            made, there = (None, None) if row is None else (row.installed_version, row.default_version)
            yield who_searches(made, there, may_make=bool(connection.execute(_MAY_MAKE).scalar()))
            yield from _progress(connection, encoder.name)
    except SQLAlchemyError as error:
        yield unchecked(SYSTEM, "whether the database can search them", f"it does not answer ({type(error).__name__})")


def who_searches(made: str | None, there: str | None, *, may_make: bool) -> Finding:
    """Judge pgvector by the version that is made in the database, and the one that lies on its server."""
    found = made or there
    if found is None:
        return fault(SYSTEM, "the database's server has no pgvector", _INSTALL)
    if tuple(map(int, found.split(".")[:2])) < OLDEST_PGVECTOR:
        return fault(SYSTEM, f"pgvector {found} is too old", _INSTALL)
    if made is None and not may_make:
        words = f"pgvector {found} is there, but not in this database, and our user may not change that"
        return fault(SYSTEM, words, "have a superuser run `CREATE EXTENSION vector` in the database")
    return well(SYSTEM, f"the database can search with pgvector {found}")


def _progress(connection: Connection, encoder: str) -> Iterator[Finding]:
    if not connection.dialect.has_table(connection, "vectors"):
        yield unchecked(SYSTEM, "how much is encoded", "the database is not brought up to date yet")
        return
    known, encoded = connection.execute(_ENCODED, {"encoder": encoder}).one()
    if encoded < known:
        yield warning(SYSTEM, f"{encoded:,} of {known:,} issues are encoded", "workers encode the rest; wait for them")
    else:
        yield well(SYSTEM, f"all {known:,} issues are encoded")
