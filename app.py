"""The composition root and command line: the only place that reads settings and chooses a clock. Nothing imports it."""

import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import click

from integrations import durable, local_sandbox, operating, rules_files, schedule
from integrations.clock import SandboxClock, SystemClock
from integrations.parts import LOOKS_AT_ONCE, Parts, given
from integrations.settings import Secret, Settings, SettingsError
from integrations.store import migrate, private_postgres
from integrations.store.sealing import verify
from integrations.supervisor import Program, Supervisor
from orchestrator.ports import GatewayError
from rules.loader import RulesError, load

HERE = Path(__file__).resolve().parent
PACKS = HERE / "rules" / "packs"
SANDBOX_RULES = HERE / "sandbox" / "seeds" / "rules"
#: Where `yardmaster run` says how its private database is reached.
RUNNING = "database-url"
log = logging.getLogger("yardmaster")


def _settings() -> Settings:
    """Read the settings of this process, or end with all their mistakes."""
    try:
        return Settings.read(os.environ, Path(".env"))
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _own_settings() -> Settings:
    """Read the settings and take the secrets out of the environment, where libraries would look for them too."""
    settings = _settings()
    for name in [name for name in os.environ if name.startswith("SLACK_")]:
        del os.environ[name]
    return settings


def _connected(settings: Settings) -> Parts:
    """Wire a process that works with Jira, Slack and the database, or say what it lacks."""
    needed = {
        "YARDMASTER_DATABASE_URL": settings.database_url,
        "JIRA_URL": settings.jira_url,
        "SLACK_BOT_TOKEN": settings.slack_bot_token,
    }
    lacking = [name for name, value in needed.items() if not value]
    if lacking:
        raise click.ClickException(f"not set: {', '.join(lacking)} (`yardmaster run` brings its own database)")
    _log_to_terminal(settings.log_level)
    return _parts(settings)


def _parts(settings: Settings) -> Parts:
    clock = SandboxClock(settings.clock_url) if settings.clock_url else SystemClock()
    return Parts(settings, clock, PACKS, click.echo)


def _log_to_terminal(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", force=True)
    for chatty in ("slack_bolt", "slack_sdk", "procrastinate", "apscheduler", "waitress", "alembic", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _on_signal(stop: Callable[[], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def _end_with_parent() -> None:
    """Stop when the supervisor is gone, however it went: our standard input is a pipe that it holds."""

    def wait() -> None:
        while os.read(0, 1024):
            continue
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("yardmaster"), prog_name="yardmaster")
def main() -> None:
    """Yardmaster: sees how work in Jira and Slack hangs together, and asks before it acts."""


@main.command()
@click.option("--kept", is_flag=True, hidden=True, help="End when standard input does.")
def door(kept: bool) -> None:
    """Take in what Jira and Slack send; any number of these may run."""
    parts = _connected(_own_settings())
    migrate.upgrade(given(parts.settings.database_url))
    try:
        opened = parts.door()
    except OSError as error:
        raise click.ClickException(f"cannot listen on {parts.settings.host}:{parts.settings.port}: {error}") from error
    watching = schedule.start([schedule.Round(name="rules", seconds=2, do=parts.watcher.look)])
    _on_signal(opened.stop)
    if kept:
        _end_with_parent()
    log.info("the door listens on %s", opened.url)
    opened.run()
    watching.shutdown()


@main.command()
@click.option("--kept", is_flag=True, hidden=True, help="End when standard input does.")
def worker(kept: bool) -> None:
    """Look at what came in, ask and act; any number of these may run."""
    parts = _connected(_own_settings())
    migrate.upgrade(given(parts.settings.database_url))
    looker, rounds = parts.looker(), schedule.start(parts.rounds())
    if kept:
        _end_with_parent()
    log.info("a worker is at work")
    durable.work(given(parts.settings.database_url), looker.look, LOOKS_AT_ONCE)
    rounds.shutdown()


@main.command()
@click.option("--import", "imported", type=click.Path(exists=True, dir_okay=False), help="Raw Jira REST payloads.")
@click.option("--page-port", default=8800, show_default=True, help="Port of the sandbox's page; 0 chooses a free one.")
@click.option("--jira-port", default=8810, show_default=True, help="Port of the sandbox's Jira.")
@click.option("--slack-port", default=8820, show_default=True, help="Port of the sandbox's Slack.")
def run(imported: str | None, **ports: int) -> None:
    """Run everything on this machine; without credentials, with the local sandbox."""
    settings = _settings()
    stop = threading.Event()
    _on_signal(stop.set)
    if settings.jira_is_set and settings.slack_is_set:
        if imported:
            raise click.ClickException("--import is for the sandbox, but your own Jira is set")
        _run_with_accounts(settings, stop)
    elif settings.jira_is_set or settings.slack_is_set:
        raise click.ClickException("set both Jira and Slack, or neither to use the sandbox")
    else:
        _run_with_sandbox(settings, imported, ports, stop)


def _run_with_accounts(settings: Settings, stop: threading.Event) -> None:
    _log_to_terminal(settings.log_level)
    programs = ("door", "worker", "backfill")
    if settings.database_url:
        _keep(_prepared(settings, {}), programs, stop)
        return
    with _own_database(settings, "yardmaster") as url:
        _keep(_prepared(settings, {"YARDMASTER_DATABASE_URL": url}), programs, stop)


@contextmanager
def _own_database(settings: Settings, name: str) -> Iterator[str]:
    """Run the private PostgreSQL meanwhile, and let other commands find it."""
    server = private_postgres.start(settings.home)
    url, found = server.fresh(name) if name == "sandbox" else server.url(name), settings.home / RUNNING
    try:
        found.write_text(url, encoding="utf-8")
        yield url
    finally:
        found.unlink(missing_ok=True)
        server.stop()


def _run_with_sandbox(
    settings: Settings, imported: str | None, ports: Mapping[str, int], stop: threading.Event
) -> None:
    _log_to_terminal("WARNING")
    token, secret = "sandbox", secrets.token_urlsafe(24)
    here = f"http://{settings.host}:{settings.port}"
    arguments = ["--webhook-url", f"{here}/jira/webhook", "--webhook-secret", secret, "--bot", here]
    arguments += [f"--{name.replace('_', '-')}={port}" for name, port in ports.items()]
    arguments += ["--bot-token", token, *(["--import", imported, "--replay-all"] if imported else ["--story"])]
    click.echo("Starting a local Jira and Slack, a database, the door and a worker (Ctrl-C stops everything) ...")
    with _own_database(settings, "sandbox") as url:
        try:
            found = local_sandbox.start(arguments, click.echo)
        except local_sandbox.SandboxFailed as error:
            raise click.ClickException(str(error)) from error
        try:
            rules = str(settings.rules_path or SANDBOX_RULES)
            os.environ.setdefault("YARDMASTER_LOG_LEVEL", "WARNING")  # the story is told by the sandbox
            more = {"YARDMASTER_API_TOKEN": token, "YARDMASTER_DATABASE_URL": url, "YARDMASTER_RULES": rules}
            settings = _prepared(settings, found.settings(secret) | more)
            learned = _parts(settings).backfill.run()
            click.echo(f"Yardmaster has read the {learned.issues} issues that Jira held. The page: {found.page}")
            _keep(settings, ("door", "worker"), stop)
        finally:
            found.stop()


def _prepared(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Put the settings that are found only now where our processes read them; bring database and rules up to date."""
    os.environ.update(environ)
    if settings.api_token is None and "YARDMASTER_API_TOKEN" not in os.environ:
        os.environ["YARDMASTER_API_TOKEN"] = secrets.token_urlsafe(24)
    prepared = _settings()
    parts = _parts(prepared)
    migrate.upgrade(given(prepared.database_url))
    try:
        parts.rulebook.publish(rules_files.read(PACKS, prepared.rules_path), parts.clock)
    except RulesError as error:
        raise click.ClickException(f"the rules hold mistakes:\n{error}") from error
    return prepared


def _keep(settings: Settings, commands: tuple[str, ...], stop: threading.Event) -> None:
    """Run a door, workers and what else is named, until told to stop."""
    names = [name for name in commands for _ in range(settings.workers if name == "worker" else 1)]
    programs = [
        Program(
            name=name,
            command=[sys.executable, str(HERE / "app.py"), name, "--kept"],
            environ=os.environ,
            once=name == "backfill",
        )
        for name in names
    ]
    Supervisor(programs=programs, stop=stop).run()


@main.command()
@click.option("--kept", is_flag=True, hidden=True, help="End when standard input does.")
def backfill(kept: bool) -> None:
    """Learn what Jira holds already, or what changed since the last time; may be interrupted."""
    parts = _connected(_own_settings())
    if kept:
        _end_with_parent()
    try:
        learned = parts.backfill.run()
    except GatewayError as error:
        raise click.ClickException(f"{error}; the next run goes on where this one stopped") from error
    click.echo(f"read {learned.issues} issues; {learned.skipped} could not be understood")


@main.group(invoke_without_command=True)
@click.option("--limit", default=50, show_default=True, help="How many to show.")
@click.pass_context
def intake(context: click.Context, limit: int) -> None:
    """Show the events that wait, failed or are buried; `put-back` has a buried one handled after all."""
    if context.invoked_subcommand is None:
        with _stored() as parts:
            for line in operating.intake_lines(parts.intake.unhandled(limit)):
                click.echo(line)


@intake.command("put-back")
@click.argument("event")
def put_back(event: str) -> None:
    """Have a buried event handled after all."""
    try:
        with _stored() as parts:
            done = operating.put_back(parts.intake, event)
    except operating.StillNotUnderstood as error:
        raise click.ClickException(str(error)) from error
    if not done:
        raise click.ClickException(f"no buried event has the id {event}")
    click.echo("It waits to be handled again.")


@main.group()
def ledger() -> None:
    """The record of everything that was seen, decided and done."""


@ledger.command("verify")
@click.option("--head", help="A head that was kept elsewhere, as POSITION:HASH; finds a ledger that was cut short.")
def verify_ledger(head: str | None) -> None:
    """Find what was changed, removed or reordered since it was written."""
    try:
        kept = operating.head_of(head) if head else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--head") from error
    with _stored() as parts:
        report = verify(parts.database, kept)
    for line in report.words():
        click.echo(line)
    if report.findings:
        raise SystemExit(1)


@main.command("check-rules")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check_rules(files: tuple[Path, ...]) -> None:
    """Check rules files, laid over the shipped packs; tell every mistake at once."""
    texts = [text for path in (PACKS, *files) for text in rules_files.texts(path)]
    try:
        click.echo(f"The rules are good; their version is {load(texts).version}.")
    except RulesError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _stored() -> Iterator[Parts]:
    """Wire a command that needs the database alone; without a URL, the one of the `yardmaster run` that is at work."""
    settings = _settings()
    found = settings.home / RUNNING
    if settings.database_url is None and found.exists():
        settings = replace(settings, database_url=Secret(found.read_text(encoding="utf-8")))
    if settings.database_url is None:
        raise click.ClickException("YARDMASTER_DATABASE_URL is not set, and no `yardmaster run` is at work here")
    parts = _parts(settings)
    try:
        yield parts
    finally:
        parts.database.dispose()


if __name__ == "__main__":
    main()
