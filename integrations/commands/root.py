"""What every command is given: the settings of this process, and the parts wired from them."""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import final

import click

from integrations import logs, traces
from integrations.clock import SandboxClock, SystemClock
from integrations.meaning.encoder import EncoderUnusable
from integrations.parts import Parts
from integrations.settings import Secret, Settings, SettingsError
from integrations.shapes import learn_shapes
from integrations.store.vectors import NoPgvector

#: Where `yardmaster run` says how its private database is reached.
RUNNING = "database-url"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The environment of this process and where the program lies; every refusal is a `ClickException`."""

    environ: MutableMapping[str, str]
    dotenv: Path
    program: Path
    packs: Path
    sandbox_rules: Path
    manifest: Path

    def settings(self) -> Settings:
        """Read the settings of this process, or end with all their mistakes."""
        try:
            return Settings.read(self.environ, self.dotenv)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error

    def parts(self, settings: Settings) -> Parts:
        """Wire a process; nothing connects before it is asked for."""
        learn_shapes()
        clock = SandboxClock(settings.clock_url) if settings.clock_url else SystemClock()
        return Parts(settings, clock, self.packs, click.echo)

    def connected(self) -> Parts:
        """Wire a process that works with Jira, Slack and the database, or say what it lacks.

        Slack's secrets leave the environment, where its libraries would look for them too.
        """
        settings = self.settings()
        for name in [name for name in self.environ if name.startswith("SLACK_")]:
            del self.environ[name]
        needed: Mapping[str, object] = {
            "YARDMASTER_DATABASE_URL": settings.database_url,
            "JIRA_URL": settings.jira_url,
            "SLACK_BOT_TOKEN": settings.slack_bot_token,
        }
        lacking = [name for name, value in needed.items() if not value]
        if lacking:
            raise click.ClickException(f"not set: {', '.join(lacking)} (`yardmaster run` brings its own database)")
        process = click.get_current_context().info_name or ""
        logs.to_terminal(settings.log_level, settings.log_format, process)
        return replace(self.parts(settings), traces=traces.connect(settings, process))

    @contextmanager
    def stored(self) -> Iterator[Parts]:
        """Wire a command that needs the database alone; without a URL, that of the `yardmaster run` at work here."""
        settings = self.settings()
        found = settings.home / RUNNING
        if settings.database_url is None and found.exists():
            settings = replace(settings, database_url=Secret(found.read_text(encoding="utf-8")))
        if settings.database_url is None:
            raise click.ClickException("YARDMASTER_DATABASE_URL is not set, and no `yardmaster run` is at work here")
        parts = self.parts(settings)
        try:
            yield parts
        finally:
            parts.database.dispose()


def check_meanings(parts: Parts) -> None:
    """Open the encoder that the settings name, or end with what it lacks."""
    try:
        _ = parts.meanings
    except (EncoderUnusable, NoPgvector) as error:
        raise click.ClickException(f"YARDMASTER_EMBEDDINGS cannot be used: {error}") from error
