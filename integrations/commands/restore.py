"""`yardmaster restore`: puts back what a backup holds, stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from integrations import operating
from integrations.backup import Occupied, Refused, Restoring
from integrations.commands.own_database import borrowed_database
from integrations.commands.root import Root
from integrations.settings import Settings
from integrations.store import private_postgres
from integrations.store.archive import ArchiveFailed, Archivist
from integrations.store.sealing import Report


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--head", help="The head that the backup told, as POSITION:HASH; the ledger in it has to hold that.")
@click.option("--replace", is_flag=True, help="Lose what the database holds now; asks before.")
@click.option("--yes", is_flag=True, help="With --replace: do not ask.")
@click.pass_obj
def restore(root: Root, file: Path, head: str | None, replace: bool, yes: bool) -> None:
    """Put back what a backup holds, into an empty database, with all work stopped."""
    try:
        kept = operating.head_of(head) if head else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--head") from error
    with _database(root.settings()) as engine:
        place = engine.url.render_as_string(hide_password=True)
        if replace and not yes:
            click.confirm(f"Everything that {place} holds now is lost. Go on?", abort=True)
        archivist = Archivist(programs=private_postgres.programs(), environ=root.environ)
        restoring = Restoring(engine=engine, archivist=archivist, clock=root.parts(root.settings()).clock)
        report = _restored(restoring, file, kept, replace=replace)
    for line in report.words():
        click.echo(line)
    click.echo(f"\n{file} was put back, and all work is stopped. What was planned is looked up before it is done.")
    click.echo("Next: `yardmaster run`, or doors and workers; `yardmaster backfill` learns what changed in Jira since;")
    click.echo("then look at `/yard pending` in Slack, and let work go on with `/yard resume`.")


def _restored(restoring: Restoring, file: Path, head: tuple[int, str] | None, *, replace: bool) -> Report:
    try:
        return restoring.restore(file, head, replace=replace)
    except Occupied as error:
        raise click.ClickException(f"{error}; name another, or give --replace to lose what it holds") from error
    except (Refused, ArchiveFailed) as error:
        raise click.ClickException(f"{error}\nThe database is as it was.") from error
    except OperationalError as error:
        raise click.ClickException(f"the database does not answer: {error.orig}") from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"the database refused it ({type(error).__name__}), and is as it was") from error


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    try:
        if settings.database_url is not None:
            yield _engine(settings.database_url.reveal())
            return
        with borrowed_database(settings) as url:
            yield _engine(url)
    except (private_postgres.PostgresFailed, private_postgres.ExposedSocket) as error:
        raise click.ClickException(str(error)) from error


def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool, hide_parameters=True)
