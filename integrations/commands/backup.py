"""`yardmaster backup`: keeps the database in a file."""

from pathlib import Path

import click
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import OperationalError

from integrations.backup import Refused, keep
from integrations.commands.own_database import kept_database
from integrations.commands.root import Root
from integrations.store import private_postgres
from integrations.store.archive import ArchiveFailed, Archivist


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.pass_obj
def backup(root: Root, file: Path, force: bool) -> None:
    """Keep the whole database in a file; everything may go on running meanwhile."""
    try:
        with kept_database(root.settings()) as url:
            engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
            archivist = Archivist(programs=private_postgres.programs(), environ=root.environ)
            position, hash_ = keep(engine, file, archivist, replace=force)
    except (Refused, ArchiveFailed, private_postgres.PostgresFailed) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error
    except OperationalError as error:
        raise click.ClickException(f"the database does not answer: {error.orig}") from error
    click.echo(f"Kept in {file}, {file.stat().st_size:,} bytes.")
    click.echo(f"The ledger's head: {position}:{hash_}")
    click.echo("Keep that elsewhere, and give it to `yardmaster restore` as --head.")
